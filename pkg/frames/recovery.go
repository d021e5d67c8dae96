package frames

import (
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const recoveryStep = "recovery/exit-criteria"

// limitSuffix is how the step names the limit of a number that it names too.
const limitSuffix = ", limit"

// recoveryQuery asks what must come back, and to what, before it is over: a row a number.
func recoveryQuery() queryType {
	rests := []string{recoveryStep}
	return queryType{
		rests: rests,
		numbers: map[string]number{"open": {rests: rests, read: func(c *incident.Case) *float64 {
			if len(unchecked(c, rests)) > 0 {
				return nil
			}
			open := 0
			for _, k := range criteria(c) {
				if !k.met() {
					open++
				}
			}
			return counted(open)
		}}},
		draw: drawRecovery,
	}
}

// criterion is one number that must come back.
type criterion struct {
	name   string
	unit   incident.Unit
	now    float64
	limit  *float64
	normal *float64
}

func (k criterion) met() bool { return k.limit != nil && k.now <= *k.limit }

// criteria are the numbers of the step's findings, each with its limit.
func criteria(c *incident.Case) []criterion {
	var all []criterion
	for _, s := range c.Steps {
		if s.Key() != recoveryStep {
			continue
		}
		for _, f := range s.Findings {
			limits := map[string]float64{}
			for _, v := range f.Values {
				if of, is := strings.CutSuffix(v.Name, limitSuffix); is {
					limits[of] = v.Value
				}
			}
			for _, v := range f.Values {
				if limit, has := limits[v.Name]; has {
					all = append(all, criterion{name: v.Name, unit: v.Unit, now: v.Value, limit: &limit, normal: v.Baseline})
				}
			}
		}
	}
	return all
}

func drawRecovery(d drawing) data.Frames {
	var names, units []string
	var nows, limits, normals []*float64
	var met []bool
	for _, k := range criteria(d.Case) {
		names, units = append(names, k.name), append(units, string(k.unit))
		nows, limits, normals = append(nows, &k.now), append(limits, k.limit), append(normals, k.normal)
		met = append(met, k.met())
	}
	return data.Frames{frame("recovery", data.FrameTypeNumericLong,
		field("criterion", "", names),
		field("unit", "", units),
		field("now", "", nows),
		field("limit", "", limits),
		field("normal", "", normals),
		field("met", "", met),
	)}
}
