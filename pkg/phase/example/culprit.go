package example

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/analysis/criticalpath"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Culprit finds the span where the example went wrong and reads what it says about that.
func Culprit() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseExample,
		ID:     "culprit",
		Title:  "Failing span",
		Needs:  []incident.Fact{incident.FactExample},
		Awaits: []incident.Fact{incident.FactExemplars, incident.FactFailing, incident.FactSlow, incident.FactRefusals, incident.FactNeighbours, incident.FactOnset},
		Learns: []incident.Fact{incident.FactCulprit},
		Plan:   func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read:   readCulprit,
	}
}

func readCulprit(c *incident.Case, _ source.Answers) (phase.Reading, error) {
	trace := c.Facts.Example.Trace
	tree := criticalpath.TreeOf(refusing(c, &trace))
	blame, found := tree.Culprit(habits(c))
	if !found {
		return phase.Reading{}, phase.Skipf("Look at the trace in Explore.", "Trace %s has no spans.", trace.ID)
	}
	span := trace.Spans[blame.Span]
	culprit := incident.Culprit{
		Span: span, Self: tree.Self(blame.Span), Path: ids(&trace, tree.PathTo(blame.Span)), CriticalPath: ids(&trace, tree.Path()),
		External: external(tree, blame.Span), Timeout: blame.Failed && timedOut(span),
		Reason: "the deepest failed span; what is above it only hands the failure on",
	}
	switch {
	case blame.Waited:
		call := trace.Spans[blame.GaveUp]
		culprit.GaveUp = &call
		culprit.Reason = "the deepest failed call gave up while this was at work; most of that time went here"
	case blame.Failed && refused(c) && convention.Refuses(statusCode(span)):
		culprit.Refused = statusCode(span)
		culprit.Reason = "the deepest span that was refused and after which the request went no further; what is above it only hands the refusal on"
	case !blame.Failed:
		culprit.Reason = "no span failed; most of the request's own time went here"
	}
	culprit.Reason += passedOver(&trace, blame.PassedOver)
	findings := []incident.Finding{culpritFinding(&trace, culprit, c.Subject.Service)}
	if words := whatItSays(culprit); words != nil {
		findings = append(findings, *words)
	}
	return phase.FoundThat(findings...).Teaching(func(f *incident.Facts) { f.Culprit = &culprit }), nil
}

// external is the host a failing call went to when nothing behind it is traced.
func external(tree *criticalpath.Tree, i int) string {
	span := tree.Trace.Spans[i]
	if span.Kind != incident.KindClient && span.Kind != incident.KindProducer || len(tree.Children(i)) > 0 {
		return ""
	}
	return phase.Host(span)
}

func culpritFinding(trace *incident.Trace, c incident.Culprit, subject string) incident.Finding {
	verb := "It went wrong in"
	switch {
	case c.Span.Failed:
	case c.MostOf(trace, subject):
		verb = "Its time went to"
	default:
		verb = "The largest part of its time went to"
	}
	sentence := fmt.Sprintf("%s %s (%s): %s of the request's %s were spent there",
		verb, c.Span.Name, c.Span.Service, numbers.Milliseconds(c.Span.Duration), numbers.Milliseconds(trace.Duration))
	switch {
	case c.Refused != "":
		sentence = fmt.Sprintf("%s (%s) refused it with status %s, after %s of the request's %s", c.Span.Name, c.Span.Service, c.Refused,
			numbers.Milliseconds(c.Span.Duration), numbers.Milliseconds(trace.Duration))
	case c.GaveUp != nil:
		sentence = fmt.Sprintf("%s of %s gave up after %s while %s (%s) was at work, which took %s", c.GaveUp.Name, c.GaveUp.Service,
			numbers.Milliseconds(c.GaveUp.Duration), c.Span.Name, c.Span.Service, numbers.Milliseconds(c.Span.Duration))
	}
	switch {
	case c.External != "" && c.Refused != "":
		sentence = fmt.Sprintf("%s, which %s (%s) called, refused it with status %s, after %s of the request's %s; nothing traces it further", c.External, c.Span.Service,
			c.Span.Name, c.Refused, numbers.Milliseconds(c.Span.Duration), numbers.Milliseconds(trace.Duration))
	case c.External != "":
		sentence += fmt.Sprintf(", in a call to %s that nothing traces further", c.External)
	}
	return incident.Finding{
		Severity: incident.Critical,
		Sentence: sentence + ".",
		Values: []incident.Value{
			{Name: "culprit's duration", Measure: incident.MeasureCulpritElapsed, Value: c.Span.Duration.Seconds(), Unit: incident.Seconds},
			{Name: "request's duration", Measure: incident.MeasureTraceDuration, Value: trace.Duration.Seconds(), Unit: incident.Seconds},
			{Name: "culprit's own time", Measure: incident.MeasureCulpritSelf, Value: c.Self.Seconds(), Unit: incident.Seconds},
		},
		Interval: &incident.Window{From: c.Span.Start, To: c.Span.End()},
		Method:   c.Reason,
	}
}

// whatItSays puts the culprit's attributes and events into a sentence; nil when they say nothing.
func whatItSays(c incident.Culprit) *incident.Finding {
	var parts []string
	var values []incident.Value
	if message := cmp.Or(c.Span.ErrorMessage(), c.Span.ErrorType()); message != "" {
		parts = append(parts, fmt.Sprintf("it said %s", wording.Quoted(message)))
	}
	if made, allowed := retries(c.Span); made > 0 {
		text := fmt.Sprintf("attempt %d", made)
		values = append(values, incident.Value{Name: "attempt", Measure: incident.MeasureAttempt, Value: float64(made), Unit: incident.Count})
		if allowed > 0 {
			text += fmt.Sprintf(" of %d", allowed)
			values = append(values, incident.Value{Name: "attempts allowed", Measure: incident.MeasureAttemptsAllowed, Value: float64(allowed), Unit: incident.Count})
		}
		parts = append(parts, text)
	}
	if code := statusCode(c.Span); code != "" && code != c.Refused {
		parts = append(parts, "status code "+code+" came back")
	} else if c.Span.Kind == incident.KindClient && c.Timeout && !ofDatabase(c.Span) {
		parts = append(parts, "it timed out, and no status code came back")
	}
	if len(parts) == 0 {
		return nil
	}
	sentence := strings.Join(parts, "; ") + "."
	return &incident.Finding{Severity: incident.Info, Sentence: strings.ToUpper(sentence[:1]) + sentence[1:], Values: values,
		Method: "the attributes and events of the culprit span"}
}

// ofDatabase says that a span is a call of a database, which answers without a status code, errors about timeouts among them.
func ofDatabase(span incident.Span) bool {
	return cmp.Or(span.Attributes["db.system"], span.Attributes["db.system.name"]) != ""
}

func ids(trace *incident.Trace, spans []int) []string {
	ids := make([]string, len(spans))
	for i, s := range spans {
		ids[i] = trace.Spans[s].ID
	}
	return ids
}
