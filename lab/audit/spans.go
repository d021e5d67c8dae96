package audit

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// span is one of a trace that the store hands out whole.
type span struct {
	ID         string      `json:"spanId"`
	Parent     string      `json:"parentSpanId"`
	Name       string      `json:"name"`
	Kind       string      `json:"kind"`
	Start      string      `json:"startTimeUnixNano"`
	End        string      `json:"endTimeUnixNano"`
	Attributes []attribute `json:"attributes"`
	Events     []struct {
		Attributes []attribute `json:"attributes"`
	} `json:"events"`

	service string
}

type attribute struct {
	Key   string                     `json:"key"`
	Value map[string]json.RawMessage `json:"value"`
}

// text is an attribute's value, whatever its type.
func (a attribute) text() string {
	for _, value := range a.Value {
		return strings.Trim(string(value), `"`)
	}
	return ""
}

func (s span) seconds() float64 { return (nanos(s.End) - nanos(s.Start)) / 1e9 }

// serves says that a span is of the service that was called.
func (s span) serves() bool { return s.Kind == "SPAN_KIND_SERVER" || s.Kind == "SPAN_KIND_CONSUMER" }

func (s span) calls() bool { return s.Kind == "SPAN_KIND_CLIENT" }

func nanos(text string) float64 {
	value, _ := strconv.ParseFloat(text, 64) // what is no number is 0, and differs from any time
	return value
}

// wholeTrace is a trace as the store has it, its ids in hex.
type wholeTrace []span

// trace fetches a trace by its id.
func (a *api) trace(ctx context.Context, id string) (wholeTrace, error) {
	var answer struct {
		Batches []struct {
			Resource struct {
				Attributes []attribute `json:"attributes"`
			} `json:"resource"`
			Scopes []struct {
				Spans []span `json:"spans"`
			} `json:"scopeSpans"`
		} `json:"batches"`
	}
	if err := a.get(ctx, "/api/traces/"+url.PathEscape(id), nil, &answer); err != nil {
		return nil, err
	}
	known, found := map[string]bool{}, wholeTrace{}
	for _, batch := range answer.Batches {
		service := ""
		for _, attribute := range batch.Resource.Attributes {
			if attribute.Key == "service.name" {
				service = attribute.text()
			}
		}
		for _, scope := range batch.Scopes {
			for _, s := range scope.Spans {
				if !known[s.ID] { // a store may hold a span twice
					known[s.ID] = true
					s.ID, s.Parent, s.service = inHex(s.ID), inHex(s.Parent), service
					found = append(found, s)
				}
			}
		}
	}
	if len(found) == 0 {
		return found, fmt.Errorf("the store has no spans of trace %s", id)
	}
	return found, nil
}

// searchWhole finds some traces of a query in a window, with all of their spans: much cheaper than to fetch each.
func (a *api) searchWhole(ctx context.Context, query string, w incident.Window, most int) ([]wholeTrace, error) {
	var answer struct {
		Traces []struct {
			Set struct {
				Spans []struct {
					ID         string      `json:"spanID"`
					Name       string      `json:"name"`
					Start      string      `json:"startTimeUnixNano"`
					Nanos      string      `json:"durationNanos"`
					Attributes []attribute `json:"attributes"`
				} `json:"spans"`
			} `json:"spanSet"`
		} `json:"traces"`
	}
	const spans = 100 // of a trace
	values := url.Values{"q": {query + " && { } | select(name, kind, span:parentID, resource.service.name, span.server.address, span.net.peer.name, span.peer.service, " +
		"span.db.name, span.db.namespace, span.db.system, span.messaging.destination.name, span.url.full, span.http.url)"},
		"start": {strconv.FormatInt(w.From.Unix(), 10)}, "end": {strconv.FormatInt(w.To.Unix(), 10)}, "limit": {strconv.Itoa(most)}, "spss": {strconv.Itoa(spans)}}
	if err := a.get(ctx, "/api/search", values, &answer); err != nil {
		return nil, err
	}
	var all []wholeTrace
	for _, t := range answer.Traces {
		if len(t.Set.Spans) >= spans { // some may be missing
			continue
		}
		var whole wholeTrace
		for _, s := range t.Set.Spans {
			one := span{ID: s.ID, Name: s.Name, Start: s.Start, End: strconv.FormatFloat(nanos(s.Start)+nanos(s.Nanos), 'f', 0, 64), Attributes: s.Attributes}
			for _, attribute := range s.Attributes {
				switch attribute.Key {
				case "service.name":
					one.service = attribute.text()
				case "kind":
					one.Kind = "SPAN_KIND_" + strings.ToUpper(attribute.text())
				case "span:parentID":
					one.Parent = attribute.text()
				}
			}
			whole = append(whole, one)
		}
		all = append(all, whole)
	}
	return all, nil
}

