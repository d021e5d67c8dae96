package convention_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestNamesThatNobodyForesawAreProposedAndOthersAreNot(t *testing.T) {
	t.Parallel()
	infrastructure := []string{"go_gc_duration_seconds_sum", "go_gc_duration_seconds_count", "prometheus_http_requests_total", "apiserver_request_duration_seconds_bucket",
		"kubelet_http_requests_total", "coredns_dns_request_duration_seconds_bucket", "promhttp_metric_handler_requests_total", "rest_client_requests_total",
		"http_response_size_bytes_bucket", "http_requests_in_flight", "payment_client_request_duration_seconds_bucket", "pg_query_duration_seconds_bucket",
		"traces_service_graph_request_server_seconds_bucket", "loki_request_duration_seconds_bucket", "up"}
	for name, c := range map[string]struct {
		names []string
		best  incident.LikelyMetric
	}{
		"a prefix of a team":         {[]string{"acme_http_request_duration_seconds_bucket", "acme_http_request_duration_seconds_count"}, incident.LikelyMetric{Histogram: "acme_http_request_duration_seconds"}},
		"a counter and no durations": {[]string{"shop_api_requests"}, incident.LikelyMetric{Counter: "shop_api_requests"}},
		"a summary":                  {[]string{"handler_latency_ms", "handler_latency_ms_sum", "handler_latency_ms_count"}, incident.LikelyMetric{Histogram: "handler_latency_ms"}},
		"names with dots":            {[]string{"acme.rpc.handled.elapsed_bucket", "acme.rpc.handled.elapsed_count"}, incident.LikelyMetric{Histogram: "acme.rpc.handled.elapsed"}},
		"durations before a counter": {[]string{"orders_requests_total", "orders_request_latency_bucket"}, incident.LikelyMetric{Histogram: "orders_request_latency"}},
		"of the cloud":               {[]string{"aws_applicationelb_request_count_sum", "aws_applicationelb_active_connection_count_sum"}, incident.LikelyMetric{Counter: "aws_applicationelb_request_count_sum"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			like := regexp.MustCompile("^(?:" + convention.LikeRequests + ")$")
			for _, metric := range c.names {
				require.True(t, like.MatchString(metric) || metric == "aws_applicationelb_active_connection_count_sum", metric)
			}
			found := convention.LikelyRequests(append(infrastructure, c.names...), convention.Names(unnamed))
			require.NotEmpty(t, found)
			require.Equal(t, c.best, found[0])
		})
	}
	require.Empty(t, convention.LikelyRequests(infrastructure, nil))
	require.Empty(t, convention.LikelyRequests([]string{"http_requests_total"}, convention.Names(unnamed)), "what is known is not proposed")
}

func TestASettingForALikelyMetricSaysWhatItsLabelsMayHold(t *testing.T) {
	t.Parallel()
	metric := convention.WithLabels(incident.LikelyMetric{Histogram: "acme_api_latency_millis"}, []string{"__name__", "le", "svc", "verb", "path", "status_code"})
	metric.Service = "svc"
	var setting incident.RequestMetric
	require.NoError(t, json.Unmarshal([]byte(convention.SettingFor(metric)), &setting))
	require.Equal(t, incident.RequestMetric{Histogram: "acme_api_latency_millis", Seconds: 0.001, Services: []string{"svc"}, Code: "status_code",
		Operation: incident.OperationLabels{Method: "verb", Route: "path"}}, setting)
	require.Equal(t, []string{"svc", "verb", "path", "status_code"}, metric.Labels)
}

func TestTheUnitOfDurationsIsReadFromTheLastWordOfTheirName(t *testing.T) {
	t.Parallel()
	for name, seconds := range map[string]float64{"a_seconds": 1, "a_ms": 1e-3, "a_milliseconds": 1e-3, "a.millis": 1e-3, "a_microseconds": 1e-6, "a_ns": 1e-9} {
		unit, said := convention.UnitOf(name)
		require.True(t, said, name)
		require.InDelta(t, seconds, unit, 0, name)
	}
	unit, said := convention.UnitOf("forms")
	require.False(t, said)
	require.InDelta(t, 1, unit, 0)
}

func TestAServicesNameIsRecognizedAsStoresAndGatewaysWriteIt(t *testing.T) {
	t.Parallel()
	means := regexp.MustCompile("^(?:" + convention.Spelled("order-service") + ")$")
	for _, value := range []string{"order-service", "shop/order-service", "order-service.shop.svc.cluster.local", "order-service:8080", "order-service@docker",
		"shop-order-service-8080@kubernetes", "outbound|8080||order-service.shop.svc.cluster.local"} {
		require.True(t, means.MatchString(value), value)
	}
	for _, value := range []string{"order-service-worker", "my-order-service", "order-services", "orderXservice", "reorder-service", "shop/order-service/x", ""} {
		require.False(t, means.MatchString(value), value)
	}
	require.True(t, regexp.MustCompile("^(?:"+convention.Spelled("a.b+c")+")$").MatchString("a.b+c"))
	require.False(t, regexp.MustCompile("^(?:"+convention.Spelled("a.b")+")$").MatchString("axb"))
}

func TestLabelsOfOtherEndsAreNoPlacesForTheServiceThatServes(t *testing.T) {
	t.Parallel()
	places := convention.PlacesFor([]string{"__name__", "le", "namespace", "client", "source_app", "peer_service", "upstream_name", "code", "method", "route", "team_svc", "svc", "container", "job",
		"destination_app", "pod"}, []string{"job"}, incident.LabelNames{})
	require.Equal(t, []string{"job", "container", "svc", "namespace"}, places)
}

func TestEveryConventionOfRequestsIsRecognizedByItsMetricsAlone(t *testing.T) {
	t.Parallel()
	seen := map[string]string{} // by the metrics, since some conventions have the same
	for _, spelling := range role(t, convention.Explain(nil, unnamed), convention.Requests).Spellings {
		metrics, err := json.Marshal(spelling.Metrics)
		require.NoError(t, err)
		if _, before := seen[string(metrics)]; !before {
			seen[string(metrics)] = spelling.Convention
		}
		chosen := convention.Choose(spelling.Metrics, unnamed).Requests
		require.NotNil(t, chosen, spelling.Metrics)
		if spelling.Convention == "Ruby (Rack)" || spelling.Convention == "prometheus-net" {
			continue // what they share with another convention is preferred as that
		}
		if spelling.Form == "" || spelling.Form == "native histogram" {
			require.Equal(t, seen[string(metrics)], chosen.Convention, spelling.Metrics)
			require.NotEmpty(t, chosen.Histogram, spelling.Metrics)
		}
	}
}
