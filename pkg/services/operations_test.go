package services_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/services"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// serving is a store with these metrics, whose requests have the labels, each 2 a second.
func serving(metrics []string, all ...map[string]string) store {
	return func(q source.Question) source.Answer {
		answer := source.Answer{Question: q}
		if q.Kind == source.MetricNames {
			answer.Names = metrics
			return answer
		}
		for _, labels := range all {
			answer.Series = append(answer.Series, incident.Series{Labels: labels, Points: []incident.Point{{Time: q.Window.To, Value: 2}}})
		}
		return answer
	}
}

var (
	openTelemetry = []string{"http_server_request_duration_seconds_bucket", "http_server_request_duration_seconds_count", "http_server_request_duration_seconds_sum"}
	spanMetrics   = []string{"traces_spanmetrics_calls_total", "traces_spanmetrics_latency_bucket", "traces_spanmetrics_latency_count", "traces_spanmetrics_latency_sum"}
)

func route(service, method, path string) map[string]string {
	return map[string]string{"service_name": service, "http_request_method": method, "http_route": path}
}

func listed(t *testing.T, from store, naming incident.Naming) *services.Operations {
	t.Helper()
	found, err := services.List(t.Context(), from, naming, "order", time.Minute, at)
	require.NoError(t, err)
	return found
}

func TestOperationsAreNamedAsInvestigationsTakeThem(t *testing.T) {
	t.Parallel()
	found := listed(t, serving(openTelemetry, route("order", "GET", "/basket"), route("order", "POST", "/pay"), route("order", "POST", "/pay"),
		route("other", "GET", "/"), map[string]string{"service_name": "order"}), incident.Naming{})
	require.Equal(t, []services.Operation{{Name: "POST /pay", Rate: 4}, {Name: "GET /basket", Rate: 2}}, found.Operations, "the busiest first")
	require.Nil(t, found.Doubt)
	found = listed(t, serving(spanMetrics, map[string]string{"service": "order", "span_name": "POST /pay"}), incident.Naming{})
	require.Equal(t, []services.Operation{{Name: "POST /pay", Rate: 2}}, found.Operations)
	own := incident.RequestMetric{Counter: "rpcs_total", Services: []string{"job"}, Operation: incident.OperationLabels{Procedures: "grpc_service", Method: "grpc_method"}}
	found = listed(t, serving([]string{"rpcs_total"}, map[string]string{"job": "blue/order", "grpc_service": "shop.Basket", "grpc_method": "Add"}), incident.Naming{Requests: &own})
	require.Equal(t, []services.Operation{{Name: "shop.Basket/Add", Rate: 2}}, found.Operations)
}

func TestOperationsOfAnotherSystemAreLeftOut(t *testing.T) {
	t.Parallel()
	blue, green := route("order", "GET", "/blue"), route("order", "GET", "/green")
	blue["namespace"], green["namespace"] = "blue", "green"
	found := listed(t, serving(openTelemetry, blue, green), incident.Naming{Scope: incident.Scope{Namespace: "green"}})
	require.Equal(t, []services.Operation{{Name: "GET /green", Rate: 2}}, found.Operations)
}

func TestAServicesNameCannotChangeTheQuestion(t *testing.T) {
	t.Parallel()
	asked := ""
	from := serving(openTelemetry)
	_, err := services.List(t.Context(), store(func(q source.Question) source.Answer {
		if q.Kind == source.Instant {
			asked = q.Text
		}
		return from(q)
	}), incident.Naming{}, `a.*"} or vector(1)`, time.Minute, at)
	require.NoError(t, err)
	require.Contains(t, asked, `"(?:.*/)?a\\.\\*\"\\} or vector\\(1\\)"`)
}

func TestOperationsThatCannotBeListedSayWhy(t *testing.T) {
	t.Parallel()
	require.Contains(t, listed(t, serving(nil), incident.Naming{}).Doubt.Sentence, "No request metric is known")
	whole := incident.RequestMetric{Counter: "served_total", Services: []string{"app"}}
	require.Contains(t, listed(t, serving([]string{"served_total"}), incident.Naming{Requests: &whole}).Doubt.Sentence, "served_total do not tell operations apart")
	refusing := store(func(q source.Question) source.Answer {
		return source.Answer{Question: q, Problem: &source.Problem{Sentence: "Prometheus failed with 500."}}
	})
	_, err := services.List(t.Context(), refusing, incident.Naming{}, "order", time.Minute, at)
	require.ErrorContains(t, err, "Prometheus failed with 500.")
}
