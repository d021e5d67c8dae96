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

// SlowTraces finds traces that took longer than all but one in a hundred normally do, where requests are slow and not
// failing, or where traces do not say that they failed. Where failing traces tell the story it asks nothing.
func SlowTraces() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseExample,
		ID:     "slow-traces",
		Title:  "Slow traces",
		Needs:  []incident.Fact{incident.FactLatency},
		Awaits: []incident.Fact{incident.FactErrors, incident.FactFailing, incident.FactRefusals},
		Learns: []incident.Fact{incident.FactSlow},
		Plan:   planSlowTraces,
		Read:   readSlowTraces,
	}
}

// slowAtLeast is the share of requests that are slower than usual where the p99 rose.
const slowAtLeast = 0.01

// slownessMatters says that the incident is one of slowness: latency rose, and either errors did not, or fewer requests fail than are
// slow, or no trace failed; and that refused requests do not tell the story.
func slownessMatters(f incident.Facts) bool {
	fewFail := f.Errors != nil && (!f.Errors.Worse || f.Errors.Now < slowAtLeast)
	return f.Refusals == nil && f.Latency.Worse && f.Latency.Normal > 0 && (f.Failing == nil || fewFail)
}

// slowFrom is the duration from which a request is slow: the usual p99; where no more than the mean is known, that of now, which
// most requests did not reach before it rose.
func slowFrom(f incident.Facts) time.Duration {
	seconds := f.Latency.Normal
	if f.Latency.Mean {
		seconds = f.Latency.Now
	}
	return time.Duration(seconds * float64(time.Second)).Truncate(time.Microsecond)
}

// slowFromWhat says which duration that is.
func slowFromWhat(f incident.Facts) string {
	if f.Latency.Mean {
		return "mean of now"
	}
	return "usual p99"
}

func planSlowTraces(c *incident.Case) ([]source.Question, error) {
	if !slownessMatters(c.Facts) {
		return nil, nil
	}
	question, err := phase.Search("slow", requests(c, traceql.LongerThan(slowFrom(c.Facts))), c.Window.Last(searched), searchLimit, 0)
	return []source.Question{question}, err
}

func readSlowTraces(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if !slownessMatters(c.Facts) {
		return phase.ClearBecause(), nil
	}
	if problem := answers.Problem("slow"); problem != nil {
		return phase.Reading{}, problem
	}
	answer, window := answers["slow"], c.Window.Last(searched)
	found := incident.FailingTraces{Count: len(answer.Traces), AtLeast: answer.Truncated, Traces: answer.Traces, Window: window, Slow: true}
	usual := slowFrom(c.Facts).Seconds()
	values := []incident.Value{{Name: "slow traces", Measure: incident.MeasureSlowTraces, Value: float64(found.Count), Unit: incident.Count, AtLeast: found.AtLeast},
		{Name: slowFromWhat(c.Facts), Value: usual, Unit: incident.Seconds}, {Name: "searched", Measure: incident.MeasureCountedOver, Value: window.Length().Seconds(), Unit: incident.Seconds}}
	finding := incident.Finding{Severity: incident.Normal, Values: values, Interval: &window,
		Sentence: fmt.Sprintf("No trace of %s took longer than the %s of %s in the last %s; sampling may have kept none.",
			name(c.Subject), slowFromWhat(c.Facts), numbers.Duration(usual), numbers.Duration(window.Length().Seconds()))}
	if found.Count == 0 {
		return phase.ClearBecause(finding), nil
	}
	sample(&found)
	finding.Severity = incident.Critical
	finding.Sentence = fmt.Sprintf("%s %s of %s took longer than the %s of %s in the last %s.", countOf(found), wording.Plural(found.Count, "trace", "traces"),
		name(c.Subject), slowFromWhat(c.Facts), numbers.Duration(usual), numbers.Duration(window.Length().Seconds()))
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Slow = &found }), nil
}
