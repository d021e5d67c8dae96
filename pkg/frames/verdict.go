package frames

import (
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const verdictStep = "cause/verdict"

// verdictQuery asks what is thought to have happened: one row.
func verdictQuery() queryType {
	return queryType{
		rests: []string{verdictStep},
		numbers: map[string]number{"confidence": {rests: []string{verdictStep}, read: func(c *incident.Case) *float64 {
			if len(unchecked(c, []string{verdictStep})) > 0 {
				return nil
			}
			return counted(map[incident.Level]int{incident.NoClearCause: 0, incident.Possible: 1, incident.Likely: 2}[c.Verdict.Level])
		}}},
		draw: func(d drawing) data.Frames {
			var first incident.Candidate
			if len(d.Verdict.Candidates) > 0 {
				first = d.Verdict.Candidates[0]
			}
			return data.Frames{frame("verdict", data.FrameTypeTable,
				field("time", "", []time.Time{d.Window.To}),
				field("level", "", []string{string(d.Verdict.Level)}),
				d.toCase(field("sentence", "", []string{incident.WrittenInUTC(d.Verdict.Sentence, d.Verdict.Moments)})),
				d.linked(field("service", "", []string{first.Service})),
				field("component", "", []string{first.Component}),
				field("score", "percentunit", []float64{first.Score}),
				field("because", "", []string{strings.Join(first.BecauseIn(incident.WrittenInUTC), " ")}),
			)}
		},
	}
}

// candidatesQuery asks for everything that was weighed, best first.
func candidatesQuery() queryType {
	return queryType{rests: []string{verdictStep}, draw: func(d drawing) data.Frames {
		var services, components, because []string
		var ranks []int64
		var scores []float64
		for i, c := range d.Verdict.Candidates {
			services, components, because = append(services, c.Service), append(components, c.Component), append(because, strings.Join(c.BecauseIn(incident.WrittenInUTC), " "))
			ranks, scores = append(ranks, int64(i+1)), append(scores, c.Score)
		}
		return data.Frames{frame("candidates", data.FrameTypeNumericLong,
			d.linked(field("service", "", services)),
			field("component", "", components),
			field("because", "", because),
			field("rank", "", ranks),
			field("score", "percentunit", scores),
		)}
	}}
}

// chainQuery asks how the cause led to the symptom, in time order. Its rows are annotations too.
func chainQuery() queryType {
	return queryType{rests: []string{verdictStep}, draw: func(d drawing) data.Frames {
		table := frame("chain", data.FrameTypeTable,
			field("time", "", []time.Time{}),
			field("title", "", []string{}),
			d.toCase(field("text", "", []string{})),
			field("tags", "", []string{}),
			field("step", "", []string{}),
		)
		for _, l := range d.Verdict.Chain {
			table.AppendRow(l.At, escape.Annotation("Cause to symptom: "+d.Subject.Service), escape.Annotation(incident.WrittenInUTC(l.Sentence, l.Moments)), tagged(d.Subject, "chain"), l.Step)
		}
		return data.Frames{table}
	}}
}
