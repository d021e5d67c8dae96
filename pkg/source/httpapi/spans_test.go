package httpapi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

// span is a span of a test's trace; ids are single bytes, times are milliseconds after the alert.
type span struct {
	id, parent byte
	from, to   int
}

// tracesOf puts every span into a batch of its own, as they are given.
func tracesOf(spans ...span) ptrace.Traces {
	traces := ptrace.NewTraces()
	at := func(ms int) pcommon.Timestamp {
		return pcommon.NewTimestampFromTime(alert.Add(time.Duration(ms) * time.Millisecond))
	}
	for _, s := range spans {
		batch := traces.ResourceSpans().AppendEmpty()
		batch.Resource().Attributes().PutStr("service.name", string(s.id))
		otlp := batch.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
		otlp.SetTraceID(pcommon.TraceID{0, 0xab, 0xcd})
		otlp.SetSpanID(pcommon.SpanID{s.id})
		if s.parent != 0 {
			otlp.SetParentSpanID(pcommon.SpanID{s.parent})
		}
		otlp.SetStartTimestamp(at(s.from))
		if s.to >= 0 {
			otlp.SetEndTimestamp(at(s.to))
		}
	}
	return traces
}

// order is the services of a trace's spans, one letter each.
func order(trace *incident.Trace) string {
	letters := ""
	for _, s := range trace.Spans {
		letters += s.Service
	}
	return letters
}

func TestSpansComeByStartAndParentsBeforeTheirChildren(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spans []span
		order string
	}{
		"unordered":                            {[]span{{'c', 'b', 20, 30}, {'a', 0, 0, 50}, {'b', 'a', 10, 40}}, "abc"},
		"a child as long as its parent":        {[]span{{'c', 'b', 0, 50}, {'b', 'a', 0, 50}, {'a', 0, 0, 50}}, "abc"},
		"a child longer than its parent":       {[]span{{'b', 'a', 0, 90}, {'a', 0, 0, 50}}, "ab"},
		"siblings, the longer first":           {[]span{{'b', 'a', 0, 10}, {'c', 'a', 0, 20}, {'a', 0, 0, 50}}, "acb"},
		"siblings just the same":               {[]span{{'c', 'a', 0, 10}, {'b', 'a', 0, 10}, {'a', 0, 0, 50}}, "abc"},
		"a parent that is missing":             {[]span{{'b', 'x', 0, 10}, {'a', 0, 0, 50}}, "ab"},
		"spans that are each other's parents":  {[]span{{'b', 'a', 1, 10}, {'a', 'b', 0, 50}}, "ab"},
		"a span that is its own parent":        {[]span{{'a', 'a', 0, 50}}, "a"},
		"spans that take no time":              {[]span{{'b', 'a', 0, 0}, {'a', 0, 0, 0}}, "ab"},
		"a child before its parent, by a skew": {[]span{{'a', 0, 10, 50}, {'b', 'a', 5, 20}}, "ba"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.order, order(httpapi.TraceOf(tracesOf(c.spans...))))
		})
	}
}

func TestATraceLastsFromItsFirstStartToItsLastEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spans    []span
		start    int
		duration time.Duration
	}{
		"a child that outlives its root": {[]span{{'a', 0, 0, 50}, {'b', 'a', 10, 80}}, 0, 80 * time.Millisecond},
		"a child before its root":        {[]span{{'a', 0, 10, 50}, {'b', 'a', 5, 20}}, 5, 45 * time.Millisecond},
		"no time at all":                 {[]span{{'a', 0, 3, 3}}, 3, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trace := httpapi.TraceOf(tracesOf(c.spans...))
			assert.Equal(t, "abcd00000000000000000000000000", trace.ID)
			assert.Equal(t, alert.Add(time.Duration(c.start)*time.Millisecond), trace.Start)
			assert.Equal(t, c.duration, trace.Duration)
		})
	}
}

func TestASpanThatNeverEndedOrEndedBeforeItBeganTakesNoTime(t *testing.T) {
	t.Parallel()
	for _, s := range []span{{'a', 0, 10, -1}, {'a', 0, 10, 5}} {
		trace := httpapi.TraceOf(tracesOf(s))
		require.Len(t, trace.Spans, 1)
		assert.Zero(t, trace.Spans[0].Duration)
		assert.Zero(t, trace.Duration)
	}
}

func TestAMissingParentIsKeptAndARootHasNone(t *testing.T) {
	t.Parallel()
	trace := httpapi.TraceOf(tracesOf(span{'a', 0, 0, 9}, span{'b', 'x', 1, 2}))
	assert.Empty(t, trace.Spans[0].Parent)
	assert.Equal(t, "7800000000000000", trace.Spans[1].Parent)
}

func TestEventsAndAttributesOfEveryTypeComeAsText(t *testing.T) {
	t.Parallel()
	traces := tracesOf(span{'a', 0, 0, 9})
	otlp := traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
	otlp.Attributes().PutInt("retry.count", 3)
	otlp.Attributes().PutBool("timeout", true)
	otlp.Status().SetCode(ptrace.StatusCodeError)
	otlp.Status().SetMessage("deadline")
	event := otlp.Events().AppendEmpty()
	event.SetName("exception")
	event.SetTimestamp(pcommon.NewTimestampFromTime(alert))
	event.Attributes().PutStr("exception.type", "Timeout")

	read := httpapi.TraceOf(traces).Spans[0]
	assert.Equal(t, map[string]string{"retry.count": "3", "timeout": "true"}, read.Attributes)
	assert.True(t, read.Failed)
	assert.Equal(t, "deadline", read.StatusMessage)
	assert.Equal(t, []incident.SpanEvent{{Name: "exception", Time: alert, Attributes: map[string]string{"exception.type": "Timeout"}}}, read.Events)
}
