package httpapi

import (
	"context"
	"sort"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// exemplarsPath is where exemplars are asked for.
const exemplarsPath = "/api/v1/query_exemplars"

// exemplarSeries are the exemplars of one series.
type exemplarSeries struct {
	Exemplars []struct {
		Labels    model.LabelSet    `json:"labels"`
		Value     model.SampleValue `json:"value"`
		Timestamp model.Time        `json:"timestamp"` // seconds in JSON
	} `json:"exemplars"`
}

// traceLabels are where an exemplar keeps the id of its trace: as OpenTelemetry names it, and as client libraries do.
var traceLabels = []model.LabelName{"trace_id", "traceID", "traceId", "TraceID", "traceid"}

// exemplars asks for the exemplars of a metric. Those that name no trace, and those that measured no number, are left out.
func (q *Querier) exemplars(ctx context.Context, question source.Question) (source.Answer, error) {
	form := between(question.Window.From, question.Window.To)
	form.Set("query", question.Text)
	answer, err := q.metrics.post(ctx, exemplarsPath, form)
	if err != nil {
		return source.Answer{}, err
	}
	results, err := dataOf[[]exemplarSeries](answer.body)
	if err != nil {
		return source.Answer{}, err
	}
	var found []incident.Exemplar
	for _, series := range results {
		for _, e := range series.Exemplars {
			value := float64(e.Value)
			if trace := traceOf(e.Labels); trace != "" && isNumber(value) {
				found = append(found, incident.Exemplar{Trace: trace, Time: e.Timestamp.Time().In(time.UTC), Value: value})
			}
		}
	}
	sort.Slice(found, func(i, j int) bool {
		return found[i].Time.Before(found[j].Time) || found[i].Time.Equal(found[j].Time) && found[i].Trace < found[j].Trace
	})
	return source.Answer{Exemplars: found}, nil
}

// traceOf is the id of an exemplar's trace as traces are named here; empty where it names none.
func traceOf(labels model.LabelSet) string {
	for _, name := range traceLabels {
		if id := strings.TrimLeft(strings.ToLower(string(labels[name])), "0"); id != "" {
			return id
		}
	}
	return ""
}
