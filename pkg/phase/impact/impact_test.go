package impact_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestConventionsAreChosenFromTheNamesThatAreThere(t *testing.T) {
	t.Parallel()
	c := &incident.Case{}
	reading := reads(t, impact.Conventions(), c, source.Answers{"names": {Names: []string{"traces_spanmetrics_latency_bucket", "traces_spanmetrics_latency_count"}}})
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "Tempo span metrics", c.Facts.Conventions.Requests.Convention)
	require.Equal(t, "Read: requests from traces_spanmetrics_latency (Tempo span metrics). Nothing measures calls between services, DNS lookups, connection pools and the cluster.",
		reading.Findings[0].Sentence)
}

func TestAStackWithNoMetricThatIsKnownIsNotChecked(t *testing.T) {
	t.Parallel()
	_, err := impact.Conventions().Read(&incident.Case{}, source.Answers{"names": {Names: []string{"up"}}})
	requireSkip(t, err, "none of the metrics that Faultline knows")
	requireProblem(t, impact.Conventions(), &incident.Case{}, refused("names"))
}

func TestTheServiceIsFoundUnderTheLabelThatHoldsIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		labels       map[string]string
		label, value string
	}{
		"service_name":             {map[string]string{"service_name": "order-service", "job": "shop/order-service"}, "service_name", "order-service"},
		"a job with its namespace": {map[string]string{"job": "shop/order-service"}, "job", "shop/order-service"},
		"app":                      {map[string]string{"app": "order-service"}, "app", "order-service"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kase := checkout()
			kase.Facts.Service = nil
			reads(t, impact.Service(), kase, answered("services", point(map[string]string{"job": "other"}, 60), point(c.labels, 60)))
			kase.Facts.Service.Scopes = nil
			require.Equal(t, &incident.ServiceSeries{Label: c.label, Value: c.value, Prefix: strings.TrimSuffix(c.value, "order-service"), Interval: 15 * time.Second},
				kase.Facts.Service)
		})
	}
}

func TestAMisspeltServiceGetsTheNamesThereAre(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Subject.Service = "ordre-service"
	_, err := impact.Service().Read(c, answered("services", point(map[string]string{"service_name": "order-service"}, 60), point(map[string]string{"service_name": "auth-service"}, 60)))
	requireSkip(t, err, `named "ordre-service"`)
	require.ErrorContains(t, err, "auth-service and order-service")
}

func TestAStackWithoutARequestHistogramIsNotChecked(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Conventions.Requests = nil
	_, err := impact.Service().Plan(c)
	requireSkip(t, err, "No metric of served requests")
}

func TestTrafficIsAskedForTheOperationInTheMetricsOwnLabels(t *testing.T) {
	t.Parallel()
	c := checkout()
	counted := `sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count{http_request_method="POST",http_route="/api/checkout",service_name="order-service"}`
	require.Equal(t, map[string]string{"traffic": counted + `[1m]))`, "last minutes": counted + `[5m]))`}, plans(t, impact.StatusCodes(), c))
	require.Equal(t, plans(t, impact.ErrorRate(), c), plans(t, impact.RequestRate(), c), "one question serves both")
	require.Equal(t, plans(t, impact.ErrorRate(), c)["traffic"], plans(t, impact.StatusCodes(), c)["traffic"])
	require.Equal(t, plans(t, impact.ErrorRate(), c)["earlier days"], plans(t, impact.Latency(), c)["earlier days"])

	c.Subject.Operation = ""
	require.Equal(t, `sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count{service_name="order-service"}[1m]))`, plans(t, impact.StatusCodes(), c)["traffic"])
	c.Facts.Service.Interval = time.Minute
	require.Contains(t, plans(t, impact.StatusCodes(), c)["traffic"], "[4m]", "a rate needs several samples")
}

func TestErrorsThatRoseAreFoundWithTheirBaseline(t *testing.T) {
	t.Parallel()
	c := checkout()
	reading := reads(t, impact.ErrorRate(), c, answered("traffic", codes(map[int]func(float64) float64{
		200: always(92.7), 503: since(15, 0.0927, 7.3)})...))
	require.Equal(t, incident.Found, reading.Outcome)
	finding := reading.Findings[0]
	require.Equal(t, "Error rate is 7.3%, normally 0.1%.", finding.Sentence)
	require.Equal(t, incident.Critical, finding.Severity)
	require.InDelta(t, 0.073, finding.Values[0].Value, 0.0001)
	require.InDelta(t, 30000, finding.Values[0].Samples, 1000)
	require.True(t, c.Facts.Errors.Worse)
	require.WithinDuration(t, alert.Add(-15*time.Minute), c.Facts.Errors.Moved.Middle(), time.Minute)
	require.False(t, c.Facts.Errors.Baseline.To.After(c.Facts.Errors.Moved.Earliest), "the baseline ends before the rise")
}

