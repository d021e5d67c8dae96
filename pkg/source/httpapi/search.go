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
		Spans []foundSpan `json:"spans"`
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

func decodeSearch(body []byte, spans bool) ([]incident.TraceSummary, error) {
	var response struct {
		Traces  []foundTrace    `json:"traces"`
		Metrics json.RawMessage `json:"metrics"`
	}
	if err := json.Unmarshal(body, &response); err != nil {
		return nil, err
	}
	if response.Traces == nil && response.Metrics == nil {
		return nil, errors.New("there is neither a list of traces nor search metrics in it")
	}
	found := make([]incident.TraceSummary, 0, len(response.Traces))
	for _, t := range response.Traces {
		nanos, err := strconv.ParseInt(t.StartTimeUnixNano, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("start of trace %s: %w", t.TraceID, err)
		}
		summary := incident.TraceSummary{ID: strings.TrimLeft(t.TraceID, "0"), Service: t.RootServiceName, Name: t.RootTraceName,
			Start: time.Unix(0, nanos).UTC(), Duration: time.Duration(t.DurationMs) * time.Millisecond}
		if spans {
			summary.Spans = t.spans()
		}
		found = append(found, summary)
	}
	return found, nil
}

// spans are the trace's matching spans, each once.
func (t foundTrace) spans() []incident.Span {
	var spans []incident.Span
	seen := map[string]bool{}
	for _, set := range t.SpanSets {
		for _, s := range set.Spans {
			if seen[s.SpanID] {
				continue
			}
			seen[s.SpanID] = true
			duration, _ := strconv.ParseInt(s.DurationNanos, 10, 64) // left out by older versions
			span := incident.Span{ID: s.SpanID, Name: s.Name, Duration: time.Duration(duration), Attributes: map[string]string{}}
			for _, a := range s.Attributes {
				span.Attributes[a.Key] = a.Value.text()
			}
			span.Service = span.Attributes["service.name"]
			span.Failed = span.Attributes["status"] == "error"
			if start, err := strconv.ParseInt(s.StartTimeUnixNano, 10, 64); err == nil {
				span.Start = time.Unix(0, start).UTC()
			}
			spans = append(spans, span)
		}
	}
	return spans
}
