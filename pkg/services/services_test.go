package services_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/services"
	"github.com/faultline-investigation/faultline/pkg/source"
)

var at = time.Date(2026, 3, 10, 10, 47, 0, 0, time.UTC)

// store answers questions as a function does.
type store func(q source.Question) source.Answer

func (s store) Ask(_ context.Context, q source.Question) source.Answer { return s(q) }

// requests is a store whose request metric has the given rates now and an hour before, by service and status.
func requests(now, before map[string]map[string]float64) store {
	return func(q source.Question) source.Answer {
		if q.Kind == source.MetricNames {
			return source.Answer{Question: q, Names: []string{"http_server_request_duration_seconds_bucket", "http_server_request_duration_seconds_count",
				"http_server_request_duration_seconds_sum"}}
		}
		rates := now
		if q.Window.To.Before(at) {
			rates = before
		}
		var series []incident.Series
		for service, byStatus := range rates {
			for status, rate := range byStatus {
				series = append(series, incident.Series{Labels: map[string]string{"service_name": service, "http_response_status_code": status},
					Points: []incident.Point{{Time: q.Window.To, Value: rate}}})
			}
		}
		return source.Answer{Question: q, Series: series}
	}
}

func TestTheServiceWhoseErrorsRoseMostStandsFirst(t *testing.T) {
	t.Parallel()
	overview, err := services.Look(t.Context(), requests(
		map[string]map[string]float64{"steady": {"200": 90, "503": 10}, "risen": {"200": 95, "500": 5}, "well": {"200": 50}},
		map[string]map[string]float64{"steady": {"200": 90, "503": 10}, "risen": {"200": 100}, "well": {"200": 40}}), incident.Naming{}, time.Minute, at)
	require.NoError(t, err)
	names := []string{}
	for _, s := range overview.Services {
		names = append(names, s.Service)
	}
	require.Equal(t, []string{"risen", "steady", "well"}, names)
	risen := overview.Services[0]
	require.InDelta(t, 0.05, *risen.Errors, 1e-9)
	require.InDelta(t, 0, *risen.ErrorsBefore, 1e-9)
	require.InDelta(t, 100, *risen.Rate, 1e-9)
	require.Equal(t, "http_server_request_duration_seconds", overview.Metric)
	require.Equal(t, at, overview.At)
}

func TestWithoutALabelOfFailuresNobodySaysThatNoneFailed(t *testing.T) {
	t.Parallel()
	naming := incident.Naming{Requests: &incident.RequestMetric{Histogram: "answered_seconds", Seconds: 1, Services: []string{"service_name"}}}
	named := requests(map[string]map[string]float64{"shop": {"200": 7}}, map[string]map[string]float64{"shop": {"200": 9}})
	own := store(func(q source.Question) source.Answer {
		if q.Kind == source.MetricNames {
			return source.Answer{Question: q, Names: []string{"answered_seconds_bucket", "answered_seconds_count", "answered_seconds_sum"}}
		}
		return named(q)
	})
	overview, err := services.Look(t.Context(), own, naming, time.Minute, at)
	require.NoError(t, err)
	require.Len(t, overview.Services, 1)
	require.InDelta(t, 7, *overview.Services[0].Rate, 1e-9)
	require.Nil(t, overview.Services[0].Errors)
	require.Equal(t, "answered_seconds", overview.Metric)
}

func TestAServiceThatFellSilentIsAmongTheWorst(t *testing.T) {
	t.Parallel()
	overview, err := services.Look(t.Context(), requests(
		map[string]map[string]float64{"failing": {"200": 90, "503": 10}},
		map[string]map[string]float64{"failing": {"200": 100}, "gone": {"200": 7}}), incident.Naming{}, time.Minute, at)
	require.NoError(t, err)
	require.Equal(t, "gone", overview.Services[0].Service)
	require.Nil(t, overview.Services[0].Rate, "nobody measures it now")
	require.Nil(t, overview.Services[0].Errors)
}

func TestWithoutARequestMetricThereIsNoServiceAndItSaysSo(t *testing.T) {
	t.Parallel()
	empty := store(func(q source.Question) source.Answer { return source.Answer{Question: q} })
	overview, err := services.Look(t.Context(), empty, incident.Naming{}, time.Minute, at)
	require.NoError(t, err)
	require.Empty(t, overview.Services)
	require.Empty(t, overview.Metric)
}

func TestAStoreThatCannotBeAskedIsAProblemAndNoEmptyList(t *testing.T) {
	t.Parallel()
	down := store(func(q source.Question) source.Answer {
		return source.Answer{Question: q, Problem: &source.Problem{Kind: source.ServerError, Sentence: "Prometheus failed with 500."}}
	})
	_, err := services.Look(t.Context(), down, incident.Naming{}, time.Minute, at)
	var problem *source.Problem
	require.ErrorAs(t, err, &problem)
}

// silent is a store that never answers.
type silent struct{}

func (silent) Ask(ctx context.Context, q source.Question) source.Answer {
	<-ctx.Done()
	return source.Answer{Question: q, Problem: &source.Problem{Kind: source.Timeout, Sentence: "It did not answer."}}
}

func TestAStoreThatNeverAnswersIsNotWaitedForForEver(t *testing.T) {
	t.Parallel()
	_, err := services.Look(t.Context(), silent{}, incident.Naming{}, time.Millisecond, at)
	require.ErrorContains(t, err, "It did not answer.")
}

func TestAnOverviewOfAPartOfTheServicesSaysSo(t *testing.T) {
	t.Parallel()
	whole := requests(map[string]map[string]float64{"order": {"200": 1}}, nil)
	overview, err := services.Look(t.Context(), whole, incident.Naming{}, time.Minute, at)
	require.NoError(t, err)
	require.Nil(t, overview.Doubt)
	for _, partly := range []source.Kind{source.MetricNames, source.Instant} {
		overview, err := services.Look(t.Context(), store(func(q source.Question) source.Answer {
			a := whole(q)
			if q.Kind == partly {
				a.DataSource, a.Warnings = "prometheus-1", []string{"a shard is missing"}
			}
			return a
		}), incident.Naming{}, time.Minute, at)
		require.NoError(t, err)
		require.Equal(t, "The metrics store (prometheus-1) warned that its answer may lack something: a shard is missing.", overview.Doubt.Sentence)
		require.NotEmpty(t, overview.Doubt.Advice)
	}
}
