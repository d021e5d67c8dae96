package frames

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// The steps that the impact's numbers are from.
const (
	errorRate   = "impact/error-rate"
	requestRate = "impact/request-rate"
	latency     = "impact/latency"
)

// measures are the impact's numbers, in the order of reading.
var measures = []struct {
	name, step string
	unit       incident.Unit
	change     func(f incident.Facts) *incident.Change
}{
	{"error_rate", errorRate, incident.Ratio, func(f incident.Facts) *incident.Change { return f.Errors }},
	{"request_rate", requestRate, incident.PerSecond, func(f incident.Facts) *incident.Change { return f.Traffic }},
	{"p99", latency, incident.Seconds, quantile},
}

// quantile is the latency where it is one; a mean is no p99.
func quantile(f incident.Facts) *incident.Change {
	if f.Latency == nil || f.Latency.Mean {
		return nil
	}
	return f.Latency
}

// impactQuery asks how bad it is: three numbers, and what is normal of each.
func impactQuery() queryType {
	kind := queryType{numbers: map[string]number{}}
	for _, m := range measures {
		kind.rests = append(kind.rests, m.step)
		value := func(of func(*incident.Change) *float64) func(*incident.Case) *float64 {
			return func(c *incident.Case) *float64 {
				if change := m.change(c.Facts); change != nil {
					return of(change)
				}
				return nil
			}
		}
		kind.numbers[m.name] = number{unit: unitOf(m.unit), rests: []string{m.step}, read: value(func(k *incident.Change) *float64 { return &k.Now })}
		kind.numbers[m.name+"_normal"] = number{unit: unitOf(m.unit), rests: []string{m.step}, read: value(func(k *incident.Change) *float64 { return &k.Normal })}
	}
	kind.draw = func(d drawing) data.Frames {
		wide := frame("impact", data.FrameTypeNumericWide)
		for _, m := range measures {
			for _, name := range []string{m.name, m.name + "_normal"} {
				f := data.NewField(name, labels(d.Subject), []*float64{kind.numbers[name].read(d.Case)})
				f.Config = &data.FieldConfig{Unit: unitOf(m.unit)}
				wide.Fields = append(wide.Fields, f)
			}
		}
		return data.Frames{wide}
	}
	return kind
}
