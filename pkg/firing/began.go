package firing

import (
	"context"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	// lookedBack is how far back the beginning of an alert is looked for.
	lookedBack = 3 * time.Hour
	// sampledEvery is how exactly it is told. Rules are evaluated once a minute unless configured otherwise.
	sampledEvery = time.Minute
)

// Begun are alerts with when they began, as far as the metrics tell that know of them: since when they have been pending or firing
// without a pause. The answers are of the questions that were asked.
func Begun(ctx context.Context, querier source.Querier, most time.Duration, moment time.Time, alerts []Alert) ([]Alert, []source.Answer, error) {
	begun := slices.Clone(alerts)
	window := incident.Window{From: moment.Add(-lookedBack), To: moment}
	var answers []source.Answer
	for _, metric := range []string{OfPrometheus, OfGrafana} {
		if !slices.ContainsFunc(alerts, func(a Alert) bool { return slices.Contains(a.Sources, metric) }) {
			continue
		}
		text, err := promql.Select(metric, promql.OneOf(stateLabel, "pending", "firing")).Text()
		if err != nil {
			return nil, nil, err
		}
		answer := ask(ctx, querier, most, source.Question{Name: metric + " before", Kind: source.Range, Text: text, Window: window, Step: sampledEvery})
		answers = append(answers, answer)
		active := activeTimes(answer)
		for i, a := range begun {
			if times := active[a.ID]; slices.Contains(a.Sources, metric) && len(times) > 0 {
				begun[i].Began = narrower(a.Began, beginning(times, window))
			}
		}
	}
	return begun, answers, nil
}

// activeTimes are when each alert was pending or firing, ordered, by its id.
func activeTimes(answer source.Answer) map[string][]time.Time {
	active := map[string][]time.Time{}
	for _, series := range answer.Series {
		id := Of(series.Labels, links.Link{}, "").ID
		for _, p := range series.Points {
			active[id] = append(active[id], p.Time)
		}
	}
	for _, times := range active {
		slices.SortFunc(times, time.Time.Compare)
	}
	return active
}

// beginning is within which time the last stretch without a pause began.
func beginning(times []time.Time, looked incident.Window) incident.Window {
	first := len(times) - 1
	for first > 0 && times[first].Sub(times[first-1]) <= sampledEvery {
		first--
	}
	began := incident.Window{From: times[first].Add(-sampledEvery), To: times[first]}
	if times[first].Sub(looked.From) < sampledEvery { // it may have been active long before
		began.From = time.Time{}
	}
	return began
}
