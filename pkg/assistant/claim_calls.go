package assistant

import (
	"context"
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// callsClaim is "X calls Y": within the time that is looked at.
type callsClaim struct{ caller, callee string }

func (k callsClaim) says() string {
	return fmt.Sprintf("%s calls %s", wording.Quoted(k.caller), wording.Quoted(k.callee))
}

const (
	calleesStep = "impact/callees"
	serviceStep = "impact/service"
	callsLimit  = 5 // traces
)

func (k callsClaim) check(ctx context.Context, c *caller, l looking) (checked, error) {
	found, err := l.look(ctx, c, k.caller, impactAlone)
	if err != nil {
		return checked{}, err
	}
	result := checked{of: []seen{{found, calleesStep}}}
	if k.listed(found.found) {
		result.result, result.why = holds, fmt.Sprintf("The metric of calls between services has calls of %s to %s.", wording.Quoted(k.caller), wording.Quoted(k.callee))
		return result, nil
	}
	traces, err := c.search(ctx, k.query(), found.found.Window)
	if err != nil {
		return checked{}, err
	}
	result.queries = []incident.Query{traces.Query()}
	if len(traces.Traces) > 0 {
		result.result, result.why = holds, fmt.Sprintf("Traces have such calls, for example trace %s.", printable(traces.Traces[0].ID, longestName))
		return result, nil
	}
	// Whoever reports nothing is called by nobody, as far as telemetry tells.
	callee, err := l.look(ctx, c, k.callee, impactAlone)
	if err != nil {
		return checked{}, err
	}
	result.of = append(result.of, seen{callee, serviceStep})
	result.result, result.why = k.judge(found.found, traces, callee.found)
	return result, nil
}

// query finds spans of the callee right below spans of the caller.
func (k callsClaim) query() string {
	return traceql.Parent(traceql.Spans(traceql.Service(k.caller)), traceql.Spans(traceql.Service(k.callee)))
}

func (k callsClaim) listed(found *incident.Case) bool {
	return found.Facts.Callees != nil && slices.Contains(found.Facts.Callees.Services, k.callee)
}

// judge decides a claim for which neither metrics nor traces have a call. It does not hold only where both could have seen one.
func (k callsClaim) judge(found *incident.Case, traces source.Answer, callee *incident.Case) (result, reason string) {
	switch {
	case why(found, calleesStep) != "":
		return cannotBeTold, why(found, calleesStep)
	case found.Facts.Callees == nil:
		return cannotBeTold, fmt.Sprintf("The metric of calls between services has no calls of %s at all, so it may not measure them.", wording.Quoted(k.caller))
	case traces.Problem != nil:
		return cannotBeTold, "The metric of calls between services has no such call, and traces could not be searched: " + traces.Problem.Sentence
	case traces.Truncated || len(traces.Warnings) > 0:
		return cannotBeTold, "The metric of calls between services has no such call, and only a part of the traces was searched."
	case why(callee, serviceStep) != "":
		return cannotBeTold, fmt.Sprintf("%s reports no requests of its own, so calls to it may not be recorded, or not under this name.", wording.Quoted(k.callee))
	}
	return doesNotHold, fmt.Sprintf("Neither the metric of calls between services, which has other calls of %s, nor the traces of %s have such a call.",
		wording.Quoted(k.caller), span(&found.Window))
}

// search asks the trace store once.
func (c *caller) search(ctx context.Context, text string, window incident.Window) (source.Answer, error) {
	querier, err := c.environment.Querier(ctx, c.organization)
	if err != nil {
		return source.Answer{}, err
	}
	if !traceql.Fits(text) {
		return source.Answer{Problem: &source.Problem{Kind: source.BadQuestion, Signal: source.Traces, Sentence: "The names make the TraceQL query longer than Tempo reads.", Advice: "Nothing to do."}}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.environment.Limits().QuestionTimeout)
	defer cancel()
	return querier.Ask(ctx, source.Question{Name: "claim", Kind: source.TraceSearch, Text: text, Window: window, Limit: callsLimit}), nil
}
