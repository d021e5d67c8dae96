package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// foundTrace is a trace in Tempo's answer to a search.
type foundTrace struct {
	TraceID           string `json:"traceID"`
	RootServiceName   string `json:"rootServiceName"`
	RootTraceName     string `json:"rootTraceName"`
	StartTimeUnixNano string `json:"startTimeUnixNano"`
	DurationMs        int64  `json:"durationMs"`
	SpanSets          []struct {
		Spans   []foundSpan `json:"spans"`
		Matched int         `json:"matched"`
	} `json:"spanSets"`
}

// foundSpan is a matching span of it, with the attributes that the query names. Those of the span and of its resource
// stand side by side.
type foundSpan struct {
	SpanID            string `json:"spanID"`
	Name              string `json:"name"`
	StartTimeUnixNano string `json:"startTimeUnixNano"`
	DurationNanos     string `json:"durationNanos"`
	Attributes        []struct {
		Key   string     `json:"key"`
		Value foundValue `json:"value"`
	} `json:"attributes"`
}

// foundValue is an attribute's value in OTLP's JSON.
type foundValue struct {
	String *string          `json:"stringValue"`
	Int    *json.RawMessage `json:"intValue"` // a string, or a number
	Bool   *bool            `json:"boolValue"`
	Double *float64         `json:"doubleValue"`
}

// text writes the value as pdata does; empty for lists and maps, which no search compares.
func (v foundValue) text() string {
	switch {
	case v.String != nil:
		return *v.String
	case v.Int != nil:
		return strings.Trim(string(*v.Int), `"`)
	case v.Bool != nil:
		return strconv.FormatBool(*v.Bool)
	case v.Double != nil:
		written, _ := json.Marshal(*v.Double) // a number that came as JSON can be written as JSON
		return string(written)
	}
	return ""
}

// searchProgress is how far a search came, in the parts that Tempo cuts it into, and what it read; zero where a version does not say.
type searchProgress struct {
	CompletedJobs  int   `json:"completedJobs"`
	TotalJobs      int   `json:"totalJobs"`
	InspectedBytes count `json:"inspectedBytes"`
}

func decodeSearch(body []byte, spans bool) ([]incident.TraceSummary, searchProgress, error) {
	var response struct {
		Traces  []foundTrace    `json:"traces"`
		Metrics *searchProgress `json:"metrics"`
	}
	if err := json.Unmarshal(body, &response); err != nil {
		return nil, searchProgress{}, err
	}
	if response.Traces == nil && response.Metrics == nil {
		return nil, searchProgress{}, errors.New("there is neither a list of traces nor search metrics in it")
	}
	var progress searchProgress
	if response.Metrics != nil {
		progress = *response.Metrics
	}
	found, known := make([]incident.TraceSummary, 0, len(response.Traces)), texts{}
	for _, t := range response.Traces {
		nanos, err := strconv.ParseInt(t.StartTimeUnixNano, 10, 64)
		if err != nil {
			return nil, progress, fmt.Errorf("start of trace %s: %w", t.TraceID, err)
		}
		summary := incident.TraceSummary{ID: strings.TrimLeft(t.TraceID, "0"), Service: known.once(t.RootServiceName), Name: known.once(t.RootTraceName),
			Start: time.Unix(0, nanos).UTC(), Duration: time.Duration(min(max(t.DurationMs, 0), farthest.Milliseconds())) * time.Millisecond}
		if spans {
			summary.Spans = t.spans(known)
			for _, set := range t.SpanSets {
				summary.Matched = max(summary.Matched, set.Matched)
			}
		}
		found = append(found, summary)
	}
	return found, progress, nil
}

// spans are the trace's matching spans, each once.
func (t foundTrace) spans(known texts) []incident.Span {
	count := 0
	for _, set := range t.SpanSets {
		count += len(set.Spans)
	}
	spans := make([]incident.Span, 0, count)
	seen := map[string]bool{}
	for _, set := range t.SpanSets {
		for _, s := range set.Spans {
			if seen[s.SpanID] {
				continue
			}
			seen[s.SpanID] = true
			spans = append(spans, s.span(known))
		}
	}
	orderSpans(spans)
	return spans
}

// span is what the search tells of the span. What TraceQL calls intrinsic comes among the attributes, as far as the query
// names it.
func (s foundSpan) span(known texts) incident.Span {
	duration, _ := strconv.ParseInt(s.DurationNanos, 10, 64) // left out by older versions
	span := incident.Span{ID: s.SpanID, Name: known.once(s.Name), Duration: time.Duration(duration), Attributes: make(map[string]string, len(s.Attributes))}
	if start, err := strconv.ParseInt(s.StartTimeUnixNano, 10, 64); err == nil {
		span.Start = time.Unix(0, start).UTC()
	}
	for _, a := range s.Attributes {
		value := known.once(a.Value.text())
		switch a.Key {
		case "status":
			span.Failed = value == "error"
		case "statusMessage":
			span.StatusMessage = value
		case "kind":
			span.Kind = kindNamed(value)
		case "span:parentID":
			if strings.Trim(value, "0") != "" {
				span.Parent = value
			}
		case "service.name":
			span.Service = value
		default:
			span.Attributes[known.once(a.Key)] = value
		}
	}
	return span
}

// kindNamed is a span's kind as TraceQL calls it.
func kindNamed(name string) incident.SpanKind {
	switch kind := incident.SpanKind(name); kind {
	case incident.KindInternal, incident.KindServer, incident.KindClient, incident.KindProducer, incident.KindConsumer:
		return kind
	default:
		return incident.KindUnset
	}
}
