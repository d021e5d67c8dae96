package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	alert = time.Date(2026, 11, 23, 7, 8, 0, 0, time.UTC) // of the recorded answers
	last  = incident.Window{From: alert.Add(-10 * time.Minute), To: alert}
)

// The questions, one of each kind.
var (
	instant      = source.Question{Name: "rate", Kind: source.Instant, Text: `sum(rate(requests[1m]))`, Window: last}
	ranged       = source.Question{Name: "rates", Kind: source.Range, Text: `sum(rate(requests[1m]))`, Window: last, Step: 30 * time.Second}
	metricNames  = source.Question{Name: "names", Kind: source.MetricNames, Text: `{__name__=~"dns.*"}`, Window: last}
	metricLabels = source.Question{Name: "labels", Kind: source.MetricLabels, Text: `dns_lookup_duration_seconds_count`, Window: last}
	exemplars    = source.Question{Name: "exemplars", Kind: source.Exemplars, Text: `requests_bucket{service_name="order-service"}`, Window: last}
	logLabels    = source.Question{Name: "labels", Kind: source.LogLabels, Window: last}
	logLines     = source.Question{Name: "lines", Kind: source.Lines, Text: `{service_name="payment-service"}`, Window: last, Limit: 3}
	logCount     = source.Question{Name: "count", Kind: source.LogCount, Text: `count_over_time({service_name="payment-service"}[5m])`, Window: last}
	traceSearch  = source.Question{Name: "failing", Kind: source.TraceSearch, Text: `{ status = error }`, Window: last, Limit: 3}
	traceNames   = source.Question{Name: "services", Kind: source.TraceNames, Window: last}
	alertRules   = source.Question{Name: "rules", Kind: source.AlertRules, Window: last}
	traceByID    = source.Question{Name: "trace", Kind: source.TraceByID, Text: "1663855e13f045d", Window: last}
)

func everyKind() []source.Question {
	return []source.Question{instant, ranged, metricNames, metricLabels, exemplars, logLabels, logLines, logCount, traceSearch, traceByID, traceNames, alertRules}
}

// server runs a handler until the test has ended.
func server(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s
}

// client has connections of its own, which end with the test.
func client(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// querierAt asks one address for metrics, logs and traces.
func querierAt(t *testing.T, url string, change ...func(*httpapi.Options)) *httpapi.Querier {
	t.Helper()
	o := httpapi.Options{Client: client(t), Metrics: httpapi.Store{URL: url, Name: "metrics-1"},
		Logs: httpapi.Store{URL: url, Name: "logs-1"}, Traces: httpapi.Store{URL: url, Name: "traces-1"}}
	for _, c := range change {
		c(&o)
	}
	q, err := httpapi.New(o)
	require.NoError(t, err)
	return q
}

func recorded(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return body
}

// saying answers every request with a status and a body.
func saying(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}
