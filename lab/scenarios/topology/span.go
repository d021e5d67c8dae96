package topology

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// span is one span and those below it; its times are since the request began.
type span struct {
	on         *Pod
	name       string
	kind       ptrace.SpanKind
	operation  *operation // of a server
	calls      *operation // of a client
	backend    *Backend   // of a client
	peer       string     // of a client
	start, end time.Duration
	status     int    // of HTTP; 0 where there is none
	says       string // why it failed
	handed     bool   // its failure is told by a span within
	flaw       Flaw
	attributes synth.Attributes
	children   []*span
}

// failed says whether the span is one of a failure: a server answers 5xx, a client also sees 4xx as its own.
func (s *span) failed() bool {
	return s.status >= 500 || s.flaw.Lost || s.status == 0 && s.flaw.Status != 0
}

// traceID is that of a request's number.
func (g *generator) traceID(number int64) pcommon.TraceID {
	random := g.seed.Stream("trace ids").At(number)
	id := pcommon.TraceID{}
	binary.BigEndian.PutUint64(id[:8], random.Uint64()|1)
	binary.BigEndian.PutUint64(id[8:], random.Uint64()|1)
	return id
}

// write puts a request's spans into the batch.
func (g *generator) write(root *span, began time.Time, number int64) {
	g.writeBelow(root, began, g.traceID(number), pcommon.SpanID{}, g.seed.Stream("span ids").At(number))
}

func (g *generator) writeBelow(s *span, began time.Time, trace pcommon.TraceID, parent pcommon.SpanID, random *rand.Rand) {
	id := pcommon.SpanID{}
	binary.BigEndian.PutUint64(id[:], random.Uint64()|1)
	out := g.traces.Span(s.on.resource)
	out.SetTraceID(trace)
	out.SetSpanID(id)
	out.SetParentSpanID(parent)
	out.SetName(s.name)
	out.SetKind(s.kind)
	out.SetStartTimestamp(pcommon.NewTimestampFromTime(began.Add(s.start)))
	out.SetEndTimestamp(pcommon.NewTimestampFromTime(began.Add(s.end)))
	s.describe(out.Attributes())
	if s.failed() {
		out.Status().SetCode(ptrace.StatusCodeError)
		out.Status().SetMessage(s.says)
		if s.flaw.Type != "" && !s.handed {
			event := out.Events().AppendEmpty()
			event.SetName("exception")
			event.SetTimestamp(pcommon.NewTimestampFromTime(began.Add(s.end)))
			exception := synth.Attributes{{Key: "exception.type", Value: s.flaw.Type}, {Key: "exception.message", Value: s.flaw.Message}}
			if s.flaw.Stack != "" {
				exception = append(exception, synth.Attribute{Key: "exception.stacktrace", Value: s.flaw.Type + ": " + s.flaw.Message + "\n" + s.flaw.Stack})
			}
			exception.PutInto(event.Attributes())
		}
	}
	for _, child := range s.children {
		g.writeBelow(child, began, trace, id, random)
	}
}

// describe writes a span's attributes.
func (s *span) describe(into pcommon.Map) {
	s.attributes.PutInto(into)
	http := s.operation != nil && s.operation.spells != nil
	if http {
		s.operation.spells.PutInto(into)
		s.flaw.Attributes.PutInto(into)
	}
	if s.status != 0 && (http || s.kind == ptrace.SpanKindClient) {
		into.PutInt("http.response.status_code", int64(s.status))
	}
	if s.failed() {
		into.PutStr("error.type", s.errorType())
	}
}

// errorType is the exception's, or else the status.
func (s *span) errorType() string {
	if s.flaw.Type != "" {
		return s.flaw.Type
	}
	return statusText(s.status)
}
