package httpapi

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

const (
	deepestValue = 32        // lists and maps in each other, in an attribute's value
	mostDecoded  = 256 << 20 // bytes that a trace may take in memory
)

// message is a message of OTLP's traces: what one takes in memory, about, and which of its fields are messages again.
type message struct {
	bytes  int
	fields map[protowire.Number]*message
	nests  bool // it can stand in itself
}

// tracesData is laid out as opentelemetry-proto has it, as far as messages can be many or deep.
var tracesData = func() *message {
	value := &message{bytes: 40, nests: true}
	pair := &message{bytes: 56, fields: map[protowire.Number]*message{2: value}}
	list := &message{bytes: 24, fields: map[protowire.Number]*message{1: value}}
	pairs := &message{bytes: 24, fields: map[protowire.Number]*message{1: pair}}
	value.fields = map[protowire.Number]*message{5: list, 6: pairs}
	event := &message{bytes: 80, fields: map[protowire.Number]*message{3: pair}}
	link := &message{bytes: 100, fields: map[protowire.Number]*message{4: pair}}
	span := &message{bytes: 700, fields: map[protowire.Number]*message{9: pair, 11: event, 13: link, 15: {bytes: 32}}} // ours beside that of the library
	scope := &message{bytes: 80, fields: map[protowire.Number]*message{3: pair}}
	scopeSpans := &message{bytes: 200, fields: map[protowire.Number]*message{1: scope, 2: span}}
	resource := &message{bytes: 80, fields: map[protowire.Number]*message{1: pair, 3: {bytes: 80}}}
	resourceSpans := &message{bytes: 200, fields: map[protowire.Number]*message{1: resource, 2: scopeSpans, 1000: scopeSpans}}
	return &message{fields: map[protowire.Number]*message{1: resourceSpans}}
}()

var (
	errDeep  = fmt.Errorf("an attribute is nested more than %d levels deep", deepestValue)
	errHuge  = fmt.Errorf("the trace would take more than %d MiB in memory", mostDecoded>>20)
	errProto = errors.New("it is no message of Protocol Buffers")
)

// level is a message that is being looked through.
type level struct {
	kind *message
	rest []byte
	deep int // how many values stand around it
}

// boundedTrace looks at the shape of a trace before it is decoded: the decoder recurses, and a stack that overflows ends the
// process; and a span of two bytes becomes hundreds in memory. It does so itself without recursion.
func boundedTrace(body []byte) error {
	memory := 2 * len(body) // its texts
	open := []level{{kind: tracesData, rest: body}}
	for len(open) > 0 {
		top := &open[len(open)-1]
		if len(top.rest) == 0 {
			open = open[:len(open)-1]
			continue
		}
		next, n := top.next()
		if n < 0 {
			return errProto
		}
		top.rest = top.rest[n:]
		if next.kind == nil { // a number or a text
			continue
		}
		if next.deep > deepestValue {
			return errDeep
		}
		if memory += next.kind.bytes; memory > mostDecoded {
			return errHuge
		}
		open = append(open, next)
	}
	return nil
}

// next is the message in the next field, without a kind where the field holds none, and the length of the field; negative where it cannot
// be read.
func (l *level) next() (level, int) {
	number, kind, head := protowire.ConsumeTag(l.rest)
	if head < 0 || kind == protowire.StartGroupType { // OTLP has no groups, and decoders recurse into them
		return level{}, -1
	}
	inner := l.kind.fields[number]
	if kind != protowire.BytesType || inner == nil {
		n := protowire.ConsumeFieldValue(number, kind, l.rest[head:])
		if n < 0 {
			return level{}, -1
		}
		return level{}, head + n
	}
	content, n := protowire.ConsumeBytes(l.rest[head:])
	if n < 0 {
		return level{}, -1
	}
	next := level{kind: inner, rest: content, deep: l.deep}
	if inner.nests {
		next.deep++
	}
	return next, head + n
}
