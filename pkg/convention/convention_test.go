package convention_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

var unnamed = incident.Naming{}

// everything is a stack with every metric that is known.
func everything() []string { return convention.Names(unnamed) }

func TestAStackWithEverythingGetsTheBestSpellingOfEachRole(t *testing.T) {
	t.Parallel()
	chosen := convention.Choose(everything(), unnamed)
	require.Equal(t, "OpenTelemetry HTTP", chosen.Requests.Convention)
	require.False(t, chosen.Requests.Native)
	require.Equal(t, "service graph", chosen.Edges.Convention)
	require.Equal(t, "OpenTelemetry DNS", chosen.Lookups.Convention)
	require.Equal(t, "OpenTelemetry HTTP client", chosen.Pool.Convention)
	require.Equal(t, "Kafka exporter", chosen.Queue.Convention)
	require.Equal(t, "OpenTelemetry resource", chosen.Build.Convention)
	others := []string{}
	for _, o := range chosen.OtherRequests {
		others = append(others, o.Convention)
	}
	require.Equal(t, []string{"OpenTelemetry HTTP before 1.23", "OpenTelemetry RPC", "OpenTelemetry RPC since 1.39", "OBI and Beyla RPC", "gRPC for Prometheus",
		"Tempo span metrics", "collector span metrics", "Istio", "Spring Boot", "classic Prometheus"}, others[:10])
	require.Equal(t, []string{"Tempo span metrics of consumers", "collector span metrics of consumers", "Linkerd", "ingress-nginx", "Traefik", "Envoy", "Kong"}, others[len(others)-7:])
	slices.Sort(others)
	require.Equal(t, others, slices.Compact(slices.Clone(others)), "each once, in its best form")
}

func TestARoleNobodyMeasuresStaysOpen(t *testing.T) {
	t.Parallel()
	chosen := convention.Choose([]string{"up"}, unnamed)
	require.True(t, chosen.None())
}

func TestHalfASpellingIsNotChosen(t *testing.T) {
	t.Parallel()
	names := []string{"http_server_request_duration_seconds_bucket", "traces_spanmetrics_latency_bucket", "traces_spanmetrics_latency_count"}
	require.Equal(t, "Tempo span metrics", convention.Choose(names, unnamed).Requests.Convention)
}

func TestACallGraphWithoutFailuresSoFarIsACallGraph(t *testing.T) {
	t.Parallel()
	chosen := convention.Choose([]string{"traces_service_graph_request_total", "traces_service_graph_request_client_seconds_bucket"}, unnamed)
	require.Equal(t, "traces_service_graph_request_failed_total", chosen.Edges.Failed)
}

func TestAFamilyOfTheBareNameIsANativeHistogram(t *testing.T) {
	t.Parallel()
	native := convention.Choose([]string{"http_server_request_duration_seconds", "traces_spanmetrics_latency_bucket", "traces_spanmetrics_latency_count"}, unnamed)
	require.True(t, native.Requests.Native)
	require.Equal(t, "http_server_request_duration_seconds", native.Requests.Counts())
	require.True(t, native.Requests.CountsNatively())

	both := convention.Choose([]string{"http_server_request_duration_seconds", "http_server_request_duration_seconds_bucket", "http_server_request_duration_seconds_count"}, unnamed)
	require.False(t, both.Requests.Native, "the classic form is there as well")
}

func TestASummaryIsCountedAndNotTakenForAHistogram(t *testing.T) {
	t.Parallel()
	chosen := convention.Choose([]string{"http_server_requests_seconds", "http_server_requests_seconds_count"}, unnamed)
	require.Empty(t, chosen.Requests.Histogram)
	require.Equal(t, "http_server_requests_seconds_count", chosen.Requests.Counts())
}

func TestAMetricThatOnlyCountsIsTheLastResort(t *testing.T) {
	t.Parallel()
	counted := convention.Choose([]string{"http_requests_total"}, unnamed)
	require.Equal(t, "http_requests_total", counted.Requests.Name())
	require.Empty(t, counted.Requests.Histogram)

	names := []string{"traces_spanmetrics_calls_total", "http_requests_total", "http_request_duration_seconds_bucket"}
	timed := convention.Choose(names, unnamed)
	require.Equal(t, "classic Prometheus", timed.Requests.Convention, "a worse name that tells durations is worth more")
	require.Equal(t, "http_requests_total", timed.Requests.Counts())
	require.Equal(t, "Tempo span metrics", timed.OtherRequests[0].Convention)
}

