package frames

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// dependencyGraphQuery asks for the callees as the two frames of Grafana's node graph: nodes, and edges from the subject.
func dependencyGraphQuery() queryType {
	return queryType{rests: []string{dependenciesStep}, draw: func(d drawing) data.Frames {
		nodes := graph("nodes",
			field("id", "", []string{}),
			d.linked(field("title", "", []string{})),
			field("subtitle", "", []string{}),
			called("errors", field("mainstat", "%", []*float64{})), // Grafana's graph writes a unit as it stands
			called("p99", field("secondarystat", "s", []*float64{})),
			called("health", field("color", "", []string{})),
		)
		edges := graph("edges",
			field("id", "", []string{}),
			field("source", "", []string{}),
			field("target", "", []string{}),
			called("requests", field("mainstat", "req/s", []*float64{})),
		)
		subject := d.Subject.Service
		state := incident.Unknown
		if k := d.Facts.Errors; k != nil {
			if state = incident.Healthy; k.Worse {
				state = incident.Failing
			}
		}
		nodes.AppendRow(subject, subject, d.Subject.Operation, percent(nowOf(d.Facts.Errors)), nowOf(quantile(d.Facts)), colourOf(state))
		for _, row := range rowsOf(d) {
			if row.Service == subject {
				continue
			}
			nodes.AppendRow(row.Service, row.Service, string(row.Health), percent(row.Errors), row.P99, colourOf(row.Health))
			edges.AppendRow(subject+" to "+row.Service, subject, row.Service, row.Rate)
		}
		return data.Frames{nodes, edges}
	}}
}

// percent makes a share hundredths; nil stays unmeasured.
func percent(share *float64) *float64 {
	if share == nil {
		return nil
	}
	hundredths := 100 * *share
	return &hundredths
}

func graph(name string, fields ...*data.Field) *data.Frame {
	f := data.NewFrame(name, fields...)
	f.Meta = &data.FrameMeta{PreferredVisualization: data.VisTypeNodeGraph}
	return f
}

func nowOf(k *incident.Change) *float64 {
	if k == nil {
		return nil
	}
	return &k.Now
}

// colourOf names a colour of Grafana's themes; the subtitle says the same in a word.
func colourOf(h incident.Health) string {
	return map[incident.Health]string{incident.Healthy: "green", incident.Degraded: "orange", incident.Failing: "red"}[h]
}
