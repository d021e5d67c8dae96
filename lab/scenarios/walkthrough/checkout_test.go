package walkthrough_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	server    = "http.server.request.duration"
	spans     = "traces_spanmetrics_latency"
	graph     = "traces_service_graph_request_server_seconds"
	graphAll  = "traces_service_graph_request_total"
	graphFail = "traces_service_graph_request_failed_total"
	statusKey = "http.response.status_code"
)

var (
	ofCheckout      = []string{"service", "order-service", "http.route", "/api/checkout"}
	ofCheckoutSpans = []string{"service", "order-service", "span_name", "POST /api/checkout"}
	lastFive        = alert.Add(-5 * time.Minute)
	hourBegins      = alert.Add(-77 * time.Minute) // an hour of normal days lies between these two
	hourEnds        = alert.Add(-17 * time.Minute)
)

func with(labels []string, more ...string) []string {
	return append(append([]string{}, labels...), more...)
}

// errorRatio is the share of a service's or an operation's requests that were answered with a server error.
func (r *recording) errorRatio(from, to time.Time, labels ...string) float64 {
	failed := 0.0
	for _, status := range []string{"500", "502", "503", "504"} {
		failed += r.requests(from, to, server, with(labels, statusKey, status)...)
	}
	return failed / r.requests(from, to, server, labels...)
}

func TestCheckoutFailsForSevenPointThreePercentAndNormallyForOneInAThousand(t *testing.T) {
	t.Parallel()
	r := history()
	require.InDelta(t, 0.073, r.errorRatio(lastFive, alert, ofCheckout...), 0.001)
	require.InDelta(t, 0.001, r.errorRatio(hourBegins, hourEnds, ofCheckout...), 0.0002)
	failed := r.requests(lastFive, alert, spans, with(ofCheckoutSpans, "status_code", "STATUS_CODE_ERROR")...)
	require.InDelta(t, 0.073, failed/r.requests(lastFive, alert, spans, ofCheckoutSpans...), 0.001, "span metrics agree")
}

func TestCheckoutIsAskedForTwelvePercentLessThanNormally(t *testing.T) {
	t.Parallel()
	r := history()
	const scraped = 15 * time.Second // a rate speaks of the time between the first and the last sample
	now := r.requests(lastFive, alert, server, ofCheckout...) / (alert.Sub(lastFive) - scraped).Seconds()
	normal := r.requests(hourBegins, hourEnds, server, ofCheckout...) / (hourEnds.Sub(hourBegins) - scraped).Seconds()
	require.InDelta(t, 0.88, now/normal, 0.005)
	require.InDelta(t, 15, now, 0.5)
}

func TestCheckoutsSlowestPercentTakesLongerThan2300Milliseconds(t *testing.T) {
	t.Parallel()
	r := history()
	require.InDelta(t, 2.3, r.quantile(0.99, lastFive, alert, server, ofCheckout...), 0.03)
	require.InDelta(t, 2.3, r.quantile(0.99, lastFive, alert, spans, ofCheckoutSpans...), 0.04)
	require.InDelta(t, 0.4, r.quantile(0.99, hourBegins, hourEnds, server, ofCheckout...), 0.01)
	require.InDelta(t, 0.4, r.quantile(0.99, hourBegins, hourEnds, spans, ofCheckoutSpans...), 0.01)
	silent := r.quantile(0.99, alert.Add(-45*time.Minute), hourEnds, server, ofCheckout...)
	require.InDelta(t, 0.4, silent, 0.03, "while caches hide the fault")
}

func TestSeventyTwoPercentOfFailuresAre503AndTheOthers500(t *testing.T) {
	t.Parallel()
	r := history()
	unavailable := r.requests(lastFive, alert, server, with(ofCheckout, statusKey, "503")...)
	internal := r.requests(lastFive, alert, server, with(ofCheckout, statusKey, "500")...)
	require.InDelta(t, 0.72, unavailable/(unavailable+internal), 0.005)
	require.Empty(t, r.all(server, with(ofCheckout, statusKey, "504")...))
}

func TestLatencyRisesTwoMinutesBeforeErrorsDo(t *testing.T) {
	t.Parallel()
	r := history()
	minute := func(ends time.Duration) (p99, errors float64) {
		from, to := alert.Add(ends-time.Minute), alert.Add(ends)
		return r.quantile(0.99, from, to, server, ofCheckout...), r.errorRatio(from, to, ofCheckout...)
	}
	p99, errors := minute(-17 * time.Minute)
	require.Less(t, p99, 0.45)
	require.Less(t, errors, 0.003)
	p99, errors = minute(-15 * time.Minute)
	require.Greater(t, p99, 2.0, "slow before failing")
	require.Less(t, errors, 0.003)
	_, errors = minute(-13 * time.Minute)
	require.Less(t, errors, 0.05)
	_, errors = minute(-11 * time.Minute)
	require.Greater(t, errors, 0.05)
	for ends := -8 * time.Minute; ends <= 0; ends += time.Minute {
		_, errors = minute(ends)
		require.InDelta(t, 0.073, errors, 0.005)
	}
}

func TestEachDependencyReadsAsTheWalkthroughSays(t *testing.T) {
	t.Parallel()
	r := history()
	for _, row := range []struct {
		service    string
		p99        float64 // seconds
		errorRatio float64
	}{
		{"auth-service", 0.045, 0.0001}, {"inventory-service", 0.089, 0.0002},
		{"payment-service", 1.8, 0.082}, {"notification-svc", 0.034, 0},
	} {
		require.InEpsilon(t, row.p99, r.quantile(0.99, lastFive, alert, server, "service", row.service), 0.02, row.service)
		inSpans := r.quantile(0.99, lastFive, alert, spans, "service", row.service, "span_kind", "SPAN_KIND_SERVER")
		require.InEpsilon(t, row.p99, inSpans, 0.02, row.service)
		require.InDelta(t, row.errorRatio, r.errorRatio(lastFive, alert, "service", row.service), 0.1*row.errorRatio, row.service)
	}
	require.InDelta(t, 0.2, r.quantile(0.99, hourBegins, hourEnds, server, "service", "payment-service"), 0.01)
}

func TestTheServiceGraphTellsTheSameOfPayment(t *testing.T) {
	t.Parallel()
	r := history()
	toPayment := []string{"client", "order-service", "server", "payment-service"}
	require.InEpsilon(t, 1.8, r.quantile(0.99, lastFive, alert, graph, toPayment...), 0.03)
	failed, _, _ := r.growth(lastFive, alert, graphFail, toPayment...)
	all, _, _ := r.growth(lastFive, alert, graphAll, toPayment...)
	require.InDelta(t, 0.082, failed/all, 0.001)
	checkouts := r.requests(lastFive, alert, server, ofCheckout...)
	require.InDelta(t, 0.89, all/checkouts, 0.005)
	toStripe := r.all(graphAll, "client", "payment-service", "server", "stripe-api", "connection_type", "virtual_node")
	require.Len(t, toStripe, 1)
}

func TestMetricsCountEveryFailingTraceOnce(t *testing.T) {
	t.Parallel()
	r := history()
	counted := 0.0
	for _, status := range []string{"500", "503"} {
		for _, s := range r.all(server, with(ofCheckout, statusKey, status)...) {
			buckets := s.samples[len(s.samples)-1].buckets
			counted += buckets[len(buckets)-1]
		}
	}
	require.InDelta(t, len(r.failingCheckouts(alert.Add(-2*time.Hour), alert)), counted, 0)
}
