package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/faultline-investigation/faultline/pkg/source"
)

// traceNames asks which services sent spans. Where Tempo cuts a long list off, it does not say so.
func (q *Querier) traceNames(ctx context.Context, question source.Question) (source.Answer, error) {
	values := url.Values{
		"start": {strconv.FormatInt(question.Window.From.Unix(), 10)},
		"end":   {strconv.FormatInt(question.Window.To.Unix()+1, 10)},
	}
	body, err := q.traces.get(ctx, "/api/v2/search/tag/resource.service.name/values", values, "application/json")
	if err != nil {
		return source.Answer{}, err
	}
	var told struct {
		Values *[]struct {
			Value string `json:"value"`
		} `json:"tagValues"`
		Metrics *struct{} `json:"metrics"`
	}
	if err := json.Unmarshal(body, &told); err != nil {
		return source.Answer{}, err
	}
	answer := source.Answer{Names: []string{}}
	if told.Values == nil {
		if told.Metrics == nil {
			return source.Answer{}, errors.New("there is no list of values in it")
		}
		return answer, nil // some versions leave an empty list out
	}
	for _, v := range *told.Values {
		answer.Names = append(answer.Names, v.Value)
	}
	slices.Sort(answer.Names)
	return answer, nil
}
