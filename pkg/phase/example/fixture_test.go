package example_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/example"
	"github.com/faultline-investigation/faultline/pkg/source"
)

var alert = time.Date(2025, 1, 21, 10, 47, 0, 0, time.UTC)

const (
	subject = "order-service"
	callee  = "payment-service"
)

func anIncident() *incident.Case {
	return &incident.Case{Subject: incident.Subject{Service: subject, Operation: "POST /api/checkout"},
		Window: incident.Window{From: alert.Add(-time.Hour), To: alert}}
}

// slowIncident is one in which requests became slow and no more of them fail than before.
func slowIncident() *incident.Case {
	c := anIncident()
	c.Facts.Latency = &incident.Change{Now: 2.3, Normal: 0.4, Worse: true}
	c.Facts.Errors = &incident.Change{Now: 0.001, Normal: 0.001}
	return c
}

// request is a trace of a request and the call that it made; milliseconds of either, and what the call says.
func request(id string, whole, call int, failed bool, attributes map[string]string) *incident.Trace {
	at := alert.Add(-10 * time.Minute)
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	return &incident.Trace{ID: id, Start: at, Duration: ms(whole), Spans: []incident.Span{
		{ID: "1", Service: subject, Name: "POST /api/checkout", Kind: incident.KindServer, Start: at, Duration: ms(whole), Failed: failed},
		{ID: "2", Parent: "1", Service: callee, Name: "charge", Kind: incident.KindServer, Start: at.Add(ms(5)), Duration: ms(call), Failed: failed, Attributes: attributes},
	}}
}

func saying(kind string) map[string]string { return map[string]string{"error.type": kind} }

// searched is what a search tells of traces.
func searched(traces ...*incident.Trace) []incident.TraceSummary {
	out := make([]incident.TraceSummary, len(traces))
	for i, t := range traces {
		out[i] = incident.TraceSummary{ID: t.ID, Start: t.Start, Duration: t.Duration}
	}
	return out
}

// several repeats a trace under ids of their own.
func several(n int, prefix string, of func(i int) *incident.Trace) []*incident.Trace {
	var out []*incident.Trace
	for i := range n {
		t := of(i)
		t.ID = fmt.Sprintf("%s%d", prefix, i)
		out = append(out, t)
	}
	return out
}

// looking makes the case know failing traces, all of them looked at, the first of them read whole.
func looking(c *incident.Case, traces []*incident.Trace) {
	window := c.Window.Last(30 * time.Minute)
	found := incident.FailingTraces{Count: len(traces), Window: window, Slow: c.Facts.Latency != nil, Longest: []string{traces[0].ID}}
	for _, t := range traces {
		found.Sampled = append(found.Sampled, t.ID)
	}
	found.Slices = []incident.TraceSlice{{Window: window, Traces: found.Sampled}}
	if found.Slow {
		c.Facts.Slow = &found
		return
	}
	c.Facts.Failing = &found
}

// broughtBy is what a search brings of traces with their spans.
func broughtBy(traces []*incident.Trace) []incident.TraceSummary {
	out := searched(traces...)
	for i, t := range traces {
		out[i].Spans, out[i].Matched = t.Spans, len(t.Spans)
	}
	return out
}

// grouped runs the steps that read the traces looked at and choose one, and gives what the step of the shapes made of it.
func grouped(t *testing.T, c *incident.Case, traces []*incident.Trace) phase.Reading {
	t.Helper()
	looking(c, traces)
	reading(t, example.Whole(), c, source.Answers{traces[0].ID: {Trace: traces[0]}})
	return reading(t, example.Shapes(), c, source.Answers{"slice 1": {Traces: broughtBy(traces)}})
}

// chosen reads the trace that was chosen.
func chosen(t *testing.T, c *incident.Case, traces []*incident.Trace) phase.Reading {
	t.Helper()
	answers := source.Answers{}
	for _, trace := range traces {
		answers[trace.ID] = source.Answer{Trace: trace}
	}
	return reading(t, example.Trace(), c, answers)
}

func reading(t *testing.T, s phase.Step, c *incident.Case, answers source.Answers) phase.Reading {
	t.Helper()
	r, err := s.Read(c, answers)
	require.NoError(t, err)
	if r.Learn != nil {
		r.Learn(&c.Facts)
	}
	return r
}

func broken() *source.Problem {
	return &source.Problem{Kind: source.ServerError, Sentence: "Tempo failed.", Advice: "See its log."}
}