func TestErrorsThatDidNotRiseAreClearUnlessThereAreMany(t *testing.T) {
	t.Parallel()
	few := reads(t, impact.ErrorRate(), checkout(), answered("traffic", codes(map[int]func(float64) float64{200: always(100), 500: always(0.1)})...))
	require.Equal(t, incident.Clear, few.Outcome)
	require.Equal(t, "Error rate is 0.1%, 0.1% before: no rise beyond chance.", few.Findings[0].Sentence)

	many := reads(t, impact.ErrorRate(), checkout(), answered("traffic", codes(map[int]func(float64) float64{200: always(80), 500: always(20)})...))
	require.Equal(t, incident.Found, many.Outcome, "a steady fifth of failures is a finding")
	require.Equal(t, incident.Warning, many.Findings[0].Severity)

	none := reads(t, impact.ErrorRate(), checkout(), answered("traffic", codes(map[int]func(float64) float64{200: always(100)})...))
	require.Equal(t, incident.Clear, none.Outcome)
	require.Equal(t, "Error rate is 0%, 0% before: no rise beyond chance.", none.Findings[0].Sentence)
}

func TestNoTrafficIsNotCheckedAndNotZeroErrors(t *testing.T) {
	t.Parallel()
	for _, step := range []func() (string, error){
		func() (string, error) {
			_, err := impact.ErrorRate().Read(checkout(), answered("traffic"))
			return "errors", err
		},
		func() (string, error) {
			_, err := impact.RequestRate().Read(checkout(), answered("traffic"))
			return "rate", err
		},
		func() (string, error) {
			_, err := impact.StatusCodes().Read(checkout(), answered("traffic"))
			return "codes", err
		},
		func() (string, error) {
			_, err := impact.Latency().Read(checkout(), source.Answers{"course": {}, "now": {}})
			return "latency", err
		},
	} {
		_, err := step()
		requireSkip(t, err, "no requests to POST /api/checkout of order-service")
	}
}

func TestARefusedQuestionIsAProblemInEveryStep(t *testing.T) {
	t.Parallel()
	requireProblem(t, impact.Service(), checkout(), refused("services"))
	requireProblem(t, impact.ErrorRate(), checkout(), refused("traffic"))
	requireProblem(t, impact.RequestRate(), checkout(), refused("traffic"))
	requireProblem(t, impact.StatusCodes(), checkout(), refused("traffic"))
	requireProblem(t, impact.Latency(), checkout(), refused("course"))
	requireProblem(t, impact.Callees(), checkout(), refused("callees"))
}

func TestTrafficThatFellIsFoundAndSteadyTrafficIsClear(t *testing.T) {
	t.Parallel()
	c := checkout()
	fell := reads(t, impact.RequestRate(), c, answered("traffic", codes(map[int]func(float64) float64{200: since(16, 100, 88)})...))
	require.Equal(t, incident.Found, fell.Outcome)
	require.Equal(t, "Request rate is 12% below normal: 88/s, normally 100/s.", fell.Findings[0].Sentence)
	require.True(t, c.Facts.Traffic.Worse)

	steady := reads(t, impact.RequestRate(), checkout(), answered("traffic", codes(map[int]func(float64) float64{200: always(100)})...))
	require.Equal(t, incident.Clear, steady.Outcome)

	c = checkout()
	rose := reads(t, impact.RequestRate(), c, answered("traffic", codes(map[int]func(float64) float64{200: since(16, 100, 300)})...))
	require.Equal(t, "Request rate is 200% above normal: 300/s, normally 100/s.", rose.Findings[0].Sentence)
	require.False(t, c.Facts.Traffic.Worse)
}

func TestLatencyThatRoseIsFoundWithItsBaseline(t *testing.T) {
	t.Parallel()
	c := checkout()
	reading := reads(t, impact.Latency(), c, source.Answers{
		"course": {Series: []incident.Series{course(nil, since(17, 0.4, 2.3))}}, "now": {Series: []incident.Series{point(nil, 2.3)}}, "earlier days": {}})
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "p99 latency is 2.3 s, normally 400 ms.", reading.Findings[0].Sentence)
	require.WithinDuration(t, alert.Add(-17*time.Minute), c.Facts.Latency.Moved.Middle(), time.Minute)

	steady := reads(t, impact.Latency(), checkout(), source.Answers{
		"course": {Series: []incident.Series{course(nil, always(0.4))}}, "now": {Series: []incident.Series{point(nil, 0.4)}}, "earlier days": {}})
	require.Equal(t, incident.Clear, steady.Outcome)
}

