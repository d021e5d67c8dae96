package httpapi

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// Prometheus and Loki answer with {"data": ...}, and to queries with {"data": {"resultType": ..., "result": ...}}. What is used of
// that is decoded straight from the body: a json.RawMessage would be a copy, and answers are large.

// part is what stands under a name, which must be there.
type part[T any] struct {
	value T
	there bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *part[T]) UnmarshalJSON(content []byte) error {
	p.there = true
	return json.Unmarshal(content, &p.value)
}

var (
	errNoData   = errors.New("there is no data in it")
	errNoResult = errors.New("there is no result in it")
)

// dataOf decodes an answer's data.
func dataOf[T any](body []byte) (T, error) {
	var answer struct {
		Data part[T] `json:"data"`
	}
	err := json.Unmarshal(body, &answer)
	if err == nil && !answer.Data.there {
		err = errNoData
	}
	return answer.Data.value, err
}

// resultType is how an answer to a query names the shape of its result.
func resultType(body []byte) (string, error) {
	data, err := dataOf[struct {
		ResultType string `json:"resultType"`
	}](body)
	return data.ResultType, err
}

// resultOf decodes the result of an answer to a query.
func resultOf[T any](body []byte) (T, error) {
	data, err := dataOf[struct {
		Result part[T] `json:"result"`
	}](body)
	if err == nil && !data.Result.there {
		err = errNoResult
	}
	return data.Result.value, err
}

// count is a number of things that a store counted about an answer: a number, or a string of one as protobuf's JSON writes large ones.
// Anything else counts as none, since an answer is good without it.
type count int64

// UnmarshalJSON implements json.Unmarshaler.
func (c *count) UnmarshalJSON(content []byte) error {
	if n, err := strconv.ParseInt(strings.Trim(string(content), `"`), 10, 64); err == nil && n > 0 {
		*c = count(n)
	}
	return nil
}

// texts are those of one answer, each once: the names and most values of labels and attributes are the same in thousands of lines
// and spans.
type texts map[string]string

// once is a text that equals s and is kept already, or s from now on.
func (t texts) once(s string) string {
	if known, is := t[s]; is {
		return known
	}
	t[s] = s
	return s
}
