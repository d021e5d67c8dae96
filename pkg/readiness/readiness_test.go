package readiness_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/readiness"
	"github.com/faultline-investigation/faultline/pkg/source"
)

var at = time.Date(2026, 3, 10, 10, 47, 0, 0, time.UTC)

// stack is what the stores of a test hold. A nil slice of rules means that nobody can be asked for them.
type stack struct {
	metrics  []string                           // names
	requests []string                           // services with requests
	joined   []map[string]string                // labels of what the question about infrastructure finds
	traced   []string                           // services with spans
	spans    []incident.Span                    // of one trace
	lines    map[string]int                     // by service
	withID   map[string]int                     // of them
	rules    []incident.AlertRule               // of the metrics store
	broken   map[source.Kind]bool               // kinds that fail
	partial  map[source.Kind]bool               // kinds whose answers may lack something
	asked    func(q source.Question)            // may be nil
	searched func(query string) []incident.Span // what a search finds; nil: the spans
}

func (s stack) Ask(_ context.Context, q source.Question) source.Answer {
	if s.asked != nil {
		s.asked(q)
	}
	answer := source.Answer{Question: q, DataSource: "store-1"}
	if s.partial[q.Kind] {
		answer.Warnings = []string{"a shard is missing"}
	}
	if s.broken[q.Kind] {
		answer.Problem = &source.Problem{Kind: source.ServerError, Signal: q.Kind.Signal(), Sentence: "It failed with 500.", Advice: "Look at its log."}
		return answer
	}
	switch q.Kind {
	case source.MetricNames:
		answer.Names = s.metrics
	case source.Instant:
		if q.Name == "requests" {
			answer.Series = counted(map[string]int{}, s.requests...)
		} else {
			for _, labels := range s.joined {
				answer.Series = append(answer.Series, incident.Series{Labels: labels, Points: []incident.Point{{Value: 1}}})
			}
		}
	case source.TraceNames:
		answer.Names = s.traced
	case source.TraceSearch:
		spans := s.spans
		if s.searched != nil {
			spans = s.searched(q.Text)
		}
		answer.Traces = []incident.TraceSummary{{ID: "1", Spans: spans}}
	case source.LogLabels:
		answer.Names = []string{"service_name"}
	case source.LogCount:
		answer.Series = counted(s.lines)
		if q.Name != "lines" {
			answer.Series = counted(s.withID)
		}
	case source.AlertRules:
		answer.Rules = s.rules
	default:
		answer.Problem = &source.Problem{Kind: source.Unconfigured, Sentence: "No store for grafana is configured."}
	}
	return answer
}

func counted(counts map[string]int, also ...string) []incident.Series {
	var series []incident.Series
	add := func(service string, n int) {
		series = append(series, incident.Series{Labels: map[string]string{"service_name": service}, Points: []incident.Point{{Value: float64(n)}}})
	}
	for service, n := range counts {
		add(service, n)
	}
	for _, service := range also {
		add(service, 1)
	}
	return series
}

// complete is a stack in which shop has everything.
func complete() stack {
	full := map[string]string{"http.route": "/buy", "http.response.status_code": "200", "k8s.pod.name": "shop-6d8f9c7b5d-x2x4z", "service.version": "1"}
	return stack{
		metrics:  []string{"http_server_request_duration_seconds_bucket", "http_server_request_duration_seconds_count", "kube_pod_status_phase", "container_memory_working_set_bytes"},
		requests: []string{"shop"},
		joined: []map[string]string{{"faultline_part": "pods", "pod": "shop-6d8f9c7b5d-x2x4z"}, {"faultline_part": "use", "pod": "shop-6d8f9c7b5d-x2x4z"},
			{"faultline_part": "pods", "pod": "shop-window-6d8f9c7b5d-x2x4z"}},
		traced: []string{"shop"},
		spans:  []incident.Span{{Service: "shop", Kind: incident.KindServer, Parent: "a", Attributes: full}},
		lines:  map[string]int{"shop": 10}, withID: map[string]int{"shop": 9},
		rules: []incident.AlertRule{{Name: "Errors", Queries: []string{`sum(rate(x{service_name="shop"}[5m])) > 1`},
			Annotations: map[string]string{"investigate_url": "https://g/a/faultline-investigation-app/investigate?service=shop"}}},
	}
}