func TestWhatATeamNamesIsTheOnlyThingTried(t *testing.T) {
	t.Parallel()
	own := incident.Naming{Requests: &incident.RequestMetric{Convention: "settings", Histogram: "latency_seconds", Services: []string{"svc"}}}
	require.Contains(t, convention.Names(own), "latency_seconds_bucket")
	chosen := convention.Choose([]string{"latency_seconds_bucket", "latency_seconds_count"}, own)
	require.Equal(t, "latency_seconds", chosen.Requests.Histogram)
	require.Nil(t, convention.Choose([]string{"http_server_request_duration_seconds_bucket", "http_server_request_duration_seconds_count"}, own).Requests,
		"others are no substitute for what was named")

	istio := incident.Naming{Requests: &incident.RequestMetric{Convention: "Istio"}, Edges: &incident.EdgeMetric{Convention: "Istio"}}
	chosen = convention.Choose(everything(), istio)
	require.Equal(t, "Istio", chosen.Requests.Convention)
	require.Equal(t, "Istio", chosen.Edges.Convention)
	require.Equal(t, map[string]string{"reporter": "source"}, chosen.Edges.Only)
	require.Empty(t, chosen.OtherRequests)
}

func TestALabelThatATeamNamesComesBeforeTheKnownOnes(t *testing.T) {
	t.Parallel()
	own := incident.Naming{Labels: incident.LabelNames{Service: "svc", Namespace: "ns", Pod: "pod_id"}}
	chosen := convention.Choose(everything(), own)
	require.Equal(t, "svc", chosen.Requests.Services[0])
	require.Equal(t, "svc", chosen.Pool.Services[0])
	require.Equal(t, []string{"client"}, chosen.Edges.Clients, "a service graph names its own labels")
	label, _ := convention.LogService([]string{"service_name", "svc"}, own.Labels)
	require.Equal(t, "svc", label)
	label, _ = convention.LogNamespace([]string{"namespace", "ns"}, own.Labels)
	require.Equal(t, "ns", label)
	require.Equal(t, "pod_id", convention.LogPodLabels(own.Labels)[0])
}

func TestNamesAreOrderedAndEachStandsOnce(t *testing.T) {
	t.Parallel()
	names := everything()
	require.True(t, slices.IsSorted(names))
	require.Equal(t, names, slices.Compact(slices.Clone(names)))
}

func TestTheLogLabelOfAServiceIsTheBestOfThoseThereAre(t *testing.T) {
	t.Parallel()
	label, known := convention.LogService([]string{"pod", "app", "service_name"}, incident.LabelNames{})
	require.True(t, known)
	require.Equal(t, "service_name", label)
	_, known = convention.LogService([]string{"filename"}, incident.LabelNames{})
	require.False(t, known)
}

func TestTheNameOfACalledServiceIsReadFromItsHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{"payment": "payment", "payment:8080": "payment", "payment.shop.svc": "payment",
		"payment.shop.svc.cluster.local:80": "payment", "api.stripe.com": "api.stripe.com", "10.0.0.1:80": "10.0.0.1"} {
		name, told := convention.CalledService(host)
		require.True(t, told, host)
		require.Equal(t, want, name)
	}
	for _, host := range []string{"", "unknown", "PassthroughCluster"} {
		_, told := convention.CalledService(host)
		require.False(t, told, host)
	}
}

func TestTheFirstLabelThatIsThereNamesTheServiceAndAJobsNamespaceIsNoPartOfIt(t *testing.T) {
	t.Parallel()
	names := []string{"service_name", "job"}
	require.Equal(t, "order", convention.ServiceIn(map[string]string{"service_name": "order", "job": "shop/web"}, names))
	require.Equal(t, "web", convention.ServiceIn(map[string]string{"service_name": "", "job": "shop/web"}, names))
	require.Empty(t, convention.ServiceIn(map[string]string{"app": "order"}, names))
}
