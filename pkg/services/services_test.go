package services_test

import (
	"context"
	"fmt"
	"maps"
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

// labelled is a store whose request metric has series with these labels, one of which fails by half.
func labelled(failing map[string]string, all ...map[string]string) store {
	none := requests(nil, nil)
	return func(q source.Question) source.Answer {
		answer := none(q)
		if q.Kind == source.MetricNames {
			return answer
		}
		for _, labels := range all {
			for _, status := range []string{"200", "503"} {
				own := maps.Clone(labels)
				own["http_response_status_code"] = status
				rate := 2.0
				if status == "503" && !maps.Equal(labels, failing) {
					rate = 0
				}
				answer.Series = append(answer.Series, incident.Series{Labels: own, Points: []incident.Point{{Time: q.Window.To, Value: rate}}})
			}
		}
		return answer
	}
}

func TestServicesOfOneNameStandInRowsOfTheirOwn(t *testing.T) {
	t.Parallel()
	for label, part := range map[string]incident.ScopePart{"namespace": incident.Namespace, "k8s_namespace_name": incident.Namespace, "job": incident.Namespace,
		"deployment_environment": incident.Environment, "env": incident.Environment, "cluster": incident.Cluster} {
		blue, green := map[string]string{"service_name": "order", label: "blue"}, map[string]string{"service_name": "order", label: "green"}
		if label == "job" {
			blue, green = map[string]string{label: "blue/order"}, map[string]string{label: "green/order"}
		}
		overview, err := services.Look(t.Context(), labelled(green, blue, green, map[string]string{"service_name": "auth", label: "blue/auth"}), incident.Naming{}, time.Minute, at)
		require.NoError(t, err)
		var rows []string
		for _, s := range overview.Services {
			rows = append(rows, fmt.Sprintf("%s %s %.1f", s.Service, s.Scope, *s.Errors))
		}
		require.Equal(t, []string{"auth  0.0", "order " + string(part) + " blue 0.0", "order " + string(part) + " green 0.5"}, rows, label)
	}
}

func TestReplicasAndZonesDoNotSplitAService(t *testing.T) {
	t.Parallel()
	asked := ""
	whole := labelled(nil, map[string]string{"service_name": "order", "namespace": "blue"}, map[string]string{"service_name": "order"})
	overview, err := services.Look(t.Context(), store(func(q source.Question) source.Answer {
		if q.Kind == source.Instant {
			asked += q.Text
		}
		return whole(q)
	}), incident.Naming{}, time.Minute, at)
	require.NoError(t, err)
	require.Len(t, overview.Services, 1, "what bears no label is not of another system")
	require.Empty(t, overview.Services[0].Scope)
	require.NotContains(t, asked, "pod")
	require.NotContains(t, asked, "zone")
}

func TestAnEnvironmentThatStandsForASystemListsThatAlone(t *testing.T) {
	t.Parallel()
	blue, green := map[string]string{"service_name": "order", "namespace": "blue"}, map[string]string{"service_name": "order", "namespace": "green"}
	shared := map[string]string{"service_name": "auth"}
	names := func(namespace string) (rows []string) {
		overview, err := services.Look(t.Context(), labelled(green, blue, green, shared), incident.Naming{Scope: incident.Scope{Namespace: namespace}}, time.Minute, at)
		require.NoError(t, err)
		for _, s := range overview.Services {
			rows = append(rows, fmt.Sprintf("%s %.1f", s.Service, *s.Errors))
		}
		return rows
	}
	require.Equal(t, []string{"auth 0.0", "order 0.0"}, names("blue"))
	require.Equal(t, []string{"auth 0.0", "order 0.5"}, names("green"))
	require.Len(t, names("red"), 3, "no series says so: the setting is not of these")
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
