package frames

import (
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const changesStep = "cause/changes"

// changesQuery asks what was changed around the onset, in time order. Its rows are annotations too.
func changesQuery() queryType {
	rests := []string{changesStep}
	return queryType{
		rests: rests,
		numbers: map[string]number{"before_onset": {rests: rests, read: func(c *incident.Case) *float64 {
			if len(unchecked(c, rests)) > 0 {
				return nil
			}
			n := 0
			for _, k := range listOf(c.Facts.Changes) {
				if k.BeforeOnset {
					n++
				}
			}
			return counted(n)
		}}},
		draw: drawChanges,
	}
}

func drawChanges(d drawing) data.Frames {
	table := frame("changes", data.FrameTypeTable,
		field("time", "", []time.Time{}),
		field("title", "", []string{}),
		d.toCase(field("text", "", []string{})),
		field("tags", "", []string{}),
		field("kind", "", []string{}),
		field("namespace", "", []string{}),
		field("object", "", []string{}),
		field("what", "", []string{}),
		field("beforeOnset", "", []bool{}),
	)
	for _, k := range listOf(d.Facts.Changes) {
		title := strings.Join([]string{k.Kind, k.Object, k.What}, " ")
		table.AppendRow(k.At, escape.Annotation(title), escape.Annotation(k.Text), "faultline,change,"+strings.ToLower(k.Kind), k.Kind, k.Namespace, k.Object, k.What, k.BeforeOnset)
	}
	return data.Frames{table}
}

func listOf(c *incident.Changes) []incident.ClusterChange {
	if c == nil {
		return nil
	}
	return c.List
}
