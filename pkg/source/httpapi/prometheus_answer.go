package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
)

// prometheusAnswer is what is used of an answer of Prometheus: its warnings, and its data, whose shape the endpoint decides. The data
// is decoded from the body when its shape is known; a copy of it would take as much memory again.
type prometheusAnswer struct {
	Warnings []string `json:"warnings"`
	Data     queried  `json:"data"`

	body []byte
}

// queried is what Prometheus counted while it answered a query; of endpoints that list names, nothing.
type queried struct{ samples int64 }

// UnmarshalJSON implements json.Unmarshaler. What is not laid out as Prometheus lays it out says nothing.
func (q *queried) UnmarshalJSON(content []byte) error {
	var data struct {
		Stats struct {
			Samples struct {
				Total count `json:"totalQueryableSamples"`
			} `json:"samples"`
		} `json:"stats"`
	}
	if len(content) > 0 && content[0] == '{' && json.Unmarshal(content, &data) == nil {
		q.samples = int64(data.Stats.Samples.Total)
	}
	return nil
}

// post asks an endpoint of Prometheus with a form, since queries may be longer than an address, and once more with an address
// where the way there takes no forms.
func (d *door) post(ctx context.Context, endpoint string, form url.Values) (prometheusAnswer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.address(endpoint).String(), strings.NewReader(form.Encode()))
	if err != nil {
		return prometheusAnswer{}, fmt.Errorf("request for %s: %w", endpoint, err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, body, err := d.Do(ctx, req) //nolint:bodyclose // Do has read and closed it
	if resp != nil && (resp.StatusCode == http.StatusMethodNotAllowed || resp.StatusCode == http.StatusNotImplemented) {
		return d.ask(ctx, endpoint, form)
	}
	return d.read(body, err)
}

// ask is post without a form.
func (d *door) ask(ctx context.Context, endpoint string, values url.Values) (prometheusAnswer, error) {
	body, err := d.get(ctx, endpoint, values, "application/json")
	return d.read(body, err)
}

func (d *door) read(body []byte, err error) (prometheusAnswer, error) {
	var answer prometheusAnswer
	if err != nil {
		return answer, err
	}
	if err := d.successful(body); err != nil {
		return answer, err
	}
	answer.body = body
	return answer, json.Unmarshal(body, &answer)
}

// names are the data of the endpoints that list names.
func (a prometheusAnswer) names() ([]string, error) {
	return dataOf[[]string](a.body)
}

// value is the data of a query, of one of the kinds that it can have: a vector, a matrix or a scalar, without elements that are null.
func (a prometheusAnswer) value(kinds ...string) (model.Value, error) {
	kind, err := resultType(a.body)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(kinds, kind) {
		return nil, fmt.Errorf("the result is not a %s but %q", strings.Join(kinds, " or a "), kind)
	}
	switch kind {
	case "vector":
		return vectorOf(a.body)
	case "matrix":
		return matrixOf(a.body)
	case "scalar":
		scalar, err := resultOf[*model.Scalar](a.body)
		if err == nil && scalar == nil {
			return nil, errNull
		}
		return scalar, err
	}
	return nil, fmt.Errorf("the result is of the unknown type %q", kind)
}

var errNull = errors.New("a part of the result is null")

func vectorOf(body []byte) (model.Vector, error) {
	vector, err := resultOf[model.Vector](body)
	if err != nil {
		return nil, err
	}
	for _, sample := range vector {
		if sample == nil || sample.Histogram != nil && hasNull(sample.Histogram) {
			return nil, errNull
		}
	}
	return vector, nil
}

func matrixOf(body []byte) (model.Matrix, error) {
	matrix, err := resultOf[model.Matrix](body)
	if err != nil {
		return nil, err
	}
	for _, stream := range matrix {
		if stream == nil {
			return nil, errNull
		}
		for _, at := range stream.Histograms {
			if at.Histogram == nil || hasNull(at.Histogram) {
				return nil, errNull
			}
		}
	}
	return matrix, nil
}

func hasNull(h *model.SampleHistogram) bool {
	for _, bucket := range h.Buckets {
		if bucket == nil {
			return true
		}
	}
	return false
}

// between are the parameters of a window, in seconds since 1970.
func between(from, to time.Time) url.Values {
	return url.Values{"start": {seconds(from)}, "end": {seconds(to)}}
}

func seconds(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixNano())/float64(time.Second), 'f', -1, 64)
}
