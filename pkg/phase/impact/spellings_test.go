package impact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// stack is the checkout in a stack that has these metrics and keeps the service under a label.
func stack(label string, names ...string) *incident.Case {
	c := checkout()
	conventions := convention.Choose(names, incident.Naming{})
	c.Facts.Conventions = &conventions
	c.Facts.Service.Label = label
	c.Facts.Callees = &incident.Callees{Services: []string{"auth", "payment"}}
	return c
}

func TestNativeHistogramsAreAskedWithoutBuckets(t *testing.T) {
	t.Parallel()
	c := stack("service_name", "http_server_request_duration_seconds", "http_client_request_duration_seconds")
	require.Equal(t, `sum by (http_response_status_code) (histogram_count(rate(http_server_request_duration_seconds{`+
		`http_request_method="POST",http_route="/api/checkout",service_name="order-service"}[1m])))`, plans(t, impact.ErrorRate(), c)["traffic"])
	require.Equal(t, `histogram_quantile(0.99, sum(rate(http_server_request_duration_seconds{`+
		`http_request_method="POST",http_route="/api/checkout",service_name="order-service"}[5m])))`, plans(t, impact.Latency(), c)["now"])
	require.Equal(t, `sum by (server_address) (histogram_count(rate(http_client_request_duration_seconds{service_name="order-service"}[2h])))`,
		plans(t, impact.Callees(), c)["callees"])
	table := plans(t, impact.Dependencies(), c)
	require.Len(t, table, 2)
	require.Contains(t, table["calls"], `sum by (server_address, error_type) (histogram_count(rate(http_client_request_duration_seconds{service_name="order-service"}[5m])))`)
	require.Contains(t, table["calls"], `sum by (server_address) (rate(http_client_request_duration_seconds{service_name="order-service"}[5m]))`)
	require.Contains(t, table["served"], `sum by (service_name) (rate(http_server_request_duration_seconds{service_name=~"auth|payment"}[5m]))`)
}

func TestIstioIsAskedFromBothEndsOfACall(t *testing.T) {
	t.Parallel()
	c := stack("destination_canonical_service", "istio_requests_total", "istio_request_duration_milliseconds_bucket")
	require.Equal(t, `sum by (response_code) (rate(istio_requests_total{destination_canonical_service="order-service",reporter="destination"}[1m]))`,
		plans(t, impact.ErrorRate(), c)["traffic"])
	require.Contains(t, plans(t, impact.Dependencies(), c)["calls"],
		`sum by (destination_canonical_service, response_code) (rate(istio_requests_total{reporter="source",source_canonical_service="order-service"}[5m]))`)
}

func TestACounterTellsRateAndErrorsAndNoLatency(t *testing.T) {
	t.Parallel()
	c := stack("app", "http_requests_total")
	c.Facts.Conventions.Requests.Spellings = nil
	require.Equal(t, `sum by (code) (rate(http_requests_total{app="order-service",handler="/api/checkout",method=~"POST|post"}[1m]))`,
		plans(t, impact.ErrorRate(), c)["traffic"])
	_, err := impact.Latency().Plan(c)
	requireSkip(t, err, "http_requests_total counts requests and does not measure how long they take")
	_, err = impact.Callees().Plan(c)
	requireSkip(t, err, "No metric of calls between services")
}

func TestLabelsThatAConventionLeavesOpenAreAskedFor(t *testing.T) {
	t.Parallel()
	c := stack("app", "http_requests_total", "http_request_duration_seconds_bucket")
	questions := plans(t, impact.Service(), c)
	require.Equal(t, "http_requests_total", questions["labels of http_requests_total"])
	answers := answered("services", point(map[string]string{"app": "order-service"}, 60))
	answers["labels of http_requests_total"] = source.Answer{Names: []string{"__name__", "app", "path", "status", "verb"}}
	reads(t, impact.Service(), c, answers)
	requests := c.Facts.Conventions.Requests
	require.Equal(t, incident.OperationLabels{Method: "verb", Route: "path", AnyCase: true}, requests.Operation)
	require.Equal(t, incident.Match{Label: "status", Pattern: "5..|5xx"}, requests.Failed)
	require.Contains(t, plans(t, impact.ErrorRate(), c)["traffic"], `sum by (status)`)

	answers["labels of http_requests_total"] = source.Answer{Names: []string{"__name__", "app"}}
	c = stack("app", "http_requests_total", "http_request_duration_seconds_bucket")
	reading := reads(t, impact.Service(), c, answers)
	require.Contains(t, reading.Findings[0].Sentence, "It does not tell POST /api/checkout from the service's other operations")
	_, err := impact.ErrorRate().Plan(c)
	requireSkip(t, err, "no label that distinguishes failed requests from others")
	require.Equal(t, `sum(rate(http_requests_total{app="order-service"}[1m]))`, plans(t, impact.RequestRate(), c)["traffic"])
}

