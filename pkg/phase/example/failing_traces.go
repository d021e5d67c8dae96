package example

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	searched    = 30 * time.Minute // how far back failing traces are looked for
	searchLimit = 1000             // traces; with fewer the count is exact
)

// anyTrace names the question whether the store has traces of the service at all: without any, that none failed means nothing.
const anyTrace = "any"

// FailingTraces counts the failing traces of the subject's operation and samples them.
func FailingTraces() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseExample,
		ID:     "failing-traces",
		Title:  "Failing traces",
		Learns: []incident.Fact{incident.FactFailing},
		Plan: func(c *incident.Case) ([]source.Question, error) {
			question, err := phase.Search("failing", requests(c, traceql.Failed()), c.Window.Last(searched), searchLimit, 0)
			if err != nil {
				return nil, err
			}
			one, err := phase.Search(anyTrace, traceql.Spans(phase.SubjectSpans(c)...), c.Window.Last(searched), 1, 0)
			return []source.Question{question, one}, err
		},
		Read: readFailingTraces,
	}
}

// requests is a query for the subject's requests that meet a condition.
func requests(c *incident.Case, condition traceql.Condition) string {
	conditions := phase.SubjectSpans(c)
	if c.Subject.Operation != "" {
		conditions = append(conditions, traceql.SpanName(c.Subject.Operation))
	} else {
		conditions = append(conditions, traceql.Entry())
	}
	return traceql.Spans(append(conditions, condition)...)
}

func readFailingTraces(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("failing"); problem != nil {
		return phase.Reading{}, problem
	}
	answer := answers["failing"]
	window := c.Window.Last(searched)
	found := incident.FailingTraces{Count: len(answer.Traces), AtLeast: answer.Truncated, Traces: answer.Traces, Window: window}
	values := []incident.Value{{Name: "failing traces", Measure: incident.MeasureFailingTraces, Value: float64(found.Count), Unit: incident.Count, AtLeast: found.AtLeast},
		{Name: "searched", Measure: incident.MeasureCountedOver, Value: window.Length().Seconds(), Unit: incident.Seconds}}
	if found.Count == 0 {
		if problem := answers.Problem(anyTrace); problem != nil {
			return phase.Reading{}, problem
		}
		if len(answers[anyTrace].Traces) == 0 {
			return phase.Reading{}, phase.Skipf("Check that the service sends traces there under this name, and how long they are kept.",
				"The trace store has no trace of %s in the last %s.", c.Subject.Service, numbers.Duration(window.Length().Seconds()))
		}
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal, Values: values, Interval: &window,
			Sentence: fmt.Sprintf("No trace of %s failed in the last %s.", name(c.Subject), numbers.Duration(window.Length().Seconds()))}), nil
	}
	sample(&found)
	finding := incident.Finding{Severity: incident.Critical, Values: values, Interval: &window, Sentence: fmt.Sprintf(
		"%s failing %s of %s in the last %s.", countOf(found), wording.Plural(found.Count, "trace", "traces"), name(c.Subject), numbers.Duration(window.Length().Seconds()))}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Failing = &found }), nil
}

func countOf(f incident.FailingTraces) string {
	if f.AtLeast {
		return "At least " + numbers.Count(float64(f.Count))
	}
	return numbers.Count(float64(f.Count))
}

func name(s incident.Subject) string {
	if s.Operation == "" {
		return s.Service
	}
	return s.Operation + " (" + s.Service + ")"
}
