package frames

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const onsetStep = "impact/onset"

// onsetQuery asks since when. Its row is an annotation too: from the earliest moment it can have been to the latest.
func onsetQuery() queryType {
	return queryType{
		rests: []string{onsetStep},
		numbers: map[string]number{"age": {unit: "s", rests: []string{onsetStep}, read: func(c *incident.Case) *float64 {
			if c.Facts.Onset == nil {
				return nil
			}
			age := c.Window.To.Sub(c.Facts.Onset.Middle()).Seconds()
			return &age
		}}},
		draw: func(d drawing) data.Frames {
			table := frame("onset", data.FrameTypeTable,
				field("time", "", []time.Time{}),
				field("timeEnd", "", []time.Time{}),
				field("title", "", []string{}),
				d.toCase(field("text", "", []string{})),
				field("tags", "", []string{}),
				field("onset", "", []time.Time{}),
				field("margin", "s", []float64{}),
				field("first", "", []string{}),
			)
			if o := d.Facts.Onset; o != nil {
				table.AppendRow(o.Earliest, o.Latest, escape.Annotation("Onset: "+d.Subject.Service), escape.Annotation(told(d.Case, onsetStep)), tagged(d.Subject, "onset"),
					o.Middle(), o.Margin().Seconds(), o.First)
			}
			return data.Frames{table}
		},
	}
}

// tagged is an annotation's tags, as Grafana reads them out of one column.
func tagged(s incident.Subject, what string) string { return "faultline," + what + "," + s.Service }