func TestMillisecondHistogramsAreReadAsSeconds(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Conventions.Requests.Seconds = 0.001
	reads(t, impact.Latency(), c, source.Answers{
		"course": {Series: []incident.Series{course(nil, since(17, 400, 2300))}}, "now": {Series: []incident.Series{point(nil, 2300)}}, "earlier days": {}})
	require.InDelta(t, 2.3, c.Facts.Latency.Now, 1e-9)
	require.InDelta(t, 0.4, c.Facts.Latency.Normal, 1e-9)
}

func TestStatusCodesAreSharesOfTheFailures(t *testing.T) {
	t.Parallel()
	reading := reads(t, impact.StatusCodes(), checkout(), answered("traffic", codes(map[int]func(float64) float64{
		200: always(90), 404: always(5), 503: always(7.2), 500: always(2.8)})...))
	require.Equal(t, "Failed requests were answered 503 (72% of them) and 500 (28%).", reading.Findings[0].Sentence)
	require.InDelta(t, 3000, reading.Findings[0].Values[0].Samples, 100)

	noFailures := reads(t, impact.StatusCodes(), checkout(), answered("traffic", codes(map[int]func(float64) float64{200: always(90)})...))
	require.Equal(t, incident.Clear, noFailures.Outcome)

	c := checkout()
	c.Facts.Conventions.Requests.Code = ""
	_, err := impact.StatusCodes().Plan(c)
	requireSkip(t, err, "no status codes of HTTP or gRPC")
}

func TestTheOnsetIsTheEarliestHarmfulMoveAndNamesTheLead(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Latency = moved(-17*time.Minute, true)
	c.Facts.Errors = moved(-15*time.Minute, true)
	c.Facts.Traffic = moved(-20*time.Minute, true)
	reading := reads(t, impact.Onset(), c, nil)
	require.Equal(t, "It began at 10:30:00 ±10 s, 17 min ago, with latency; errors followed 2 min later.", reading.Findings[0].Sentence)
	require.Equal(t, 2*time.Minute, c.Facts.Onset.Lead)
	require.Equal(t, time.Hour, c.Facts.Onset.Baseline.Length())

	c = checkout()
	c.Facts.Latency, c.Facts.Errors = moved(-15*time.Minute, true), moved(-15*time.Minute+5*time.Second, true)
	require.Contains(t, reads(t, impact.Onset(), c, nil).Findings[0].Sentence, "errors moved at about the same time")
}

func TestADropOfTrafficAloneIsAnOnsetOnlyWhenNothingElseMoved(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Errors, c.Facts.Traffic = moved(0, false), moved(-20*time.Minute, true)
	reads(t, impact.Onset(), c, nil)
	require.Equal(t, "traffic", c.Facts.Onset.First)

	c = checkout()
	c.Facts.Errors = moved(0, false)
	require.Equal(t, incident.Clear, reads(t, impact.Onset(), c, nil).Outcome)
	require.Nil(t, c.Facts.Onset)
}

// moved is a change that is worse since some time before the alert, give or take 10 s.
func moved(before time.Duration, worse bool) *incident.Change {
	if !worse {
		return &incident.Change{}
	}
	at := alert.Add(before)
	return &incident.Change{Worse: true, Moved: &incident.MovedAt{Earliest: at.Add(-10 * time.Second), Latest: at.Add(10 * time.Second)}}
}

func TestTheStatusesThatRoseAreNamedAndNotThoseThatAreSteady(t *testing.T) {
	t.Parallel()
	c := checkout()
	reads(t, impact.StatusCodes(), c, answered("traffic", codes(map[int]func(float64) float64{
		200: since(12, 90, 45), 404: always(8), 401: since(12, 0.5, 30), 429: since(12, 0.5, 15), 499: since(12, 0, 1)})...))
	require.True(t, c.Facts.Refused.Worse)
	require.Equal(t, []string{"401", "429"}, c.Facts.Refused.Codes)

	c = checkout()
	reads(t, impact.StatusCodes(), c, answered("traffic", codes(map[int]func(float64) float64{200: always(90), 404: always(8)})...))
	require.Empty(t, c.Facts.Refused.Codes)
}

func TestTelemetryThatBeginsIsNoRiseOfRequests(t *testing.T) {
	t.Parallel()
	c := checkout()
	begins := codes(map[int]func(float64) float64{200: func(m float64) float64 {
		switch {
		case m > 69: // counters appear one by one, and a rate misses what they begin at
			return 1
		case m > 66:
			return 6
		}
		return 10
	}})
	for i := range begins {
		begins[i].Points = slices.DeleteFunc(begins[i].Points, func(p incident.Point) bool { return alert.Sub(p.Time) > 70*time.Minute })
	}
	r := reads(t, impact.RequestRate(), c, answered("traffic", begins...))
	require.Contains(t, r.Findings[0].Sentence, "no lasting change")
	require.False(t, c.Facts.Traffic.NoBaseline)
	require.Nil(t, c.Facts.Traffic.Moved)
}
