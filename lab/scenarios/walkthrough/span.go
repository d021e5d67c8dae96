package walkthrough

import (
	"math/rand/v2"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// spanEvent is something that happened at one moment of a span.
type spanEvent struct {
	name       string
	at         time.Time
	attributes synth.Attributes
}

// span is one span and those below it.
type span struct {
	id         pcommon.SpanID
	resource   *synth.Resource
	name       string
	client     bool
	start, end time.Time
	failed     string // the status message of a failed span, or empty
	attributes synth.Attributes
	events     []spanEvent
	children   []*span
}

// serverSpan is a request to an operation as the one called sees it.
func serverSpan(random *rand.Rand, o operation, on *pod, start, end time.Time, status int) *span {
	s := &span{
		id: spanID(random), resource: on.resource, name: o.name, start: start, end: end,
		attributes: synth.Attributes{
			{Key: "http.request.method", Value: o.method}, {Key: "http.route", Value: o.route},
			{Key: "http.response.status_code", Value: status},
		},
	}
	if status >= 500 {
		s.failed = "HTTP " + strconv.Itoa(status)
		s.attributes = append(s.attributes, synth.Attribute{Key: "error.type", Value: strconv.Itoa(status)})
	}
	return s
}

func (s *span) add(child *span) { s.children = append(s.children, child) }

// write puts a tree of spans into the batch.
func (g *generator) write(root *span, trace pcommon.TraceID) {
	g.writeBelow(root, trace, pcommon.SpanID{})
}

func (g *generator) writeBelow(s *span, trace pcommon.TraceID, parent pcommon.SpanID) {
	out := g.traces.Span(s.resource)
	out.SetTraceID(trace)
	out.SetSpanID(s.id)
	out.SetParentSpanID(parent)
	out.SetName(s.name)
	out.SetKind(ptrace.SpanKindServer)
	if s.client {
		out.SetKind(ptrace.SpanKindClient)
	}
	out.SetStartTimestamp(pcommon.NewTimestampFromTime(s.start))
	out.SetEndTimestamp(pcommon.NewTimestampFromTime(s.end))
	if s.failed != "" {
		out.Status().SetCode(ptrace.StatusCodeError)
		out.Status().SetMessage(s.failed)
	}
	s.attributes.PutInto(out.Attributes())
	for _, event := range s.events {
		e := out.Events().AppendEmpty()
		e.SetName(event.name)
		e.SetTimestamp(pcommon.NewTimestampFromTime(event.at))
		event.attributes.PutInto(e.Attributes())
	}
	for _, child := range s.children {
		g.writeBelow(child, trace, s.id)
	}
}
