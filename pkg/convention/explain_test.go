package convention_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func role(t *testing.T, roles []incident.ConventionRole, name string) incident.ConventionRole {
	t.Helper()
	for _, r := range roles {
		if r.Role == name {
			return r
		}
	}
	require.Fail(t, "no such role", name)
	return incident.ConventionRole{}
}

func why(t *testing.T, r incident.ConventionRole, convention, form string) string {
	t.Helper()
	for _, s := range r.Spellings {
		if s.Convention == convention && s.Form == form {
			return s.Why
		}
	}
	require.Fail(t, "no such spelling", convention+" "+form)
	return ""
}

func TestTheReasonOfEveryChoiceAndOfEveryRefusalIsTold(t *testing.T) {
	t.Parallel()
	names := []string{"http_server_requests_seconds", "http_server_requests_seconds_count", "http_requests_total",
		"http_server_request_duration_seconds_count", "kube_pod_status_phase"}
	roles := convention.Explain(names, incident.Naming{})
	requests := role(t, roles, convention.Requests)
	require.Equal(t, "OpenTelemetry HTTP", requests.Chosen)
	require.Equal(t, "OpenTelemetry HTTP, from http_server_request_duration_seconds_count. It is the first of which everything is there.", requests.Why)
	require.Equal(t, "http_server_request_duration_seconds_bucket is missing.", why(t, requests, "OpenTelemetry HTTP", ""))
	require.Equal(t, "None of it is there.", why(t, requests, "Istio", ""))
	require.Equal(t, "http_server_requests_seconds_count is there too, which a native histogram does not have.", why(t, requests, "Spring Boot", "native histogram"))
	require.Equal(t, "It is there, but OpenTelemetry HTTP is preferred.", why(t, requests, "Spring Boot", "counts only"))

	latency := role(t, roles, convention.Latency)
	require.Empty(t, latency.Chosen)
	require.Equal(t, "http_server_request_duration_seconds_count counts requests and has no histogram of their durations.", latency.Why)
	require.Equal(t, "The store has none of these in this time.", role(t, roles, convention.Edges).Why)
	require.Equal(t, "kube-state-metrics, from kube_pod_status_phase.", role(t, roles, "pods").Why)
	require.Empty(t, role(t, roles, "use").Chosen)
}

func TestWhatIsExplainedIsWhatIsChosen(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{everything(), {"up"}, {"http_requests_total"}, {"istio_requests_total", "istio_request_duration_milliseconds_bucket"},
		{"probe_ssl_earliest_cert_expiry"}, {"x509_cert_not_after", "probe_ssl_earliest_cert_expiry"}} {
		chosen := convention.Choose(names, unnamed)
		told := map[string]string{}
		for _, r := range convention.Explain(names, unnamed) {
			told[r.Role] = r.Chosen
			require.NotEmpty(t, r.Title)
			require.NotEmpty(t, r.Why)
		}
		if chosen.Requests != nil {
			require.Equal(t, chosen.Requests.Convention, told[convention.Requests])
		} else {
			require.Empty(t, told[convention.Requests])
		}
		if chosen.Edges != nil {
			require.Equal(t, chosen.Edges.Convention, told[convention.Edges])
		} else {
			require.Empty(t, told[convention.Edges])
		}
		require.Equal(t, chosen.Nodes != nil, told["waiting"] != "")
		if chosen.Certificates != nil {
			require.Equal(t, chosen.Certificates.Convention, told["certificates"])
		} else {
			require.Empty(t, told["certificates"])
		}
	}
}

func TestSettingsThatNameWhatIsNotThereAreToldAndNotReplaced(t *testing.T) {
	t.Parallel()
	naming := incident.Naming{Requests: &incident.RequestMetric{Convention: "settings", Histogram: "mine"}}
	requests := role(t, convention.Explain([]string{"http_requests_total"}, naming), convention.Requests)
	require.Empty(t, requests.Chosen)
	require.Contains(t, requests.Why, "The settings name metrics that the store does not have")
	require.True(t, requests.Spellings[0].Settings)

	naming.Requests.Histogram = "http_request_duration_seconds"
	requests = role(t, convention.Explain([]string{"http_request_duration_seconds_bucket", "http_request_duration_seconds_count"}, naming), convention.Requests)
	require.Equal(t, "settings, from http_request_duration_seconds_bucket, http_request_duration_seconds_count. The settings name it, and everything of it is there.", requests.Why)
}

func TestTheLogLabelsAreToldWithWhatWasTried(t *testing.T) {
	t.Parallel()
	labels := convention.ExplainLogs([]string{"app", "namespace"}, incident.LabelNames{Service: "svc"})
	require.Equal(t, "app", labels[0].Chosen)
	require.Equal(t, "svc", labels[0].Tried[0])
	require.Equal(t, "The settings name svc, which the log store does not have; app is the first known one that is there.", labels[0].Why)
	require.Equal(t, "namespace", labels[1].Chosen)
	require.Empty(t, labels[2].Chosen)
}
