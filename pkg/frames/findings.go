package frames

import (
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// findingsQuery asks for every finding, a row each; steps without findings have a row that says why.
func findingsQuery() queryType { return queryType{draw: drawFindings} }

func drawFindings(d drawing) data.Frames {
	table := frame("findings", data.FrameTypeTable,
		field("time", "", []time.Time{}),
		field("phase", "", []string{}),
		field("step", "", []string{}),
		field("outcome", "", []string{}),
		field("severity", "", []string{}),
		field("finding", "", []string{}),
	)
	for _, s := range d.Steps {
		for _, f := range s.Findings {
			at := d.Window.To
			if f.Interval != nil {
				at = f.Interval.To
			}
			table.AppendRow(at, string(s.Phase), s.ID, string(s.Outcome), string(f.Severity), incident.WrittenInUTC(f.Sentence, f.Moments))
		}
		if len(s.Findings) == 0 {
			table.AppendRow(d.Window.To, string(s.Phase), s.ID, string(s.Outcome), "", s.Reason)
		}
	}
	return data.Frames{table}
}

func milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
