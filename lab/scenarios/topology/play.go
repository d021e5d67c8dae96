package topology

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

const (
	onTheWire   = 800 * time.Microsecond
	firstBefore = 0.35 // of an operation's own time, what goes before its calls
	notAnswered = 502
)

// play is one request while it is being played.
type play struct {
	g      *generator
	second time.Time // in which it ends
	random *rand.Rand
	number int64
	lines  []spoken
}

// spoken is a log line of a request.
type spoken struct {
	by                         *Pod
	after                      time.Duration // since the request began
	level, logger, text, stack string
}

// play plays one request that ends in a second: counts it, and writes what is kept of it.
func (g *generator) play(o *operation, second time.Time, random *rand.Rand) {
	g.requests++
	p := &play{g: g, second: second, random: random, number: g.requests}
	pod := g.cluster.serving(o.service.Name, second, random)
	if pod == nil {
		return // nobody takes it, and nobody who could tell of it was asked
	}
	root := p.serve(o, pod, 0)
	began := second.Add(time.Duration(random.Int64N(int64(time.Second)))).Add(-root.end)
	g.counts.request(root)
	kept := root.failed() || g.system.Slow > 0 && root.end >= g.system.Slow || random.Float64() < g.system.Kept
	const told = 0.1 // of all requests, whatever became of them
	if random.Float64() < told {
		p.lines = append(p.lines, spoken{pod, root.end, "info", "access", fmt.Sprintf("%s %d %d ms", o.Name, root.status, root.end.Milliseconds()), ""})
	}
	if kept {
		g.write(root, began, p.number)
	}
	if len(p.lines) > 0 {
		trace := g.traceID(p.number)
		for _, l := range p.lines {
			g.line(l.by, began.Add(l.after), l.level, l.logger, l.text, l.stack, &trace)
		}
	}
}

// draw is a duration of a log-normal distribution with the given median and 99th percentile, both in seconds.
func (p *play) draw(p50, p99 float64) time.Duration {
	const z99 = 2.3263
	return time.Duration(p50 * math.Exp(math.Log(p99/p50)/z99*p.random.NormFloat64()) * float64(time.Second))
}

// serve plays an operation on a pod from a time of the request on.
func (p *play) serve(o *operation, pod *Pod, from time.Duration) *span {
	flaw := Flaw{}
	if o.Flaw != nil {
		flaw = o.Flaw(p.situation(pod))
	}
	if !flaw.fails() && p.random.Float64() < o.Everyday {
		flaw = Flaw{Status: 500, Type: "ConflictError", Message: "the record was changed meanwhile", By: "handler",
			Says: "request failed: the record was changed meanwhile", Attributes: flaw.Attributes}
	}
	own := stretched(p.draw(o.P50, o.P99), flaw)
	s := &span{on: pod, name: o.Name, kind: ptrace.SpanKindServer, operation: o, start: from, status: 200, flaw: flaw}
	at := from + time.Duration(firstBefore*float64(own))
	for i := range o.Calls {
		if flaw.Early && flaw.fails() || o.Calls[i].Share > 0 && p.random.Float64() >= o.Calls[i].Share {
			continue
		}
		children := p.call(&o.Calls[i], pod, at)
		s.children = append(s.children, children...)
		last := children[len(children)-1]
		at = last.end
		if last.failed() && !o.Calls[i].Dispensable {
			p.handOn(s, o, last)
			at = p.undo(s, o, pod, at)
			break
		}
	}
	s.end = at + own - time.Duration(firstBefore*float64(own)) + flaw.Wait
	if flaw.fails() {
		p.fail(s, at, flaw)
	}
	return s
}

// undo plays the calls with which an operation takes back what it did, and says when the last of them ended.
func (p *play) undo(s *span, o *operation, pod *Pod, at time.Duration) time.Duration {
	for i := range o.Undo {
		children := p.call(&o.Undo[i], pod, at)
		s.children = append(s.children, children...)
		at = children[len(children)-1].end
	}
	return at
}

