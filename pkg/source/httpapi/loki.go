package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/loki/v3/pkg/loghttp"
	"github.com/prometheus/common/model"

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
	streams, ok := response.Data.Result.(loghttp.Streams)
	if !ok {
		return source.Answer{}, errors.New("the result is not a list of log streams")
	}
	lines := linesOf(streams)
	return source.Answer{Lines: lines, Truncated: len(lines) >= question.Limit, Warnings: response.Warnings}, nil
}

func (q *Querier) logCount(ctx context.Context, question source.Question) (source.Answer, error) {
	values := url.Values{"query": {question.Text}, "time": {nanoseconds(question.Window.To)}}
	response, err := q.askLoki(ctx, "/loki/api/v1/query", values)
	if err != nil {
		return source.Answer{}, err
	}
	vector, ok := response.Data.Result.(loghttp.Vector)
	if !ok {
		return source.Answer{}, errors.New("the result is not a vector")
	}
	samples := make(model.Vector, len(vector))
	for i := range vector {
		samples[i] = &vector[i]
	}
	series, err := seriesOf(samples)
	return source.Answer{Series: series, Warnings: response.Warnings}, err
}

func (q *Querier) askLoki(ctx context.Context, endpoint string, values url.Values) (loghttp.QueryResponse, error) {
	var response loghttp.QueryResponse
	body, err := q.logs.get(ctx, endpoint, values, "application/json")
	if err != nil {
		return response, err
	}
	// Loki's own decoder skips what it does not understand, so that the envelope is checked first.
	if err := q.logs.successful(body); err != nil {
		return response, err
	}
	return response, response.UnmarshalJSON(body)
}

func linesOf(streams loghttp.Streams) []incident.Line {
	var lines []incident.Line
	for _, stream := range streams {
		for _, entry := range stream.Entries {
			labels := make(map[string]string, len(stream.Labels))
			for name, value := range stream.Labels {
				labels[name] = value
			}
			lines = append(lines, incident.Line{Time: entry.Timestamp.In(time.UTC), Text: entry.Line,
				Level: levelOf(labels), Labels: labels})
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