func look(t *testing.T, s source.Querier) *readiness.Report {
	t.Helper()
	report, err := readiness.Look(t.Context(), s, incident.Naming{}, time.Second, at)
	require.NoError(t, err)
	return report
}

func factorOf(t *testing.T, report *readiness.Report, service string, name readiness.FactorName) readiness.Factor {
	t.Helper()
	for _, s := range report.Services {
		for _, f := range s.Factors {
			if s.Service == service && f.Factor == name {
				return f
			}
		}
	}
	require.Failf(t, "not there", "%s of %s", name, service)
	return readiness.Factor{}
}

func TestAServiceThatHasEverythingIsReadyAndNothingIsToDo(t *testing.T) {
	t.Parallel()
	report := look(t, complete())
	require.Len(t, report.Services, 1)
	for _, f := range report.Services[0].Factors {
		assert.Equal(t, readiness.Ready, f.State, "%s: %s", f.Factor, f.Sentence)
		assert.Empty(t, f.Blind)
		assert.Nil(t, f.Change)
	}
	require.Empty(t, report.Services[0].First)
	require.Equal(t, "The state of its 1 pod is known, and what 1 of them use.", factorOf(t, report, "shop", readiness.Infrastructure).Sentence)
}

func TestWhatIsLackingIsSaidWithWhatItCostsAndWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(s *stack)
		factor readiness.FactorName
		state  readiness.State
		says   string
	}{
		"a rule without a link": {func(s *stack) { s.rules[0].Annotations = nil }, readiness.Alerts, readiness.Partly, "The alert Errors is about it, but does not lead to its investigation."},
		"another's rule": {func(s *stack) {
			s.rules[0].Queries[0], s.rules[0].Annotations = `rate(x{service_name="pay"}[5m]) > 1`, nil
		}, readiness.Alerts, readiness.Missing, "No alert rule"},
		"no spans":                {func(s *stack) { s.traced, s.spans = nil, nil }, readiness.Traces, readiness.Missing, "No span of it arrived in the last 30 minutes."},
		"traces that do not join": {orphaned, readiness.Traces, readiness.Partly, "each of 1 sampled requests begins a trace of its own, although front calls it"},
		"no lines":                {func(s *stack) { s.lines = nil }, readiness.Logs, readiness.Missing, "No line of it arrived in the last 30 minutes."},
		"lines without ids":       {func(s *stack) { s.withID = nil }, readiness.Logs, readiness.Missing, "None of its 10 lines of the last 30 minutes carries a trace id."},
		"few lines with ids":      {func(s *stack) { s.withID = map[string]int{"shop": 2} }, readiness.Logs, readiness.Partly, "2 of its 10 lines"},
		"bare spans":              {func(s *stack) { s.spans[0].Attributes = nil }, readiness.Attributes, readiness.Missing, "None of its 1 sampled spans says what was asked for, how it ended, where it ran or which version it was."},
		"spans without a version": {func(s *stack) { delete(s.spans[0].Attributes, "service.version") }, readiness.Attributes, readiness.Partly, "says which version it was."},
		"no pods":                 {func(s *stack) { s.joined = nil }, readiness.Infrastructure, readiness.Missing, "No metric of its infrastructure or dependencies can be joined to it."},
		"pods without their use":  {func(s *stack) { s.joined = s.joined[:1] }, readiness.Infrastructure, readiness.Partly, "but not what they use."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := complete()
			c.change(&s)
			report := look(t, s)
			f := factorOf(t, report, "shop", c.factor)
			assert.Equal(t, c.state, f.State, f.Sentence)
			assert.Contains(t, f.Sentence, c.says)
			assert.NotEmpty(t, f.Blind)
			if assert.NotNil(t, f.Change) {
				assert.Contains(t, f.Change.Documentation, "https://")
				assert.NotEmpty(t, f.Change.Tool)
			}
		})
	}
}

