package example

import (
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Refusals finds traces of requests that were refused, as with 401, 404 or 429, where these are what there is to explain: more are
// refused than before, and no more fail. Their spans have no error status, since the server did as it should. Where failing or slow
// traces tell the story it asks nothing.
func Refusals() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseExample,
		ID:     "refused-traces",
		Title:  "Traces of client errors",
		Needs:  []incident.Fact{incident.FactRefused},
		Awaits: []incident.Fact{incident.FactErrors, incident.FactOnset},
		Learns: []incident.Fact{incident.FactRefusals},
		Plan:   planRefusals,
		Read:   readRefusals,
	}
}

// refusedAtLeast is the share of refused requests from which they may be what there is to explain.
const refusedAtLeast = 0.01

// refusalsMatter says that the incident is one of refused requests: their share rose, that of errors did not, and latency did not rise
// before, of which refusals are a consequence.
func refusalsMatter(f incident.Facts) bool {
	rose := f.Refused.Worse && f.Refused.Now >= refusedAtLeast && len(f.Refused.Codes) > 0
	return rose && (f.Errors == nil || !f.Errors.Worse) && (f.Onset == nil || f.Onset.First != "latency")
}

func planRefusals(c *incident.Case) ([]source.Question, error) {
	if !refusalsMatter(c.Facts) {
		return nil, nil
	}
	question, err := phase.Search("refused", requests(c, refusedWith(c.Facts.Refused.Codes)), c.Window.Last(searched), searchLimit, 0)
	return []source.Question{question}, err
}

// refusedWith selects what was answered with one of the statuses of the metric; with any that is the client's fault, where the metric
// tells no more than the class, as "4xx".
func refusedWith(codes []string) traceql.Condition {
	var statuses []int
	for _, code := range codes {
		n, one := convention.StatusNumber(code)
		if !one {
			return traceql.ClientErrors()
		}
		statuses = append(statuses, n)
	}
	return traceql.Answered(statuses...)
}

func readRefusals(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if !refusalsMatter(c.Facts) {
		return phase.ClearBecause(), nil
	}
	if problem := answers.Problem("refused"); problem != nil {
		return phase.Reading{}, problem
	}
	answer, window, codes := answers["refused"], c.Window.Last(searched), c.Facts.Refused.Codes
	found := incident.FailingTraces{Count: len(answer.Traces), AtLeast: answer.Truncated, Traces: answer.Traces, Window: window, Refused: codes}
	values := []incident.Value{{Name: "refused traces", Measure: incident.MeasureRefusedTraces, Value: float64(found.Count), Unit: incident.Count, AtLeast: found.AtLeast},
		{Name: "searched", Measure: incident.MeasureCountedOver, Value: window.Length().Seconds(), Unit: incident.Seconds}}
	span := numbers.Duration(window.Length().Seconds())
	if found.Count == 0 {
		return phase.ClearBecause(incident.Finding{Severity: incident.Normal, Values: values, Interval: &window,
			Sentence: fmt.Sprintf("No trace of %s in the last %s has a span that was answered %s: spans may not carry the status, or sampling kept none.", name(c.Subject), span, wording.List(codes))}), nil
	}
	sample(&found)
	finding := incident.Finding{Severity: incident.Critical, Values: values, Interval: &window, Sentence: fmt.Sprintf("%s %s of %s answered %s in the last %s.",
		countOf(found), wording.Plural(found.Count, "trace", "traces"), name(c.Subject), wording.List(codes), span)}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Refusals = &found }), nil
}

// refused says that the traces looked at are of refused requests.
func refused(c *incident.Case) bool { return lookedAt(c) != nil && len(lookedAt(c).Refused) > 0 }

// refusing is the trace as its refusal tells it, where the traces looked at are refused: spans count as failed that were answered with
// a client error after which the request went no further, and calls do not whose client error it passed over, as that of a cache that
// does not know something.
func refusing(c *incident.Case, trace *incident.Trace) *incident.Trace {
	if !refused(c) {
		return trace
	}
	marked := *trace
	marked.Spans = slices.Clone(trace.Spans)
	for i := range marked.Spans {
		if span := &marked.Spans[i]; convention.Refuses(statusCode(*span)) {
			span.Failed = lastCall(trace, i)
		}
	}
	return &marked
}

// lastCall says that nothing beside a span began after it ended.
func lastCall(trace *incident.Trace, i int) bool {
	span := &trace.Spans[i]
	return span.Parent == "" || !slices.ContainsFunc(trace.Spans, func(s incident.Span) bool {
		return s.Parent == span.Parent && !s.Start.Before(span.End()) && s.ID != span.ID
	})
}

// answered are the attributes in which spans hold what they were answered with.
func answered() []incident.AttributeName {
	return []incident.AttributeName{{Name: "http.response.status_code"}, {Name: "http.status_code"}, {Name: "rpc.grpc.status_code"}}
}
