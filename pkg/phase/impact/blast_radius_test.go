package impact_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// operation adds what an operation served at a moment.
func operation(parts map[string][]incident.Series, moment, method, route string, s side) {
	labels := map[string]string{"http_request_method": method, "http_route": route}
	parts["served "+moment] = append(parts["served "+moment], point(with(labels, "http_response_status_code", "200"), s.rate-s.failed),
		point(with(labels, "http_response_status_code", "500"), s.failed))
	parts["served buckets "+moment] = append(parts["served buckets "+moment], s.buckets(labels)...)
}

func TestOperationsAndCallersAreToldWithNumbersAndBaselines(t *testing.T) {
	t.Parallel()
	c := checkout()
	operations, callers := map[string][]incident.Series{}, map[string][]incident.Series{}
	operation(operations, "now", "POST", "/api/checkout", side{15, 1.1, slow})
	operation(operations, "normally", "POST", "/api/checkout", side{17, 0.017, quick})
	operation(operations, "now", "GET", "/api/orders", side{40, 0, quick})
	operation(operations, "normally", "GET", "/api/orders", side{40, 0, quick})
	gateway := side{15, 1.1, slow}
	callers["failed calls now"] = []incident.Series{point(map[string]string{"client": "gateway"}, 1.1)}
	callers["failed calls normally"] = []incident.Series{point(map[string]string{"client": "gateway"}, 0.017)}
	usual := side{17, 0.017, quick}
	callers["call buckets normally"] = usual.buckets(map[string]string{"client": "gateway"})
	callers["call buckets now"] = append(gateway.buckets(map[string]string{"client": "gateway"}), side{9, 0, quick}.buckets(map[string]string{"client": "user"})...)
	reading := reads(t, impact.BlastRadius(), c, source.Answers{"operations": joined(operations), "callers": joined(callers)})
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "1 of 2 operations of order-service is affected. POST /api/checkout is degraded: p99 2.7 s (normally 370 ms), 7.3% errors (normally 0.1%).",
		reading.Findings[0].Sentence)
	require.Equal(t, "1 of 1 caller of order-service is affected. gateway is degraded: p99 2.7 s (normally 370 ms), 7.3% errors (normally 0.1%).", reading.Findings[1].Sentence)
	hurt := c.Facts.BlastRadius.Operations[0]
	require.InDelta(t, 15, hurt.Rate, 0)
	require.InDelta(t, 17, *hurt.RateBaseline, 0)
	require.Equal(t, incident.Healthy, c.Facts.BlastRadius.Operations[1].Health)
}

func TestAServiceThatNothingHurtsIsClearAndALostAnswerIsAProblem(t *testing.T) {
	t.Parallel()
	operations := map[string][]incident.Series{}
	operation(operations, "now", "GET", "/", side{40, 0, quick})
	operation(operations, "normally", "GET", "/", side{40, 0, quick})
	reading := reads(t, impact.BlastRadius(), checkout(), source.Answers{"operations": joined(operations), "callers": {}})
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Equal(t, "None of 1 operation of order-service fails more or is slower than before.", reading.Findings[0].Sentence)
	require.Equal(t, "No service that calls order-service is known to the service graph.", reading.Findings[1].Sentence)
	requireProblem(t, impact.BlastRadius(), checkout(), refused("operations"))
}

func TestTheBlastRadiusAsksOneQuestionOfEachMetricThereIs(t *testing.T) {
	t.Parallel()
	c := checkout()
	texts := plans(t, impact.BlastRadius(), c)
	require.Equal(t, []string{"callers", "operations"}, sorted(texts))
	require.Contains(t, texts["operations"], `sum by (http_request_method, http_route, http_response_status_code) (rate(http_server_request_duration_seconds_count{service_name="order-service"}[1h] offset 5m))`)
	require.Contains(t, texts["callers"], `sum by (client) (rate(traces_service_graph_request_failed_total{server="order-service"}[5m]))`)
	c.Facts.Conventions.Edges = nil
	require.Equal(t, []string{"operations"}, sorted(plans(t, impact.BlastRadius(), c)))
	c.Facts.Service = nil
	_, err := impact.BlastRadius().Plan(c)
	requireSkip(t, err, "Neither a metric of the service's operations")
}