func TestWithoutAnyRuleListedNothingIsSaidOfAlerts(t *testing.T) {
	t.Parallel()
	s := complete()
	s.rules = []incident.AlertRule{}
	f := factorOf(t, look(t, s), "shop", readiness.Alerts)
	require.Equal(t, readiness.NotChecked, f.State)
	require.Contains(t, f.Sentence, "there is none, or another program evaluates them")
	require.Contains(t, f.Advice, "-vmalert.proxyURL")
}

func orphaned(s *stack) {
	s.spans[0].Parent = ""
	s.traced = append(s.traced, "front")
	s.spans = append(s.spans, incident.Span{Service: "front", Kind: incident.KindClient, Attributes: map[string]string{"server.address": "shop.default.svc"}})
}

func TestWhatNobodyCouldLookAtIsNotCheckedAndNeverMissing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind   source.Kind
		factor readiness.FactorName
	}{
		{source.AlertRules, readiness.Alerts}, {source.TraceNames, readiness.Traces}, {source.TraceSearch, readiness.Attributes},
		{source.LogLabels, readiness.Logs}, {source.LogCount, readiness.Logs}, {source.MetricNames, readiness.Infrastructure},
	} {
		t.Run(fmt.Sprint(c.kind), func(t *testing.T) {
			t.Parallel()
			s := complete()
			s.broken = map[source.Kind]bool{c.kind: true}
			report := look(t, s)
			f := factorOf(t, report, "shop", c.factor)
			assert.Equal(t, readiness.NotChecked, f.State, f.Sentence)
			assert.Equal(t, "It failed with 500.", f.Sentence)
			assert.Equal(t, "Look at its log.", f.Advice)
			assert.Nil(t, f.Change)
			for _, s := range report.Services {
				assert.NotEqual(t, c.factor, s.First)
			}
		})
	}
}

func TestWithNeitherMetricsNorTracesNobodyKnowsTheServices(t *testing.T) {
	t.Parallel()
	s := complete()
	s.broken = map[source.Kind]bool{source.MetricNames: true, source.TraceNames: true}
	_, err := readiness.Look(t.Context(), s, incident.Naming{}, time.Second, at)
	var problem *source.Problem
	require.ErrorAs(t, err, &problem)

	s.broken = map[source.Kind]bool{source.MetricNames: true}
	report := look(t, s)
	require.Len(t, report.Services, 1, "its spans name it")
	require.Equal(t, []string{"It failed with 500. Look at its log."}, report.Problems)
}

func TestWhatMayOnlyBeLackingInAnAnswerIsNotMissing(t *testing.T) {
	t.Parallel()
	const says = "The store store-1 warned that its answer may lack something: a shard is missing."
	for name, c := range map[string]struct {
		factor readiness.FactorName
		kind   source.Kind
	}{
		"lines":           {readiness.Logs, source.LogCount},
		"infrastructure":  {readiness.Infrastructure, source.Instant},
		"names of traces": {readiness.Traces, source.TraceNames},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := complete()
			s.requests = append(s.requests, "bare")
			require.Equal(t, readiness.Missing, factorOf(t, look(t, s), "bare", c.factor).State)
			s.partial = map[source.Kind]bool{c.kind: true}
			report := look(t, s)
			f := factorOf(t, report, "bare", c.factor)
			require.Equal(t, readiness.NotChecked, f.State)
			require.Equal(t, says, f.Sentence)
			require.NotEmpty(t, f.Advice)
			require.Equal(t, readiness.Ready, factorOf(t, report, "shop", c.factor).State, "what is there is there")
			require.Equal(t, c.kind != source.LogCount, len(report.Problems) > 0, "there may be more services")
		})
	}
}

