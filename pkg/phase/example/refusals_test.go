package example_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/example"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// refusedIncident is one in which more requests are refused than before, with these statuses, and none fails.
func refusedIncident(codes ...string) *incident.Case {
	c := anIncident()
	c.Facts.Errors = &incident.Change{}
	c.Facts.Refused = &incident.Change{Now: 0.4, Normal: 0.02, Worse: true, Codes: codes}
	c.Facts.Onset = &incident.Onset{First: "client errors"}
	return c
}

func TestRefusedRequestsAreSearchedByTheStatusesThatRose(t *testing.T) {
	t.Parallel()
	for condition, codes := range map[string][]string{
		`(span.http.response.status_code = 401 || span.http.status_code = 401)`:                                                                        {"401"},
		`(span.http.response.status_code = 429 || span.http.status_code = 429 || span.http.response.status_code = 403 || span.http.status_code = 403)`: {"429", "403"},
		`(span.rpc.grpc.status_code = 16)`: {"Unauthenticated"},
		`(span.rpc.grpc.status_code = 5)`:  {"5"},
		`(span.http.response.status_code >= 400 && span.http.response.status_code < 500 || span.http.status_code >= 400 && span.http.status_code < 500)`: {"4xx"},
	} {
		questions, err := example.Refusals().Plan(refusedIncident(codes...))
		require.NoError(t, err)
		require.Len(t, questions, 1)
		require.Equal(t, `{ resource.service.name = "order-service" && name = "POST /api/checkout" && `+condition+` } with (most_recent=true)`, questions[0].Text)
	}
}

func TestWhereRefusalsAreNotTheMatterNothingIsAsked(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*incident.Facts){
		"as many are refused as before": func(f *incident.Facts) { f.Refused.Worse = false },
		"hardly any is refused":         func(f *incident.Facts) { f.Refused.Now = 0.004 },
		"more requests fail":            func(f *incident.Facts) { f.Errors.Worse = true },
		"they were slow before":         func(f *incident.Facts) { f.Onset.First = "latency" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := refusedIncident("401")
			change(&c.Facts)
			questions, err := example.Refusals().Plan(c)
			require.NoError(t, err)
			require.Empty(t, questions)
			r := reading(t, example.Refusals(), c, source.Answers{})
			require.Equal(t, incident.Clear, r.Outcome)
			require.Nil(t, c.Facts.Refusals)
		})
	}
}

// gateway is a request whose parts answer with the given statuses, in the order of time: an entry that asks a cache and then a service.
func gateway(entry, cache, service string) *incident.Trace {
	at := alert.Add(-10 * time.Minute)
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	span := func(id, parent, of, name string, kind incident.SpanKind, from, length int, status string) incident.Span {
		return incident.Span{ID: id, Parent: parent, Service: of, Name: name, Kind: kind, Start: at.Add(ms(from)), Duration: ms(length),
			Failed: kind == incident.KindClient && status >= "400", Attributes: map[string]string{"http.response.status_code": status}}
	}
	return &incident.Trace{Start: at, Duration: ms(40), Spans: []incident.Span{
		span("1", "", subject, "POST /api/checkout", incident.KindServer, 0, 40, entry),
		span("2", "1", subject, "GET /cached", incident.KindClient, 2, 20, cache),
		span("3", "1", subject, "POST /check", incident.KindClient, 25, 10, service),
		span("4", "3", "permissions", "POST /check", incident.KindServer, 26, 8, service),
	}}
}

func TestARefusalIsFollowedToWhereTheRequestWentNoFurther(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]struct {
		trace        *incident.Trace
		shape, where string
	}{
		"a callee refuses, and an earlier miss of a cache does not matter": {gateway("401", "404", "403"), "POST /check of permissions: status 403",
			"POST /check (permissions) refused it with status 403, after 8 ms of the request's 40 ms."},
		"the entry refuses by itself": {gateway("422", "200", "200"), "POST /api/checkout of order-service: status 422",
			"POST /api/checkout (order-service) refused it with status 422, after 40 ms of the request's 40 ms."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := refusedIncident(of.trace.Spans[0].Attributes["http.response.status_code"])
			traces := several(12, "r", func(int) *incident.Trace { one := *of.trace; return &one })
			r := reading(t, example.Refusals(), c, source.Answers{"refused": {Traces: searched(traces...)}})
			require.Contains(t, r.Findings[0].Sentence, "12 traces of POST /api/checkout (order-service) answered "+c.Facts.Refused.Codes[0])
			reading(t, example.Whole(), c, source.Answers{traces[0].ID: {Trace: traces[0]}, traces[1].ID: {Trace: traces[1]}})
			r = reading(t, example.Shapes(), c, source.Answers{"slice 1": {Traces: broughtBy(traces)}})
			require.Equal(t, "They are refused in the same way. 12 of 12: "+of.shape+".", r.Findings[0].Sentence)
			r = chosen(t, c, traces)
			require.Contains(t, r.Findings[0].Sentence, "the longest complete one of the commonest kind of refusal")
			r = reading(t, example.Culprit(), c, nil)
			require.Equal(t, of.where, r.Findings[0].Sentence)
			require.Len(t, r.Findings, 1, "its status is said once")
			questions, err := example.Traits().Plan(withAttributes(c))
			require.NoError(t, err)
			require.Contains(t, questions[0].Text, "span.http.response.status_code < 400", "what was refused did not pass")
		})
	}
}

func withAttributes(c *incident.Case) *incident.Case {
	c.Facts.Shapes.Attributes = []incident.AttributeName{{Name: "service.version", Resource: true}}
	return c
}

func TestWithoutATraceOfARefusalNobodyIsAccused(t *testing.T) {
	t.Parallel()
	c := refusedIncident("401")
	r := reading(t, example.Refusals(), c, source.Answers{"refused": {}})
	require.Equal(t, incident.Clear, r.Outcome)
	require.Contains(t, r.Findings[0].Sentence, "has a span that was answered 401: spans may not carry the status, or sampling kept none.")
	require.Nil(t, c.Facts.Refusals)
	_, err := example.Refusals().Read(c, source.Answers{"refused": {Problem: broken()}})
	require.EqualError(t, err, broken().Error())
}

func TestWhereRefusalsTellTheStorySlowTracesAreNotSearched(t *testing.T) {
	t.Parallel()
	c := slowIncident()
	c.Facts.Refusals = &incident.FailingTraces{Count: 9, Refused: []string{"429"}}
	questions, err := example.SlowTraces().Plan(c)
	require.NoError(t, err)
	require.Empty(t, questions)
}
