package impact_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
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
	out := map[string]string{name: value}
	maps.Copy(out, labels)
	return out
}

// seen adds what is told of one callee at one moment to the parts of the table's questions.
func seen(parts map[string][]incident.Series, moment string, client, server *side) map[string][]incident.Series {
	edge := map[string]string{"server": "payment-service"}
	own := map[string]string{"service_name": "payment-service"}
	if client != nil {
		parts["failed calls "+moment] = []incident.Series{point(edge, client.failed)}
		parts["call buckets "+moment] = client.buckets(edge)
	}
	if server != nil {
		parts["served "+moment] = []incident.Series{
			point(with(own, "http_response_status_code", "200"), server.rate-server.failed),
			point(with(own, "http_response_status_code", "503"), server.failed)}
		parts["served buckets "+moment] = server.buckets(own)
	}
	return parts
}

// tabled are the answers that hold the parts.
func tabled(parts map[string][]incident.Series) source.Answers {
	return source.Answers{"calls": joined(parts), "served": source.Answer{}}
}

// joined is the answer to a question of several parts.
func joined(parts map[string][]incident.Series) source.Answer {
	var answer source.Answer
	for name, series := range parts {
		for _, s := range series {
			s.Labels = with(s.Labels, phase.PartLabel, name)
			answer.Series = append(answer.Series, s)
		}
	}
	return answer
}

var (
	quick  = [4]float64{90, 100, 100, 100} // p99 370 ms
	slow   = [4]float64{80, 90, 97, 100}   // p99 2.67 s
	inTime = [4]float64{100, 100, 100, 100}
)

func row(t *testing.T, nowClient, nowServer, client, server *side) incident.Dependency {
	t.Helper()
	c := checkout()
	c.Facts.Errors = &incident.Change{} // compared, and as before
	c.Facts.Callees = &incident.Callees{Services: []string{"payment-service"}}
	reads(t, impact.Dependencies(), c, tabled(seen(seen(map[string][]incident.Series{}, "now", nowClient, nowServer), "normally", client, server)))
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

func TestWhatIsKnownOnlyNowIsNotCalledDegraded(t *testing.T) {
	t.Parallel()
	few, most := &side{100, 10.5, slow}, &side{100, 60, slow}
	callee := row(t, few, few, nil, nil)
	require.Equal(t, incident.Uncompared, callee.Health)
	require.Equal(t, incident.Failing, row(t, most, most, nil, nil).Health, "most requests fail, whatever was before")

	c, operations := checkout(), map[string][]incident.Series{}
	operation(operations, "now", "POST", "/new", *few)
	operation(operations, "now", "GET", "/old", side{40, 0, quick})
	operation(operations, "normally", "GET", "/old", side{40, 0, quick})
	reading := reads(t, impact.BlastRadius(), c, source.Answers{"operations": joined(operations), "callers": {}})
	require.Equal(t, "None of 2 operations of order-service fails more or is slower than before. Nothing is known from before to compare 1 of them with.",
		reading.Findings[0].Sentence)
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
	reading := reads(t, impact.Dependencies(), c, tabled(seen(seen(map[string][]incident.Series{}, "now", now, now), "normally", normal, normal)))
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "payment-service is degraded: p99 2.7 s (normally 370 ms), 8.2% errors (normally 0.1%); the errors are its own, as far as the service graph knows. auth-service answered no calls in the last 5 min.", reading.Findings[0].Sentence)
	require.Len(t, reading.Findings[0].Evidence.Rows, 2)
}

func TestOneLostAnswerLosesTheTableAndSaysWhy(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Callees = &incident.Callees{Services: []string{"payment-service"}}
	answers := tabled(nil)
	answers["served"] = refused("x")["x"]
	requireProblem(t, impact.Dependencies(), c, answers)
}

func TestTheTableIsAskedNowAndBeforeTheOnsetInOneQuestionASide(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Callees = &incident.Callees{Services: []string{"a", "b.c"}}
	texts := plans(t, impact.Dependencies(), c)
	require.Len(t, texts, 2)
	require.Equal(t, `label_replace(sum by (server, le) (rate(traces_service_graph_request_client_seconds_bucket{client="order-service"}[5m])), "faultline_part", "call buckets now", "", "") or `+
		`label_replace(sum by (server) (rate(traces_service_graph_request_failed_total{client="order-service"}[5m])), "faultline_part", "failed calls now", "", "") or `+
		`label_replace(sum by (client, server) (rate(traces_service_graph_request_failed_total{client=~"a|b\\.c"}[5m])), "faultline_part", "failed calls beyond now", "", "") or `+
		`label_replace(sum by (server, le) (rate(traces_service_graph_request_client_seconds_bucket{client="order-service"}[1h] offset 5m)), "faultline_part", "call buckets normally", "", "") or `+
		`label_replace(sum by (server) (rate(traces_service_graph_request_failed_total{client="order-service"}[1h] offset 5m)), "faultline_part", "failed calls normally", "", "") or `+
		`label_replace(sum by (client, server) (rate(traces_service_graph_request_failed_total{client=~"a|b\\.c"}[1h] offset 5m)), "faultline_part", "failed calls beyond normally", "", "")`, texts["calls"])
	require.Contains(t, texts["served"], `sum by (service_name, le) (rate(http_server_request_duration_seconds_bucket{service_name=~"a|b\\.c"}[1h] offset 5m))`)

	c.Facts.Service = nil
	require.Len(t, plans(t, impact.Dependencies(), c), 1, "the callers' view alone")
}

func TestNormalIsReadOverNoMoreTimeThanRequestsAreKnown(t *testing.T) {
	t.Parallel()
	for known, over := range map[time.Duration]string{time.Hour: "[1h]", 20 * time.Minute: "[20m]", 10 * time.Second: "[1h]"} {
		for name, step := range map[string]phase.Step{"dependencies": impact.Dependencies(), "blast radius": impact.BlastRadius()} {
			c := checkout()
			c.Facts.Callees = &incident.Callees{Services: []string{"payment-service"}}
			c.Facts.Onset = &incident.Onset{Baseline: incident.Window{From: alert.Add(-77 * time.Minute), To: alert.Add(-17 * time.Minute)}}
			before := incident.Window{From: alert.Add(-17*time.Minute - known), To: alert.Add(-17 * time.Minute)}
			c.Facts.Traffic = &incident.Change{Now: 15, Normal: 17, Unit: incident.PerSecond, Baseline: before, Window: c.Window.Last(5 * time.Minute)}
			for _, text := range plans(t, step, c) {
				require.Contains(t, text, over, "%s, known for %s", name, known)
				require.Equal(t, over == "[1h]", strings.Contains(text, "[1h]"), "%s, known for %s", name, known)
			}
		}
	}
}