func TestTheNumberOfQuestionsDoesNotGrowWithTheServices(t *testing.T) {
	t.Parallel()
	count := func(services int) int {
		s := complete()
		for i := range services {
			s.requests = append(s.requests, fmt.Sprint("other-", i))
			s.traced = append(s.traced, fmt.Sprint("other-", i))
		}
		asked := make(chan source.Question, 100)
		s.asked = func(q source.Question) { asked <- q }
		report := look(t, s)
		require.Len(t, report.Services, services+1)
		return len(asked)
	}
	require.Equal(t, count(1), count(50))
	require.LessOrEqual(t, count(50), 13)
}

// crowd is a stack of services of which each fills a search, so that those after it in the list are not in its answer.
func crowd(services int) stack {
	s := complete()
	for i := range services {
		s.traced = append(s.traced, fmt.Sprintf("busy-%02d", i))
	}
	s.searched = func(query string) []incident.Span {
		for _, name := range s.traced[1:] {
			if strings.Contains(query, name) {
				return []incident.Span{{Service: name, Kind: incident.KindServer}}
			}
		}
		return s.spans
	}
	return s
}

func TestBusyServicesDoNotHideAQuietOneFromTheSample(t *testing.T) {
	t.Parallel()
	report := look(t, crowd(4))
	for i := range 4 {
		f := factorOf(t, report, fmt.Sprintf("busy-%02d", i), readiness.Attributes)
		require.Equal(t, readiness.Missing, f.State, f.Sentence)
	}
	told := 0
	for _, q := range report.Queries {
		if strings.Contains(q.Text, "kind = server") {
			told++
		}
	}
	require.Equal(t, 5, told, "each search is told")
}

func TestServicesThatSeveralSearchesDidNotBringAreNotChecked(t *testing.T) {
	t.Parallel()
	s := crowd(50)
	var asked atomic.Int32
	s.asked = func(source.Question) { asked.Add(1) }
	report := look(t, s)
	require.LessOrEqual(t, int(asked.Load()), 17)
	f := factorOf(t, report, "busy-49", readiness.Attributes)
	require.Equal(t, readiness.NotChecked, f.State)
	require.Contains(t, f.Sentence, "none that serves or calls is in the 6 traces that were sampled")
}

func TestTheLeastReadyStandsFirstAndTracesAreWhatHelpsMost(t *testing.T) {
	t.Parallel()
	s := complete()
	s.requests = append(s.requests, "bare")
	report := look(t, s)
	require.Equal(t, "bare", report.Services[0].Service)
	require.Equal(t, readiness.Traces, report.Services[0].First)
	require.Equal(t, 4, report.Services[0].Count(readiness.Missing))
	require.Equal(t, readiness.NotChecked, factorOf(t, report, "bare", readiness.Attributes).State, "without spans nobody knows")
}

func TestARuleThatTellsServicesApartIsAboutEachOfThem(t *testing.T) {
	t.Parallel()
	s := complete()
	s.rules[0].Queries = []string{`sum by (service_name) (rate(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[5m])) > 1`}
	s.rules[0].Annotations = map[string]string{"investigate_url": "https://g/a/faultline-investigation-app/investigate?service={{ $labels.service_name | urlquery }}"}
	require.Equal(t, readiness.Ready, factorOf(t, look(t, s), "shop", readiness.Alerts).State)
}

func TestEveryNumberOfASentenceIsAmongItsValues(t *testing.T) {
	t.Parallel()
	for _, s := range []stack{complete(), {requests: []string{"bare"}, metrics: complete().metrics}} {
		for _, service := range look(t, s).Services {
			for _, f := range service.Factors {
				requireNumbers(t, f)
			}
		}
	}
}
