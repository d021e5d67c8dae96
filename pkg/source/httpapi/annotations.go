package httpapi

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// annotations asks Grafana for annotations that people and tools made, and not for those of alerts. They are of the organization that the
// token belongs to.
func (q *Querier) annotations(ctx context.Context, question source.Question) (source.Answer, error) {
	values := url.Values{"type": {"annotation"}, "matchAny": {"true"}, "tags": strings.Split(question.Text, ","), "limit": {strconv.Itoa(question.Limit)},
		"from": {strconv.FormatInt(question.Window.From.UnixMilli(), 10)}, "to": {strconv.FormatInt(question.Window.To.UnixMilli(), 10)}}
	body, err := q.grafana.get(ctx, "/api/annotations", values, "application/json")
	if err != nil {
		return source.Answer{}, err
	}
	var told []struct {
		Time int64    `json:"time"` // ms
		Text string   `json:"text"`
		Tags []string `json:"tags"`
	}
	if err := json.Unmarshal(body, &told); err != nil {
		return source.Answer{}, err
	}
	answer := source.Answer{Annotations: []incident.Annotation{}, Truncated: len(told) >= question.Limit}
	for _, a := range told {
		at := time.UnixMilli(a.Time).UTC()
		if at.Before(question.Window.From) || !at.Before(question.Window.To) {
			continue // a region that only reaches into the time asked for
		}
		answer.Annotations = append(answer.Annotations, incident.Annotation{At: at, Text: a.Text, Tags: append([]string{}, a.Tags...)})
	}
	slices.SortStableFunc(answer.Annotations, func(a, b incident.Annotation) int { return a.At.Compare(b.At) })
	return answer, nil
}