// handOn lets an operation fail because a call of its own did.
func (p *play) handOn(s *span, o *operation, call *span) {
	s.status = o.Answers
	if s.status == 0 {
		s.status = notAnswered
	}
	s.says = call.peer + " did not answer"
	reason := call.flaw.Message
	if call.status >= 400 {
		s.says = fmt.Sprintf("%s answered %d", call.peer, call.status)
		reason = fmt.Sprintf("status %d", call.status)
	}
	p.lines = append(p.lines, spoken{s.on, call.end, "error", "handler", fmt.Sprintf("%s failed: %s: %s", o.Name, call.peer, reason), ""})
}

// fail lets an operation fail by itself.
func (p *play) fail(s *span, at time.Duration, flaw Flaw) {
	s.status, s.says = flaw.Status, flaw.Message
	if flaw.Within != "" {
		inner := &span{on: s.on, name: flaw.Within, kind: ptrace.SpanKindInternal, start: at, end: s.end - time.Millisecond, status: flaw.Status, says: flaw.Message,
			flaw: flaw}
		s.children = append(s.children, inner)
		s.flaw = Flaw{Status: flaw.Status, Type: flaw.Type, Message: flaw.Message}
		s.handed = true
	}
	if flaw.Says != "" {
		p.lines = append(p.lines, spoken{s.on, s.end - time.Millisecond, "error", flaw.By, flaw.Says, flaw.Stack})
	}
}

func stretched(own time.Duration, flaw Flaw) time.Duration {
	if flaw.Slower > 0 {
		return time.Duration(float64(own) * flaw.Slower)
	}
	return own
}

func (p *play) situation(pod *Pod) Situation { return p.g.situation(p.second, pod, p.random) }

// call plays a call; the last of its spans says how it ended.
func (p *play) call(c *Call, by *Pod, at time.Duration) []*span {
	flaw := Flaw{}
	if c.Flaw != nil {
		flaw = c.Flaw(p.situation(by))
	}
	switch {
	case c.Backend != nil:
		return []*span{p.ask(c, by, at, flaw)}
	case c.Topic != "":
		return p.message(c, by, at, flaw)
	}
	var calls []*span
	for try := range 1 + c.Retries {
		client := p.request(c, by, at, flaw, try)
		calls, at = append(calls, client), client.end+onTheWire
		if !client.flaw.Lost {
			break
		}
	}
	return calls
}

// request plays a call over HTTP, or one that is made again.
func (p *play) request(c *Call, by *Pod, at time.Duration, flaw Flaw, try int) *span {
	to := p.g.operations[c.To]
	method, path, _ := strings.Cut(to.Name, " ")
	client := &span{on: by, name: method, kind: ptrace.SpanKindClient, peer: to.service.Name, start: at, end: at, flaw: flaw, calls: to, attributes: synth.Attributes{
		{Key: "http.request.method", Value: method}, {Key: "server.address", Value: to.service.Name}, {Key: "server.port", Value: 8080},
		{Key: "url.full", Value: "http://" + to.service.Name + ":8080" + path},
	}}
	if try > 0 {
		client.attributes = append(client.attributes, synth.Attribute{Key: "http.request.resend_count", Value: try})
	}
	pod := p.g.cluster.serving(to.service.Name, p.second, p.random)
	switch {
	case flaw.Lost:
		client.end += stretched(p.draw(0.003, 0.01), flaw) + flaw.Wait
	case pod == nil:
		client.flaw = refused(by.service.Language, to.service.Name)
		client.end += p.draw(0.002, 0.006)
	default:
		child := p.serve(to, pod, at+onTheWire/2+flaw.Wait)
		client.children, client.status, client.end = []*span{child}, child.status, child.end+onTheWire/2
	}
	if c.Timeout > 0 && client.end-at > c.Timeout {
		client.end, client.status = at+c.Timeout, 0
		client.flaw = Flaw{Lost: true, Type: timeoutOf(by.service.Language), Message: fmt.Sprintf("no answer from %s within %d ms", to.service.Name, c.Timeout.Milliseconds())}
	}
	p.told(client, flaw)
	return client
}

// told logs what the caller says of a call that went wrong.
func (p *play) told(client *span, flaw Flaw) {
	if flaw.Says != "" && client.failed() {
		p.lines = append(p.lines, spoken{client.on, client.end, "error", flaw.By, flaw.Says, flaw.Stack})
	}
}