// inHex is an id as people write it; stores write the same in base 64.
func inHex(id string) string {
	const long = 16 // digits
	if raw, err := base64.StdEncoding.DecodeString(id); err == nil && len(id) != long {
		return hex.EncodeToString(raw)
	}
	return id
}

func (w wholeTrace) services() float64 {
	names := map[string]bool{}
	for _, s := range w {
		names[s.service] = true
	}
	return float64(len(names))
}

// lasted is from the first start to the last end, s.
func (w wholeTrace) lasted() float64 {
	first, last := math.Inf(1), 0.0
	for _, s := range w {
		first, last = math.Min(first, nanos(s.Start)), math.Max(last, nanos(s.End))
	}
	return (last - first) / 1e9
}

// outside is how long a span lasts while none of some others do, s.
func outside(s span, others []span) float64 {
	slices.SortFunc(others, func(a, b span) int { return int(nanos(a.Start)/1e3 - nanos(b.Start)/1e3) })
	free, until := 0.0, nanos(s.Start)
	for _, o := range others {
		free += math.Max(0, math.Min(nanos(o.Start), nanos(s.End))-until)
		until = math.Max(until, nanos(o.End))
	}
	return (free + math.Max(0, nanos(s.End)-until)) / 1e9
}

// exampleChecks count the example trace's spans and services, and measure it.
func (a *auditor) exampleChecks(f incident.Finding, v incident.Value) []check {
	if a.c.Facts.Example == nil {
		return nil
	}
	of := map[incident.Measure]func(wholeTrace) float64{
		incident.MeasureTraceSpans:    func(w wholeTrace) float64 { return float64(len(w)) },
		incident.MeasureTraceServices: wholeTrace.services,
		incident.MeasureTraceDuration: wholeTrace.lasted,
	}[v.Measure]
	return a.both(f, v, "the trace as the store hands it out whole", exactly, func(ctx context.Context, _ incident.Window) (float64, error) {
		whole, err := a.tempo.trace(ctx, a.c.Facts.Example.Trace.ID)
		return of(whole), err
	})
}

// The attributes in which a span or an event in it says which attempt it is, and of how many.
var (
	attempts = regexp.MustCompile(`^(attempt|.*(retry|resend).*(attempt|count))$`)
	allowed  = regexp.MustCompile(`max.*attempts`)
)

// culpritChecks measure the span that went wrong.
func (a *auditor) culpritChecks(f incident.Finding, v incident.Value) []check {
	if a.c.Facts.Culprit == nil || a.c.Facts.Example == nil {
		return nil
	}
	of := map[incident.Measure]func(wholeTrace, span) float64{
		incident.MeasureCulpritElapsed:  func(_ wholeTrace, s span) float64 { return s.seconds() },
		incident.MeasureAttempt:         func(_ wholeTrace, s span) float64 { return highest(s, attempts) },
		incident.MeasureAttemptsAllowed: func(_ wholeTrace, s span) float64 { return highest(s, allowed) },
		incident.MeasureCulpritSelf: func(w wholeTrace, s span) float64 {
			return outside(s, slices.DeleteFunc(slices.Clone(w), func(o span) bool { return o.Parent != s.ID }))
		},
	}[v.Measure]
	return a.both(f, v, "the span of the trace as the store hands it out whole", exactly, func(ctx context.Context, _ incident.Window) (float64, error) {
		whole, err := a.tempo.trace(ctx, a.c.Facts.Example.Trace.ID)
		if err != nil {
			return 0, err
		}
		at := slices.IndexFunc(whole, func(s span) bool { return s.ID == a.c.Facts.Culprit.Span.ID })
		if at < 0 {
			return 0, fmt.Errorf("the store has no span %s in the example trace", a.c.Facts.Culprit.Span.ID)
		}
		return of(whole, whole[at]), nil
	})
}

// highest is the highest number in attributes of a span and its events whose names are of a kind.
func highest(s span, name *regexp.Regexp) float64 {
	all := slices.Clone(s.Attributes)
	for _, e := range s.Events {
		all = append(all, e.Attributes...)
	}
	most := 0.0
	for _, a := range all {
		if n, err := strconv.ParseFloat(a.text(), 64); err == nil && name.MatchString(a.Key) && (name == allowed || !allowed.MatchString(a.Key)) {
			most = math.Max(most, n)
		}
	}
	return most
}
