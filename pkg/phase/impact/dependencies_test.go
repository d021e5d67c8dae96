package impact_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestCalleesAreThoseThatWereCalled(t *testing.T) {
	t.Parallel()
	c := checkout()
	reads(t, impact.Callees(), c, answered("callees", point(map[string]string{"server": "payment-service"}, 13), point(map[string]string{"server": "auth-service"}, 15),
		point(map[string]string{"server": "retired"}, 0), point(map[string]string{"server": "order-service"}, 1)))
	require.Equal(t, []string{"auth-service", "payment-service"}, c.Facts.Callees.Services)

	none := reads(t, impact.Callees(), checkout(), answered("callees"))
	require.Equal(t, incident.Clear, none.Outcome)

	c = checkout()
	c.Facts.Conventions.Edges = nil
	_, err := impact.Callees().Plan(c)
	requireSkip(t, err, "No metric of calls between services")
}

// side is what one side sees of a callee: requests and failures a second, and how many of a hundred requests took up to
// 100 ms, 400 ms, 1.6 s and 3.2 s.
type side struct {
	rate, failed float64
	upTo         [4]float64
}

var bounds = [4]string{"0.1", "0.4", "1.6", "3.2"}

func (s side) buckets(labels map[string]string) []incident.Series {
	var series []incident.Series
	for i, bound := range bounds {
		series = append(series, point(with(labels, "le", bound), s.rate*s.upTo[i]/100))
	}
	return append(series, point(with(labels, "le", "+Inf"), s.rate))
}

func with(labels map[string]string, name, value string) map[string]string {
	out := maps.Clone(labels)
	out[name] = value
	return out
}

// seen are the answers about one callee at one moment.
func seen(answers source.Answers, moment string, client, server *side) source.Answers {
	edge := map[string]string{"server": "payment-service"}
	own := map[string]string{"service_name": "payment-service"}
	for _, name := range []string{"failed calls", "call buckets", "served", "served buckets"} {
		answers[name+" "+moment] = source.Answer{}
	}
	if client != nil {
		answers["failed calls "+moment] = source.Answer{Series: []incident.Series{point(edge, client.failed)}}
		answers["call buckets "+moment] = source.Answer{Series: client.buckets(edge)}
	}
	if server != nil {
		answers["served "+moment] = source.Answer{Series: []incident.Series{
			point(with(own, "http_response_status_code", "200"), server.rate-server.failed),
			point(with(own, "http_response_status_code", "503"), server.failed)}}
		answers["served buckets "+moment] = source.Answer{Series: server.buckets(own)}
	}
	return answers
}

var (
	quick  = [4]float64{90, 100, 100, 100} // p99 370 ms
	slow   = [4]float64{80, 90, 97, 100}   // p99 2.67 s
	inTime = [4]float64{100, 100, 100, 100}
)

func row(t *testing.T, nowClient, nowServer, client, server *side) incident.Dependency {
	t.Helper()
	c := checkout()
	c.Facts.Callees = &incident.Callees{Services: []string{"payment-service"}}
	answers := seen(seen(source.Answers{}, "now", nowClient, nowServer), "normally", client, server)
	reads(t, impact.Dependencies(), c, answers)
	return c.Facts.Dependencies.Rows[0]
}

func TestACalleeIsJudgedAgainstItsBaseline(t *testing.T) {
	t.Parallel()
	normal := &side{100, 0.05, quick}
	for name, c := range map[string]struct {
		now  *side
		want incident.Health
	}{
		"as ever":         {&side{100, 0.05, quick}, incident.Healthy},
		"many errors":     {&side{100, 8.2, quick}, incident.Degraded},
		"slow":            {&side{100, 0.05, slow}, incident.Degraded},
		"half fail":       {&side{100, 50, quick}, incident.Failing},
		"nobody calls it": {nil, incident.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, row(t, c.now, c.now, normal, normal).Health)
		})
	}
}

func TestErrorsThatWereAlwaysThereAreNoDegradation(t *testing.T) {
	t.Parallel()
	steady := &side{100, 3, quick}
	require.Equal(t, incident.Healthy, row(t, steady, steady, steady, steady).Health)
}

func TestACalleesOwnViewIsShownUnlessTheCallerSeesMuchWorse(t *testing.T) {
	t.Parallel()
	fine := &side{100, 0.05, quick}
	own := row(t, &side{13, 0, quick}, &side{100, 0.02, quick}, fine, fine)
	require.Equal(t, "server", own.ErrorsView)
	require.InDelta(t, 0.0002, *own.Errors, 1e-9)
	require.InDelta(t, 13, *own.Rate, 0)

	worse := row(t, &side{13, 6, slow}, &side{100, 0.02, quick}, fine, fine)
	require.Equal(t, "client", worse.ErrorsView, "calls that never arrive are seen by the caller alone")
	require.InDelta(t, 6.0/13, *worse.Errors, 1e-9)
	require.Equal(t, "client", worse.P99View)
}

func TestAP99InTheLowestBucketIsNotANumber(t *testing.T) {
	t.Parallel()
	coarse := &side{13, 0, inTime}
	require.Nil(t, row(t, coarse, nil, coarse, nil).P99, "all that is known is that it is below 100 ms")
	fine := row(t, coarse, &side{100, 0, quick}, coarse, &side{100, 0, quick})
	require.Equal(t, "server", fine.P99View)
	require.InDelta(t, 0.37, *fine.P99, 1e-9)
}

func TestTheSentenceNamesTheUnwellFirst(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Callees = &incident.Callees{Services: []string{"auth-service", "payment-service"}}
	normal, now := &side{100, 0.1, quick}, &side{100, 8.2, slow}
	answers := seen(seen(source.Answers{}, "now", now, now), "normally", normal, normal)
	reading := reads(t, impact.Dependencies(), c, answers)
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "payment-service is degraded: p99 2.7 s (normally 370 ms), 8.2 % errors (normally 0.1 %). auth-service answered no calls in the last 5 min.", reading.Findings[0].Sentence)
	require.Len(t, reading.Findings[0].Evidence.Rows, 2)
}

func TestOneLostAnswerLosesTheTableAndSaysWhy(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Callees = &incident.Callees{Services: []string{"payment-service"}}
	answers := seen(seen(source.Answers{}, "now", nil, nil), "normally", nil, nil)
	answers["served now"] = refused("x")["x"]
	requireProblem(t, impact.Dependencies(), c, answers)
}

func TestTheTableIsAskedNowAndBeforeTheOnset(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Callees = &incident.Callees{Services: []string{"a", "b.c"}}
	texts := plans(t, impact.Dependencies(), c)
	require.Len(t, texts, 8)
	require.Equal(t, `sum by (server) (rate(traces_service_graph_request_failed_total{client="order-service"}[5m]))`, texts["failed calls now"])
	require.Equal(t, `sum by (service_name, le) (rate(http_server_request_duration_seconds_bucket{service_name=~"a|b\\.c"}[1h]))`, texts["served buckets normally"])

	c.Facts.Service = nil
	require.Len(t, plans(t, impact.Dependencies(), c), 4, "the callers' view alone")
}
