package httpapi

import (
	"context"
	"encoding/json"
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

// prometheusDoor adds to the door what the Prometheus client leaves out: a 2xx body must claim success, else an answer
// such as {} would pass for an empty result.
type prometheusDoor struct{ *door }

// Do implements the Prometheus client's api.Client.
func (d prometheusDoor) Do(ctx context.Context, req *http.Request) (*http.Response, []byte, error) {
	resp, body, err := d.door.Do(ctx, req)
	if err != nil {
		return resp, body, err
	}
	var envelope struct {
		Status string `json:"status"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return resp, nil, d.malformed(err)
	}
	if envelope.Status != "success" {
		return resp, nil, d.malformed(fmt.Errorf("the status is %q and not success", envelope.Status))
	}
	return resp, body, nil
}

func (q *Querier) instant(ctx context.Context, question source.Question) (source.Answer, error) {
	value, _, _, err := q.prometheus.Query(ctx, question.Text, question.Window.To)
	if err != nil {
		return source.Answer{}, err
	}
	series, err := seriesOf(value)
	return source.Answer{Series: series}, err
}

func (q *Querier) queryRange(ctx context.Context, question source.Question) (source.Answer, error) {
	value, _, _, err := q.prometheus.QueryRange(ctx, question.Text,
		promapi.Range{Start: question.Window.From, End: question.Window.To, Step: question.Step})
	if err != nil {
		return source.Answer{}, err
	}
	series, err := seriesOf(value)
	return source.Answer{Series: series}, err
}

func (q *Querier) metricNames(ctx context.Context, question source.Question) (source.Answer, error) {
	values, _, _, err := q.prometheus.LabelValues(ctx, model.MetricNameLabel, []string{question.Text},
		question.Window.From, question.Window.To)
	if err != nil {
		return source.Answer{}, err
	}
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	return source.Answer{Names: names}, nil
}

// seriesOf turns the client's values into ours. Points that are not numbers (0/0 of a quiet minute) are left out: they
// say that there was nothing to measure.
func seriesOf(value model.Value) ([]incident.Series, error) {
	var series []incident.Series
	switch v := value.(type) {
	case model.Vector:
		for _, sample := range v {
			series = append(series, incident.Series{Labels: labelsOf(sample.Metric),
				Points: points([]model.SamplePair{{Timestamp: sample.Timestamp, Value: sample.Value}})})
		}
	case model.Matrix:
		for _, stream := range v {
			series = append(series, incident.Series{Labels: labelsOf(stream.Metric), Points: points(stream.Values)})
		}
	case *model.Scalar:
		series = append(series, incident.Series{Points: points([]model.SamplePair{{Timestamp: v.Timestamp, Value: v.Value}})})
	default:
		return nil, errors.New("the result is neither a vector, a matrix nor a scalar")
	}
	sort.Slice(series, func(i, j int) bool { return fmt.Sprint(series[i].Labels) < fmt.Sprint(series[j].Labels) })
	return series, nil
}

func points(pairs []model.SamplePair) []incident.Point {
	points := make([]incident.Point, 0, len(pairs))
	for _, p := range pairs {
		if v := float64(p.Value); !math.IsNaN(v) && !math.IsInf(v, 0) {
			points = append(points, incident.Point{Time: p.Timestamp.Time().In(time.UTC), Value: v})
		}
	}
	return points
}

func labelsOf(metric model.Metric) map[string]string {
	labels := make(map[string]string, len(metric))
	for name, value := range metric {
		labels[string(name)] = string(value)
	}
	return labels
}
