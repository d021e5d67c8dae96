package sourcetest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/pkg/source"
)

// Faults are the ways in which a store's answer is damaged, by their names.
func Faults() map[string]Fault {
	status := func(code int, body string) Fault {
		return func(context.Context, source.Kind, []byte) Served { return Served{code, strings.NewReader(body)} }
	}
	return map[string]Fault{
		"500":  status(http.StatusInternalServerError, "internal error"),
		"429":  status(http.StatusTooManyRequests, "too many outstanding requests"),
		"HTML": status(http.StatusOK, "<!DOCTYPE html><html><body>Log in</body></html>"),
		"truncated": func(_ context.Context, _ source.Kind, body []byte) Served {
			return Served{http.StatusOK, bytes.NewReader(body[:len(body)*2/3])}
		},
		"broken off": func(_ context.Context, _ source.Kind, body []byte) Served {
			return Served{http.StatusOK, io.MultiReader(bytes.NewReader(body[:len(body)/2]), failing{io.ErrUnexpectedEOF})}
		},
		"endless": func(_ context.Context, _ source.Kind, body []byte) Served {
			return Served{http.StatusOK, endless(body)}
		},
		"slow": func(ctx context.Context, _ source.Kind, _ []byte) Served { return Served{http.StatusOK, waiting{ctx}} },
		"null elements": tree(func(node any) any {
			if list, is := node.([]any); is && len(list) > 0 && !isScalar(list[0]) {
				return append([]any{nil}, list[1:]...)
			}
			return node
		}, func(data ptrace.Traces) {
			data.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
		}),
		"null names": tree(func(node any) any {
			if list, is := node.([]any); is && len(list) > 0 && isScalar(list[0]) {
				return append([]any{nil}, list[1:]...)
			}
			return node
		}, nil),
		"wrong types": tree(func(node any) any {
			if list, is := node.([]any); is {
				return object{"list": list}
			}
			return node
		}, nil),
		"times in ms": tree(times(1000), spanTimes(func(t pcommon.Timestamp) pcommon.Timestamp { return t / 1e6 })),
		"times in ns": tree(times(1e9), spanTimes(func(t pcommon.Timestamp) pcommon.Timestamp { return t / 1e9 })),
		"great values": tree(func(node any) any {
			if text, is := node.(string); is {
				if _, err := strconv.ParseFloat(text, 64); err == nil && len(text) < 19 {
					return "1.7e308"
				}
			}
			return node
		}, nil),
		"empty": tree(func(node any) any {
			if list, is := node.([]any); is && (len(list) == 0 || !isScalar(list[0]) || len(list) != 2) {
				return []any{}
			}
			return node
		}, func(data ptrace.Traces) {
			data.ResourceSpans().RemoveIf(func(ptrace.ResourceSpans) bool { return true })
		}),
		"partial": partial,
	}
}

func isScalar(node any) bool {
	switch node.(type) {
	case object, []any:
		return false
	}
	return true
}

// tree damages JSON node by node, from the leaves up, and a trace as a whole. Without a way for traces they come undamaged.
func tree(change func(node any) any, trace func(ptrace.Traces)) Fault {
	return func(ctx context.Context, kind source.Kind, body []byte) Served {
		if kind == source.TraceByID {
			return Whole(ctx, kind, changedTrace(body, trace))
		}
		return Whole(ctx, kind, changedJSON(body, change))
	}
}

func changedTrace(body []byte, change func(ptrace.Traces)) []byte {
	if change == nil {
		return body
	}
	data, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(body)
	if err == nil {
		change(data)
		body, err = (&ptrace.ProtoMarshaler{}).MarshalTraces(data)
	}
	if err != nil {
		panic(err)
	}
	return body
}

func changedJSON(body []byte, change func(node any) any) []byte {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var root any
	if err := decoder.Decode(&root); err != nil {
		panic(err)
	}
	var walk func(node any) any
	walk = func(node any) any {
		switch inner := node.(type) {
		case object:
			for key, value := range inner {
				inner[key] = walk(value)
			}
		case []any:
			for i, value := range inner {
				inner[i] = walk(value)
			}
		}
		return change(node)
	}
	written, err := json.Marshal(walk(root))
	if err != nil {
		panic(err)
	}
	return written
}

// times multiplies what are seconds, and divides what are nanoseconds, so that both are in another unit.
func times(by int64) func(any) any {
	return func(node any) any {
		switch value := node.(type) {
		case json.Number:
			if seconds, err := value.Float64(); err == nil && seconds > 1e9 && seconds < 1e10 {
				return json.Number(strconv.FormatInt(int64(seconds)*by, 10))
			}
		case string:
			if ns, err := strconv.ParseInt(value, 10, 64); err == nil && len(value) == 19 {
				return strconv.FormatInt(ns/1e9*by/1000, 10)
			}
		}
		return node
	}
}

func spanTimes(change func(pcommon.Timestamp) pcommon.Timestamp) func(ptrace.Traces) {
	return func(data ptrace.Traces) {
		for _, resource := range data.ResourceSpans().All() {
			for _, scope := range resource.ScopeSpans().All() {
				for _, span := range scope.Spans().All() {
					span.SetStartTimestamp(change(span.StartTimestamp()))
					span.SetEndTimestamp(change(span.EndTimestamp()))
				}
			}
		}
	}
}

// partial is half of an answer with the store's own word that it is no whole; of a single trace nobody can say so.
func partial(ctx context.Context, kind source.Kind, body []byte) Served {
	if kind == source.TraceByID || kind == source.TraceNames || kind == source.AlertRules || kind == source.GrafanaRules {
		return Whole(ctx, kind, body)
	}
	var answer object
	if err := json.Unmarshal(body, &answer); err != nil {
		panic(err)
	}
	answer["warnings"] = []any{"a shard is missing"}
	if kind == source.TraceSearch {
		answer["metrics"] = object{"completedJobs": 1, "totalJobs": 2}
		if traces, _ := answer["traces"].([]any); len(traces) > 0 {
			answer["traces"] = traces[:len(traces)/2]
		}
	}
	written, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	return Whole(ctx, kind, written)
}

// failing is a body that breaks off.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// waiting is a body that does not come.
type waiting struct{ ctx context.Context }

func (w waiting) Read([]byte) (int, error) {
	<-w.ctx.Done()
	return 0, w.ctx.Err()
}

// endless is a body that goes on with the same again.
func endless(body []byte) io.Reader { return &again{body: append(body, ' ')} }

type again struct {
	body []byte
	at   int
}

func (a *again) Read(into []byte) (int, error) {
	n := copy(into, a.body[a.at:])
	a.at = (a.at + n) % len(a.body)
	return n, nil
}
