package httpapi

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"sort"
	"time"

	promapi "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// prometheusDoor adds to the door what the Prometheus client leaves out: a 2xx body must claim success.
type prometheusDoor struct{ *door }

// Do implements the Prometheus client's api.Client.
func (d prometheusDoor) Do(ctx context.Context, req *http.Request) (*http.Response, []byte, error) {
	resp, body, err := d.door.Do(ctx, req)
	if err != nil {
		return resp, body, err
	}
	if err := d.successful(body); err != nil {
		return resp, nil, err
	}
	return resp, body, nil
}

func (q *Querier) instant(ctx context.Context, question source.Question) (source.Answer, error) {
	value, warnings, _, err := q.prometheus.Query(ctx, question.Text, question.Window.To)
	if err != nil {
		return source.Answer{}, err
	}
	series, err := seriesOf(value)
	return source.Answer{Series: series, Warnings: warnings}, err
}

func (q *Querier) queryRange(ctx context.Context, question source.Question) (source.Answer, error) {
	value, warnings, _, err := q.prometheus.QueryRange(ctx, question.Text,
		promapi.Range{Start: question.Window.From, End: question.Window.To, Step: question.Step})
	if err != nil {
		return source.Answer{}, err
	}
	series, err := seriesOf(value)
	return source.Answer{Series: series, Warnings: warnings}, err
}

func (q *Querier) metricNames(ctx context.Context, question source.Question) (source.Answer, error) {
	values, warnings, _, err := q.prometheus.LabelValues(ctx, model.MetricNameLabel, []string{question.Text},
		question.Window.From, question.Window.To)
	if err != nil {
		return source.Answer{}, err
	}
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	return source.Answer{Names: names, Warnings: warnings}, nil
}

func (q *Querier) metricLabels(ctx context.Context, question source.Question) (source.Answer, error) {
	values, warnings, _, err := q.prometheus.LabelNames(ctx, []string{question.Text}, question.Window.From, question.Window.To)
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	return source.Answer{Names: names, Warnings: warnings}, err
}

// seriesOf turns the client's values into ours. Points that are not numbers (0/0 of a quiet minute) are left out: they
// say that there was nothing to measure. A vector's sample that is no number is left out with its series, so that every
// series of a vector has its point. A native histogram becomes the series that a classic one would have been.
func seriesOf(value model.Value) ([]incident.Series, error) {
	var series []incident.Series
	switch v := value.(type) {
	case model.Vector:
		for _, sample := range v {
			if sample.Histogram != nil {
				series = append(series, bucketsOf(sample.Metric, []model.SampleHistogramPair{{Timestamp: sample.Timestamp, Histogram: sample.Histogram}})...)
			} else if at := points([]model.SamplePair{{Timestamp: sample.Timestamp, Value: sample.Value}}); len(at) > 0 {
				series = append(series, incident.Series{Labels: labelsOf(sample.Metric), Points: at})
			}
		}
	case model.Matrix:
		for _, stream := range v {
			series = append(series, bucketsOf(stream.Metric, stream.Histograms)...)
			if len(stream.Values) > 0 || len(stream.Histograms) == 0 {
				series = append(series, incident.Series{Labels: labelsOf(stream.Metric), Points: points(stream.Values)})
			}
		}
	case *model.Scalar:
		if at := points([]model.SamplePair{{Timestamp: v.Timestamp, Value: v.Value}}); len(at) > 0 {
			series = append(series, incident.Series{Points: at})
		}
	default:
		return nil, errors.New("the result is neither a vector, a matrix nor a scalar")
	}
	sort.Slice(series, func(i, j int) bool { return fmt.Sprint(series[i].Labels) < fmt.Sprint(series[j].Labels) })
	return series, nil
}

func points(pairs []model.SamplePair) []incident.Point {
	points := make([]incident.Point, 0, len(pairs))
	for _, p := range pairs {
		if v := float64(p.Value); isNumber(v) {
			points = append(points, incident.Point{Time: p.Timestamp.Time().In(time.UTC), Value: v})
		}
	}
	return points
}

// isNumber says whether a value can be computed with, and written as JSON.
func isNumber(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func labelsOf(metric model.Metric) map[string]string {
	labels := make(map[string]string, len(metric))
	for name, value := range metric {
		labels[string(name)] = string(value)
	}
	return labels
}
