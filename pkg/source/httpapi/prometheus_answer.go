package httpapi

import (
	"bytes"
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

// prometheusAnswer is what is used of an answer of Prometheus: its data, whose shape the endpoint decides, and its warnings.
type prometheusAnswer struct {
	Data     json.RawMessage `json:"data"`
	Warnings []string        `json:"warnings"`
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
	return answer, json.Unmarshal(body, &answer)
}

// names are the data of the endpoints that list names.
func (a prometheusAnswer) names() ([]string, error) {
	var names []string
	err := json.Unmarshal(a.Data, &names)
	return names, err
}

// value is the data of a query, of one of the kinds that it can have: a vector, a matrix or a scalar, without elements that are null.
func (a prometheusAnswer) value(kinds ...string) (model.Value, error) {
	var data struct {
		ResultType string          `json:"resultType"`
		Result     json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(a.Data, &data); err != nil {
		return nil, err
	}
	if !slices.Contains(kinds, data.ResultType) {
		return nil, fmt.Errorf("the result is not a %s but %q", strings.Join(kinds, " or a "), data.ResultType)
	}
	switch data.ResultType {
	case "vector":
		return vectorOf(data.Result)
	case "matrix":
		return matrixOf(data.Result)
	case "scalar":
		if isNull(data.Result) {
			return nil, errNull
		}
		var scalar model.Scalar
		err := json.Unmarshal(data.Result, &scalar)
		return &scalar, err
	}
	return nil, fmt.Errorf("the result is of the unknown type %q", data.ResultType)
}

var errNull = errors.New("a part of the result is null")

func vectorOf(content []byte) (model.Vector, error) {
	var vector model.Vector
	if err := json.Unmarshal(content, &vector); err != nil {
		return nil, err
	}
	for _, sample := range vector {
		if sample == nil || sample.Histogram != nil && hasNull(sample.Histogram) {
			return nil, errNull
		}
	}
	return vector, nil
}

func matrixOf(content []byte) (model.Matrix, error) {
	var matrix model.Matrix
	if err := json.Unmarshal(content, &matrix); err != nil {
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

func isNull(content []byte) bool { return bytes.Equal(bytes.TrimSpace(content), []byte("null")) }

// between are the parameters of a window, in seconds since 1970.
func between(from, to time.Time) url.Values {
	return url.Values{"start": {seconds(from)}, "end": {seconds(to)}}
}

func seconds(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixNano())/float64(time.Second), 'f', -1, 64)
}
