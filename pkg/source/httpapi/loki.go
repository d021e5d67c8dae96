package httpapi

import (
	"context"
	"encoding/json"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func (q *Querier) logLabels(ctx context.Context, question source.Question) (source.Answer, error) {
	values := lokiWindow(question.Window)
	body, err := q.logs.get(ctx, "/loki/api/v1/labels", values, "application/json")
	if err != nil {
		return source.Answer{}, err
	}
	if err := q.logs.successful(body); err != nil {
		return source.Answer{}, err
	}
	var response struct {
		Data     []string `json:"data"`
		Warnings []string `json:"warnings"`
	}
	err = json.Unmarshal(body, &response)
	return source.Answer{Names: response.Data, Warnings: response.Warnings}, err
}

func (q *Querier) lines(ctx context.Context, question source.Question) (source.Answer, error) {
	values := lokiWindow(question.Window)
	values.Set("query", question.Text)
	values.Set("limit", strconv.Itoa(question.Limit))
	values.Set("direction", "forward")
	response, err := q.askLoki(ctx, "/loki/api/v1/query_range", values)
	if err != nil {
		return source.Answer{}, err
	}
	streams, err := response.streams()
	if err != nil {
		return source.Answer{}, err
	}
	lines := linesOf(streams)
	return source.Answer{Lines: lines, Truncated: len(lines) >= question.Limit, Warnings: response.Warnings, Read: response.read()}, nil
}

func (q *Querier) logCount(ctx context.Context, question source.Question) (source.Answer, error) {
	values := url.Values{"query": {question.Text}, "time": {nanoseconds(question.Window.To)}}
	response, err := q.askLoki(ctx, "/loki/api/v1/query", values)
	if err != nil {
		return source.Answer{}, err
	}
	samples, err := response.vector()
	if err != nil {
		return source.Answer{}, err
	}
	series, err := seriesOf(samples)
	return source.Answer{Series: series, Warnings: response.Warnings, Read: response.read()}, err
}

func (q *Querier) askLoki(ctx context.Context, endpoint string, values url.Values) (lokiAnswer, error) {
	body, err := q.logs.get(ctx, endpoint, values, "application/json")
	if err != nil {
		return lokiAnswer{}, err
	}
	if err := q.logs.successful(body); err != nil {
		return lokiAnswer{}, err
	}
	return readLoki(body)
}

// linesOf are the lines of all streams in the order of time. Those of one stream share their labels.
func linesOf(streams []lokiStream) []incident.Line {
	count := 0
	for _, stream := range streams {
		count += len(stream.Lines)
	}
	lines, known := make([]incident.Line, 0, count), texts{}
	for _, stream := range streams {
		labels := make(map[string]string, len(stream.Labels))
		for name, value := range stream.Labels {
			labels[known.once(name)] = known.once(value)
		}
		level := known.once(levelOf(labels))
		for _, line := range stream.Lines {
			lines = append(lines, incident.Line{Time: line.time, Text: line.text, Level: level, Labels: labels})
		}
	}
	sort.SliceStable(lines, func(i, j int) bool { return lines[i].Time.Before(lines[j].Time) })
	return lines
}

// levelOf reads the level from the labels in which Loki, OpenTelemetry and common agents keep it.
func levelOf(labels map[string]string) string {
	for _, name := range []string{"level", "detected_level", "severity_text", "severity"} {
		if level := strings.ToLower(labels[name]); level != "" && level != "unknown" {
			return level
		}
	}
	return ""
}

func lokiWindow(w incident.Window) url.Values {
	return url.Values{"start": {nanoseconds(w.From)}, "end": {nanoseconds(w.To)}}
}

func nanoseconds(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }
