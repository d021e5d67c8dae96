package frames

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const dependenciesStep = "impact/dependencies"

// dependenciesQuery asks how the callees are: a row each. An empty cell is a number that nobody measures.
func dependenciesQuery() queryType {
	rests := []string{dependenciesStep}
	having := func(h incident.Health) number {
		return number{rests: rests, read: func(c *incident.Case) *float64 {
			if c.Facts.Dependencies == nil {
				return nil
			}
			n := 0
			for _, row := range c.Facts.Dependencies.Rows {
				if row.Health == h {
					n++
				}
			}
			return counted(n)
		}}
	}
	return queryType{rests: rests, draw: drawDependencies,
		numbers: map[string]number{"failing": having(incident.Failing), "degraded": having(incident.Degraded)}}
}

func drawDependencies(d drawing) data.Frames {
	var services, healths []string
	var p99s, p99Normals, errors, errorNormals, rates []*float64
	for _, row := range rowsOf(d) {
		services, healths = append(services, row.Service), append(healths, string(row.Health))
		p99s, p99Normals = append(p99s, row.P99), append(p99Normals, row.P99Baseline)
		errors, errorNormals = append(errors, row.Errors), append(errorNormals, row.ErrorsBaseline)
		rates = append(rates, row.Rate)
	}
	return data.Frames{frame("dependencies", data.FrameTypeNumericLong,
		d.linked(field("service", "", services)),
		field("health", "", healths),
		field("p99", "s", p99s),
		field("p99_normal", "s", p99Normals),
		field("errors", "percentunit", errors),
		field("errors_normal", "percentunit", errorNormals),
		field("rate", "reqps", rates),
	)}
}

func rowsOf(d drawing) []incident.Dependency {
	if d.Facts.Dependencies == nil {
		return nil
	}
	return d.Facts.Dependencies.Rows
}
