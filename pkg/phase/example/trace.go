package example

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/analysis/criticalpath"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Trace reads the one trace that stands for the rest, with all that its spans say.
func Trace() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseExample,
		ID:     "trace",
		Title:  "Example trace",
		Needs:  []incident.Fact{incident.FactShapes},
		Awaits: []incident.Fact{incident.FactExemplars, incident.FactFailing, incident.FactSlow, incident.FactRefusals},
		Learns: []incident.Fact{incident.FactExample},
		Plan: func(c *incident.Case) ([]source.Question, error) {
			return []source.Question{traceQuestion(c, c.Facts.Shapes.Chosen)}, nil
		},
		Read: readTrace,
	}
}

func readTrace(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	shapes := c.Facts.Shapes
	if problem := answers.Problem(shapes.Chosen); problem != nil {
		return phase.Reading{}, problem
	}
	t := *answers[shapes.Chosen].Trace
	commonest := shapes.Shapes[0]
	whole := complete(criticalpath.TreeOf(&t))
	example := incident.Example{Trace: t, Shape: commonest.Shape, Like: commonest.Count, Of: shapes.Of, Reason: reasonFor(c, t.ID, whole)}
	finding := incident.Finding{
		Severity: incident.Info,
		Sentence: fmt.Sprintf("Trace %s: %s, %d %s, %d %s. Chosen as %s: %s (%d of %d traces looked at).", t.ID,
			numbers.Milliseconds(t.Duration), t.Services(), wording.Plural(t.Services(), "service", "services"),
			len(t.Spans), wording.Plural(len(t.Spans), "span", "spans"), example.Reason, commonest.Shape, commonest.Count, shapes.Of),
		Values: []incident.Value{
			{Name: "duration", Measure: incident.MeasureTraceDuration, Value: t.Duration.Seconds(), Unit: incident.Seconds},
			{Name: "services", Measure: incident.MeasureTraceServices, Value: float64(t.Services()), Unit: incident.Count},
			{Name: "spans", Measure: incident.MeasureTraceSpans, Value: float64(len(t.Spans)), Unit: incident.Count},
			{Name: "traces of this kind", Value: float64(commonest.Count), Unit: incident.Count, Samples: float64(shapes.Of)},
			{Name: "traces looked at", Value: float64(shapes.Of), Unit: incident.Count},
		},
		Interval: &incident.Window{From: t.Start, To: t.Start.Add(t.Duration)},
		Evidence: incident.Evidence{Trace: &t},
	}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Example = &example }), nil
}

func reasonFor(c *incident.Case, id string, whole bool) string {
	what := "failure"
	if refused(c) {
		what = "refusal"
	}
	kind := "the commonest kind of " + what
	if s := c.Facts.Shapes; s.Before > 0 {
		kind = "the kind of " + what + " that rose most since the onset"
	}
	if lookedAt(c).Slow {
		kind = "those that are slow in the commonest place"
	}
	if named(c, id) {
		kind += " that an exemplar names"
	}
	if !whole {
		return "the longest one of " + kind + ", though some of its spans are missing"
	}
	return "the longest complete one of " + kind
}
