package frames

import (
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

const recoveryStep = "recovery/exit-criteria"

// recoveryQuery asks what must come back, and to what, before it is over: a row a number. What was not measured is not back.
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
				if !k.Holds {
					open++
				}
			}
			return counted(open)
		}}},
		draw: drawRecovery,
	}
}

// criteria are the numbers that must come back; none where no number is out of its normal range.
func criteria(c *incident.Case) []incident.ExitCriterion {
	if c.Facts.Recovery == nil {
		return nil
	}
	return c.Facts.Recovery.Criteria
}

func drawRecovery(d drawing) data.Frames {
	var names, readings, wanted, usual, units, bounds []string
	var nows, limits, normals []*float64
	var met []bool
	for _, k := range criteria(d.Case) {
		bound, limit := "at most", k.Most
		if k.Least != nil {
			bound, limit = "at least", k.Least
		}
		readings = append(readings, said(k.Now, k.Unit))
		wanted = append(wanted, strings.TrimSpace(bound+" "+said(limit, k.Unit)))
		usual = append(usual, numbers.Say(k.Normal, k.Unit))
		names, units, bounds = append(names, k.Name), append(units, string(k.Unit)), append(bounds, bound)
		nows, limits, normals = append(nows, k.Now), append(limits, limit), append(normals, &k.Normal)
		met = append(met, k.Holds)
	}
	return data.Frames{frame("recovery", data.FrameTypeNumericLong,
		field("criterion", "", names),
		field("reading", "", readings),
		field("wanted", "", wanted),
		field("usual", "", usual),
		field("unit", "", units),
		field("now", "", nows),
		field("bound", "", bounds),
		field("limit", "", limits),
		field("normal", "", normals),
		field("met", "", met),
	)}
}

// said writes a number that may not be there.
func said(v *float64, unit incident.Unit) string {
	if v == nil {
		return ""
	}
	return numbers.Say(*v, unit)
}
