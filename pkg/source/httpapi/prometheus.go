package httpapi

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"sort"
	"strconv"
	"time"

	"github.com/prometheus/common/model"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func (q *Querier) instant(ctx context.Context, question source.Question) (source.Answer, error) {
	return q.evaluate(ctx, "/api/v1/query", url.Values{"query": {question.Text}, "time": {seconds(question.Window.To)}}, "vector", "scalar")
}

func (q *Querier) queryRange(ctx context.Context, question source.Question) (source.Answer, error) {
	form := between(question.Window.From, question.Window.To)
	form.Set("query", question.Text)
	form.Set("step", strconv.FormatFloat(question.Step.Seconds(), 'f', -1, 64))
	return q.evaluate(ctx, "/api/v1/query_range", form, "matrix")
}

func (q *Querier) evaluate(ctx context.Context, endpoint string, form url.Values, kinds ...string) (source.Answer, error) {
	form.Set("stats", "true") // "all" would bring a count for every point
	answer, err := q.metrics.post(ctx, endpoint, form)
	if err != nil {
		return source.Answer{}, err
	}
	value, err := answer.value(kinds...)
	if err != nil {
		return source.Answer{}, err
	}
	series, err := seriesOf(value)
	return source.Answer{Series: series, Warnings: answer.Warnings, Read: incident.Read{Samples: answer.Data.samples}}, err
}

func (q *Querier) metricNames(ctx context.Context, question source.Question) (source.Answer, error) {
	answer, err := q.metrics.ask(ctx, "/api/v1/label/__name__/values", matching(question))
	return namesOf(answer, err)
}

func (q *Querier) metricLabels(ctx context.Context, question source.Question) (source.Answer, error) {
	answer, err := q.metrics.post(ctx, "/api/v1/labels", matching(question))
	return namesOf(answer, err)
}

// matching are the parameters of endpoints that list what the series of a selector have.
func matching(question source.Question) url.Values {
	values := between(question.Window.From, question.Window.To)
	values.Set("match[]", question.Text)
	return values
}

func namesOf(answer prometheusAnswer, err error) (source.Answer, error) {
	if err != nil {
		return source.Answer{}, err
	}
	names, err := answer.names()
	return source.Answer{Names: names, Warnings: answer.Warnings}, err
}

// seriesOf turns the client's values into ours. Points that are not numbers (0/0 of a quiet minute) are left out: they
// say that there was nothing to measure. A vector's sample that is no number is left out with its series, so that every
// series of a vector has its point. A native histogram becomes the series that a classic one would have been.
func seriesOf(value model.Value) ([]incident.Series, error) {
	var series []incident.Series
	known := texts{}
	switch v := value.(type) {
	case model.Vector:
		for _, sample := range v {
			if sample.Histogram != nil {
				series = append(series, bucketsOf(known, sample.Metric, []model.SampleHistogramPair{{Timestamp: sample.Timestamp, Histogram: sample.Histogram}})...)
			} else if at := points([]model.SamplePair{{Timestamp: sample.Timestamp, Value: sample.Value}}); len(at) > 0 {
				series = append(series, incident.Series{Labels: labelsOf(sample.Metric, known), Points: at})
			}
		}
	case model.Matrix:
		for _, stream := range v {
			series = append(series, bucketsOf(known, stream.Metric, stream.Histograms)...)
			if len(stream.Values) > 0 || len(stream.Histograms) == 0 {
				series = append(series, incident.Series{Labels: labelsOf(stream.Metric, known), Points: points(stream.Values)})
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

func labelsOf(metric model.Metric, known texts) map[string]string {
	labels := make(map[string]string, len(metric))
	for name, value := range metric {
		labels[known.once(string(name))] = known.once(string(value))
	}
	return labels
}