func TestAServiceThatReportsAnotherMetricIsFoundThere(t *testing.T) {
	t.Parallel()
	c := stack("", "http_server_request_duration_seconds_bucket", "http_server_request_duration_seconds_count",
		"traces_spanmetrics_latency_bucket", "traces_spanmetrics_latency_count")
	c.Facts.Service = nil
	scopes := strings.Join(convention.AllScopeLabels(incident.LabelNames{}), ", ")
	require.Equal(t, `max by (service_name, service, job, app, application, app_kubernetes_io_name, `+scopes+`) (count_over_time(http_server_request_duration_seconds_count[15m]))`+
		` or label_replace(max by (service, service_name, `+scopes+`) (count_over_time(traces_spanmetrics_latency_count{span_kind="SPAN_KIND_SERVER"}[15m])), "metric", "Tempo span metrics", "", "")`+
		` or label_replace(max by (service, service_name, `+scopes+`) (count_over_time(traces_spanmetrics_latency_count{span_kind="SPAN_KIND_CONSUMER"}[15m])), "metric", "Tempo span metrics of consumers", "", "")`,
		plans(t, impact.Service(), c)["services"])
	reads(t, impact.Service(), c, answered("services", point(map[string]string{"service_name": "other"}, 60),
		point(map[string]string{"service": "order-service", "metric": "Tempo span metrics"}, 60)))
	require.Equal(t, "service", c.Facts.Service.Label)
	require.Equal(t, "Tempo span metrics", c.Facts.Conventions.Requests.Convention)
}

func TestAWorkerIsFoundByTheMessagesThatItConsumes(t *testing.T) {
	t.Parallel()
	c := stack("", "traces_spanmetrics_latency_bucket", "traces_spanmetrics_latency_count")
	c.Facts.Service = nil
	reads(t, impact.Service(), c, answered("services", point(map[string]string{"service": "other"}, 60),
		point(map[string]string{"service": "order-service", "metric": "Tempo span metrics of consumers"}, 60)))
	require.Equal(t, "SPAN_KIND_CONSUMER", c.Facts.Conventions.Requests.Only["span_kind"])
}

func TestAProcedureIsFoundByItsServiceAndMethod(t *testing.T) {
	t.Parallel()
	c := stack("job", "grpc_server_handling_seconds_bucket", "grpc_server_handled_total")
	c.Subject.Operation = "shop.Basket/Add"
	require.Equal(t, `sum by (grpc_code) (rate(grpc_server_handled_total{grpc_method="Add",grpc_service="shop.Basket",job="order-service"}[1m]))`,
		plans(t, impact.RequestRate(), c)["traffic"])
	codes := func(code string, value func(float64) float64) incident.Series {
		return course(map[string]string{"grpc_code": code}, value)
	}
	r := reads(t, impact.ErrorRate(), c, answered("traffic", codes("OK", always(2.6)), codes("Unavailable", since(10, 0, 0.4)), codes("NotFound", always(0.2))))
	require.Equal(t, "Error rate is 12.5%, normally 0%.", r.Findings[0].Sentence)
	r = reads(t, impact.StatusCodes(), c, answered("traffic", codes("OK", always(2.6)), codes("NotFound", always(0.2))))
	require.Equal(t, incident.Clear, r.Outcome, "that nothing is found is the caller's matter")
}

func TestCalleesAreNamedByTheirServiceWhateverTheirHostIsCalled(t *testing.T) {
	t.Parallel()
	c := stack("service_name", "http_server_request_duration_seconds_bucket", "http_server_request_duration_seconds_count",
		"http_client_request_duration_seconds_bucket", "http_client_request_duration_seconds_count")
	reads(t, impact.Callees(), c, answered("callees", point(map[string]string{"server_address": "payment.shop.svc.cluster.local"}, 5),
		point(map[string]string{"server_address": "payment"}, 5), point(map[string]string{"server_address": "api.stripe.com"}, 5), point(nil, 5)))
	require.Equal(t, []string{"api.stripe.com", "payment"}, c.Facts.Callees.Services)
}

func TestFailedCallsAreToldByTheirLabelWhereNoCounterTellsThem(t *testing.T) {
	t.Parallel()
	c := stack("service_name", "http_client_request_duration_seconds_bucket", "http_client_request_duration_seconds_count")
	c.Facts.Service = nil
	c.Facts.Callees.Services = []string{"payment"}
	calls := []incident.Series{point(map[string]string{"server_address": "payment"}, 90),
		point(map[string]string{"server_address": "payment", "error_type": "503"}, 6), point(map[string]string{"server_address": "payment", "error_type": "TimeoutError"}, 2),
		point(map[string]string{"server_address": "payment", "error_type": "404"}, 2)}
	reads(t, impact.Dependencies(), c, source.Answers{"calls": joined(map[string][]incident.Series{"calls now": calls, "calls normally": calls})})
	row := c.Facts.Dependencies.Rows[0]
	require.InDelta(t, 100, *row.Rate, 1e-9)
	require.InDelta(t, 0.08, *row.Errors, 1e-9, "what the caller did wrong is no failure of the callee")
}