func TestWhoIsHurtIsNotCheckedWhereNeitherOperationsNorCallersAreTold(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Service = nil
	reading := reads(t, impact.BlastRadius(), c, source.Answers{"callers": {}})
	require.Equal(t, incident.NotChecked, reading.Outcome)
	require.Equal(t, "No metric of requests tells operations of order-service apart, and traces_service_graph_request_total counts no calls to it.", reading.Reason)
	require.NotEmpty(t, reading.Advice)
	require.Nil(t, c.Facts.BlastRadius)
}

func sorted(texts map[string]string) []string { return slices.Sorted(maps.Keys(texts)) }

func TestErrorsAreACalleesOwnUnlessCallsOfItsOwnFail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		beyond map[string]float64
		own    float64
		says   string
	}{
		"own":       {nil, 0.082, "; the errors are its own, as far as the service graph knows"},
		"inherited": {map[string]float64{"api.stripe.com": 24}, 0, "; it inherits the errors from api.stripe.com"},
		"some":      {map[string]float64{"ledger": 4.1, "audit": 0.1}, 0.04, "; 4% are its own, and it inherits the rest from ledger"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := checkout()
			c.Facts.Callees = &incident.Callees{Services: []string{"payment-service"}}
			now, normal := &side{100, 8.2, quick}, &side{100, 0.05, quick}
			parts := seen(seen(map[string][]incident.Series{}, "now", now, now), "normally", normal, normal)
			for server, failed := range test.beyond {
				parts["failed calls beyond now"] = append(parts["failed calls beyond now"], point(map[string]string{"client": "payment-service", "server": server}, failed))
			}
			parts["failed calls beyond now"] = append(parts["failed calls beyond now"], point(map[string]string{"client": "other", "server": "ledger"}, 90))
			reading := reads(t, impact.Dependencies(), c, tabled(parts))
			require.InDelta(t, test.own, *c.Facts.Dependencies.Rows[0].OwnErrors, 1e-9)
			require.Contains(t, reading.Findings[0].Sentence, test.says)
		})
	}
}

// One page does not compare with what it says elsewhere is too little to compare with.
func TestWhatIsTooYoungToCompareIsComparedNowhere(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Onset = nil
	c.Facts.Errors = &incident.Change{Now: 0.04, NoBaseline: true, Unit: incident.Ratio}
	c.Facts.Latency = &incident.Change{Now: 2.7, NoBaseline: true, Unit: incident.Seconds}
	operations := map[string][]incident.Series{}
	operation(operations, "now", "POST", "/api/checkout", side{15, 0, slow})
	operation(operations, "normally", "POST", "/api/checkout", side{0.4, 0, quick})
	reading := reads(t, impact.BlastRadius(), c, source.Answers{"operations": joined(operations), "callers": {}})
	require.Equal(t, "1 operation of order-service made requests; nothing is known from before to compare with.", reading.Findings[0].Sentence)
	require.Nil(t, reading.Findings[0].Baseline)
	require.Nil(t, c.Facts.BlastRadius.Operations[0].P99Baseline)

	c.Facts.Callees = &incident.Callees{Services: []string{"payment-service"}}
	reading = reads(t, impact.Dependencies(), c, tabled(seen(seen(map[string][]incident.Series{}, "now", nil, &side{15, 0, slow}), "normally", nil, &side{0.4, 0, quick})))
	require.Equal(t, "Nothing is known from before to compare payment-service (p99 2.7 s, 0% errors) with.", reading.Findings[0].Sentence)
	require.Nil(t, c.Facts.Dependencies.Rows[0].P99Baseline)
}

func TestAP99InTheLastBucketIsALowerBound(t *testing.T) {
	t.Parallel()
	endless, normal := &side{100, 0.05, [4]float64{80, 90, 95, 97}}, &side{100, 0.05, quick}
	callee := row(t, endless, endless, normal, normal)
	require.True(t, callee.P99AtLeast)
	require.False(t, row(t, normal, normal, normal, normal).P99AtLeast)

	c, operations := checkout(), map[string][]incident.Series{}
	operation(operations, "now", "POST", "/api/checkout", *endless)
	operation(operations, "normally", "POST", "/api/checkout", *normal)
	reading := reads(t, impact.BlastRadius(), c, source.Answers{"operations": joined(operations), "callers": {}})
	require.Contains(t, reading.Findings[0].Sentence, "p99 over 3.2 s (normally 370 ms)")
}