// ask plays a call of something without spans of its own.
func (p *play) ask(c *Call, by *Pod, at time.Duration, flaw Flaw) *span {
	s := &span{on: by, name: c.Backend.Span, kind: ptrace.SpanKindClient, peer: c.Backend.Name, backend: c.Backend, start: at, flaw: flaw,
		attributes: append(append(synth.Attributes{}, c.Backend.Attributes...), flaw.Attributes...)}
	s.end = at + stretched(p.draw(c.Backend.P50, c.Backend.P99), flaw) + flaw.Wait
	if c.Backend.Kind == "virtual_node" && !flaw.Lost {
		s.status = 200
	}
	if flaw.Status != 0 {
		s.status = flaw.Status
	}
	p.told(s, flaw)
	return s
}

// message plays a message and, where one is expected, the wait for the answer.
func (p *play) message(c *Call, by *Pod, at time.Duration, flaw Flaw) []*span {
	to := p.g.operations[c.To]
	topic := func(kind, name string) synth.Attributes {
		return synth.Attributes{{Key: "messaging.system", Value: "kafka"}, {Key: "messaging.destination.name", Value: name},
			{Key: "messaging.operation.type", Value: kind}, {Key: "server.address", Value: "kafka"}, {Key: "server.port", Value: 9092}}
	}
	send := &span{on: by, name: "send " + c.Topic, kind: ptrace.SpanKindProducer, peer: to.service.Name, start: at, end: at + p.draw(0.003, 0.012), calls: to,
		attributes: topic("send", c.Topic)}
	answered := send.end + c.Timeout + time.Hour
	if pod := p.g.cluster.serving(to.service.Name, p.second, p.random); pod != nil && !flaw.Lost {
		child := p.serve(to, pod, send.end+p.draw(0.004, 0.02)+flaw.Wait)
		child.kind, child.attributes = ptrace.SpanKindConsumer, topic("process", c.Topic)
		send.children = []*span{child}
		if !child.failed() {
			answered = child.end + p.draw(0.003, 0.01)
		}
	}
	if c.Reply == "" {
		return []*span{send}
	}
	wait := &span{on: by, name: "receive " + c.Reply, kind: ptrace.SpanKindConsumer, peer: c.Reply, start: send.end, end: answered, attributes: topic("receive", c.Reply)}
	if answered-send.end > c.Timeout {
		wait.end = send.end + c.Timeout
		wait.flaw = Flaw{Lost: true, Type: timeoutOf(by.service.Language), Message: fmt.Sprintf("no reply on %s within %d ms", c.Reply, c.Timeout.Milliseconds())}
		send.children = nil // what is processed later is another trace's
	}
	return []*span{send, wait}
}

// refused is how a language's client tells that nobody listens.
func refused(language, service string) Flaw {
	switch language {
	case "java":
		return Flaw{Lost: true, Type: "java.net.ConnectException", Message: "Connection refused"}
	case "nodejs":
		return Flaw{Lost: true, Type: "ECONNREFUSED", Message: "connect ECONNREFUSED 10.96.31.7:8080"}
	case "python":
		return Flaw{Lost: true, Type: "ConnectionRefusedError", Message: "[Errno 111] Connection refused"}
	}
	return Flaw{Lost: true, Type: "*net.OpError", Message: "dial tcp: " + service + ":8080: connect: connection refused"}
}

func timeoutOf(language string) string {
	switch language {
	case "java":
		return "java.util.concurrent.TimeoutException"
	case "nodejs":
		return "TimeoutError"
	case "python":
		return "ReadTimeout"
	}
	return "context.deadlineExceededError"
}

// spelled are the attributes of an HTTP operation.
func spelled(name string) synth.Attributes {
	method, route, http := strings.Cut(name, " ")
	if !http || !strings.HasPrefix(route, "/") {
		return nil
	}
	return synth.Attributes{{Key: "http.request.method", Value: method}, {Key: "http.route", Value: route}}
}

func statusText(status int) string { return strconv.Itoa(status) }
