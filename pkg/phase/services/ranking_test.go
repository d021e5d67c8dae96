package services_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/phase/services"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestTheHourIsSampledInPartsOfEqualLength(t *testing.T) {
	t.Parallel()
	questions, err := services.Calls().Plan(caseWithOnset())
	require.NoError(t, err)
	require.Len(t, questions, 5)
	require.Equal(t, ago(time.Hour), questions[0].Window.From)
	for i, q := range questions[1:] {
		require.Equal(t, questions[i].Window.To, q.Window.From, "nothing is left out")
	}
	require.Equal(t, end, questions[4].Window.To)
	for _, q := range questions[:3] {
		require.Equal(t, 18*time.Minute, q.Window.Length())
	}
	require.Equal(t, 3*time.Minute, questions[4].Window.Length(), "the last minutes are looked at more closely")
}

// hardAtWork is a processor metric of a pod of stock that rises in the last minutes.
func hardAtWork() incident.Series {
	s := incident.Series{Labels: map[string]string{"__name__": "container_cpu_usage", "pod": "stock-7c8d9f6b5-abcd1"}}
	for at := ago(time.Hour); !at.After(end); at = at.Add(time.Minute) {
		value := 0.1 + 0.005*float64(at.Minute()%5)
		if at.After(ago(4 * time.Minute)) {
			value = 1.9
		}
		s.Points = append(s.Points, incident.Point{Time: at, Value: value})
	}
	return s
}

func TestServicesWithoutAnyTraceAreRankedByTheirMetrics(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.LogLabels = nil
	questions := phasetest.Planned(t, services.Rank(), c)
	require.Len(t, questions, 1)
	asked := questions["metrics of services without traces"]
	require.NotContains(t, asked.Text, `service_name!~`, "nobody is left out")
	require.NotContains(t, asked.Text, `pod!~`, "nobody is left out")
	phasetest.Learned(t, services.Rank(), c, source.Answers{asked.Name: {Series: []incident.Series{hardAtWork()}}})
	require.Equal(t, "stock", c.Facts.Ranking.Services[0].Service)
	require.LessOrEqual(t, c.Facts.Ranking.Services[0].Chance, 0.05)
}

func TestMetricsAreAskedForApartForServicesOfTheRequestsAndOthers(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.LogLabels = nil
	c.Facts.Neighbours = &incident.Neighbours{Services: []string{"front", "sto.ck"}, Traces: []incident.Trace{{ID: "1", Start: ago(time.Minute)}, {ID: "2", Start: ago(50 * time.Minute)}}}
	questions := phasetest.Planned(t, services.Rank(), c)
	require.Len(t, questions, 2)
	require.Contains(t, questions["metrics"].Text, `service_name=~"front|sto\\.ck"`)
	require.Contains(t, questions["metrics of services without traces"].Text, `service_name!~"front|sto\\.ck"`)
	require.Contains(t, questions["metrics of services without traces"].Text, `pod!~"(front|sto\\.ck)-.+"`)
	_, err := services.Rank().Read(c, source.Answers{"metrics": {}, "metrics of services without traces": {Problem: &source.Problem{Sentence: "too much"}}})
	phasetest.RequireSkip(t, err, "Chance explains every difference that could be read, but the metrics of services without traces could not be read.")
}

func TestWithoutRequestsNothingIsSaidToBeAsBefore(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.LogLabels = nil
	idle := hardAtWork()
	for i := range idle.Points {
		idle.Points[i].Value = 0.1
	}
	_, err := services.Rank().Read(c, source.Answers{"metrics of services without traces": {Series: []incident.Series{idle}}})
	phasetest.RequireSkip(t, err, "No requests could be sampled. 1 series of metrics or error lines of services could be compared, and it shows no change beyond chance.")
}

func TestWithNeitherTracesNorMetricsTheRankingIsNotChecked(t *testing.T) {
	t.Parallel()
	_, err := services.Rank().Read(caseWithOnset(), source.Answers{"metrics of services without traces": {}})
	require.ErrorContains(t, err, "No requests could be sampled, and there are neither metrics")
	_, err = services.Rank().Read(caseWithOnset(), source.Answers{"metrics of services without traces": {Problem: &source.Problem{Sentence: "refused"}}})
	var problem *source.Problem
	require.ErrorAs(t, err, &problem)
}

// errorsOf are lines of a service at every so often of a time.
func errorsOf(service, text string, from, to time.Time, every time.Duration) []incident.Line {
	var lines []incident.Line
	for at := from; at.Before(to); at = at.Add(every) {
		lines = append(lines, incident.Line{Time: at, Text: text, Level: "error", Labels: map[string]string{"service_name": service}})
	}
	return lines
}

func TestErrorLinesThatNameNoRequestAreHeldAgainstTime(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Callees = &incident.Callees{Services: []string{"front", "stock"}}
	questions := phasetest.Planned(t, services.Rank(), c)
	require.Contains(t, questions["error lines lately"].Text, `service_name=~"front|stock|web"`, "what takes no part in the requests accuses nobody")
	answers := source.Answers{"metrics of services without traces": {},
		"error lines before": {Lines: errorsOf("front", "a peer answers slowly", ago(time.Hour), ago(6*time.Minute), 25*time.Second)},
		"error lines lately": {Lines: append(errorsOf("front", "a peer answers slowly", ago(6*time.Minute), end, 25*time.Second),
			errorsOf("stock", "cannot open the ledger", ago(3*time.Minute), end, 4*time.Second)...)}}
	reading := phasetest.Learned(t, services.Rank(), c, answers)
	require.Equal(t, "stock", c.Facts.Ranking.Services[0].Service)
	require.Len(t, c.Facts.Ranking.Services, 1, "what was always so is no change")
	require.Contains(t, reading.Findings[0].Sentence, `stock writes error lines "cannot open the ledger" in 18 of 18 intervals of 10 s, before in 0%`)

	answers["error lines lately"] = source.Answer{Lines: answers["error lines lately"].Lines, Truncated: true}
	answers["metrics of services without traces"] = source.Answer{Series: []incident.Series{hardAtWork()}}
	reading = phasetest.Learned(t, services.Rank(), caseWithOnset(), answers)
	require.Contains(t, reading.Findings[0].Sentence, "The error lines could not be read.")
}

func TestWithoutTracesWhoTakesPartIsUnknown(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	questions := phasetest.Planned(t, services.Rank(), c)
	require.Contains(t, questions["error lines lately"].Text, `{service_name=~".+"}`)
	answers := source.Answers{"metrics of services without traces": {},
		"error lines before": {Lines: errorsOf("web", "a peer answers slowly", ago(time.Hour), ago(6*time.Minute), 25*time.Second)},
		"error lines lately": {Lines: append(errorsOf("web", "no answer", ago(3*time.Minute), end, 8*time.Second),
			errorsOf("stock", "cannot open the ledger", ago(3*time.Minute), end, 4*time.Second)...)}}
	phasetest.Learned(t, services.Rank(), c, answers)
	unlinked := map[string]bool{}
	for _, s := range c.Facts.Ranking.Services {
		unlinked[s.Service] = s.Unlinked
	}
	require.Equal(t, map[string]bool{"web": false, "stock": true}, unlinked, "the time alone ties another service to the requests")
}

func TestErrorLinesThatNameAServiceTieItToThem(t *testing.T) {
	t.Parallel()
	for text, tied := range map[string]bool{
		"POST /pay failed: card-ledger: no route":                true,
		`Get "http://card-ledger.shop.svc:8080/pay": EOF`:        true,
		"card-ledger-archive is full":                            false,
		"no answer":                                              false,
		"old-card-ledger: gone":                                  false,
		"dial tcp: lookup card-ledger on 10.0.0.2:53: no answer": true,
	} {
		c := caseWithOnset()
		answers := source.Answers{"metrics of services without traces": {}, "error lines before": {Lines: errorsOf("web", "rare", ago(time.Hour), ago(40*time.Minute), 10*time.Minute)},
			"error lines lately": {Lines: slices.Concat(errorsOf("web", text, ago(3*time.Minute), end, 4*time.Second),
				errorsOf("card-ledger", "cannot reach vault-keeper", ago(3*time.Minute), end, 4*time.Second),
				errorsOf("vault-keeper", "sealed", ago(3*time.Minute), end, 4*time.Second), errorsOf("mailer", "no template", ago(3*time.Minute), end, 4*time.Second))}}
		phasetest.Learned(t, services.Rank(), c, answers)
		by, behind := map[string]string{}, map[string]string{}
		for _, s := range c.Facts.Ranking.Services {
			by[s.Service], behind[s.Service] = s.NamedBy, s.ExplainedBy
			require.Equal(t, s.Service == "mailer" || !tied && s.Service != "web", s.Unlinked, "%s: %s", text, s.Service)
		}
		if tied {
			require.Equal(t, map[string]string{"web": "", "card-ledger": "web", "vault-keeper": "card-ledger", "mailer": ""}, by, text)
			require.Equal(t, map[string]string{"web": "card-ledger", "card-ledger": "vault-keeper", "vault-keeper": "", "mailer": ""}, behind, text)
		}
	}
}

func TestACallerWhoseErrorLinesNameTheSubjectSuffersFromIt(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Subject.Service = "quota-api"
	c.Facts.Callees = &incident.Callees{Services: []string{"mobile-bff"}}
	answers := source.Answers{"metrics of services without traces": {}, "error lines before": {Lines: errorsOf("quota-api", "rare", ago(time.Hour), ago(40*time.Minute), 10*time.Minute)},
		"error lines lately": {Lines: errorsOf("mobile-bff", "GET /feed failed: quota-api: context deadline exceeded", ago(6*time.Minute), end, 3*time.Second)}}
	phasetest.Learned(t, services.Rank(), c, answers)
	require.Equal(t, "mobile-bff", c.Facts.Ranking.Services[0].Service)
	require.Equal(t, "quota-api", c.Facts.Ranking.Services[0].ExplainedBy)
}

func TestAnOrdinaryWordIsAServiceOnlyAsAHost(t *testing.T) {
	t.Parallel()
	for text, tied := range map[string]bool{"SELECT FROM orders failed": false, "dial http://orders/v1: EOF": true, "orders:8080 refused": true, "orders: none": false} {
		c := caseWithOnset()
		answers := source.Answers{"metrics of services without traces": {}, "error lines before": {Lines: errorsOf("web", "rare", ago(time.Hour), ago(40*time.Minute), 10*time.Minute)},
			"error lines lately": {Lines: append(errorsOf("web", text, ago(3*time.Minute), end, 4*time.Second), errorsOf("orders", "full", ago(3*time.Minute), end, 4*time.Second)...)}}
		phasetest.Learned(t, services.Rank(), c, answers)
		for _, s := range c.Facts.Ranking.Services {
			require.Equal(t, s.Service == "orders" && !tied, s.Unlinked, "%s %v", text, c.Facts.Ranking.Services)
		}
	}
}

// calm is a case of which all numbers were looked at and none moved.
func calm() *incident.Case {
	c := caseWithOnset()
	c.Facts.Onset = nil
	c.Facts.Errors = &incident.Change{Now: 0.001, Normal: 0.001, Unit: incident.Ratio, Samples: 5000}
	c.Facts.Latency = &incident.Change{Now: 0.2, Normal: 0.2, Unit: incident.Seconds, Samples: 5000}
	return c
}

func TestWhatTheExampleShowsIsNotDenied(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Neighbours = &incident.Neighbours{Services: []string{"web", "stock"}}
	for n := range 120 {
		at := ago(time.Duration(120-n) * 30 * time.Second)
		trace := incident.Trace{ID: fmt.Sprint(n), Start: at, Spans: []incident.Span{{ID: "1", Service: "web", Name: "GET /", Kind: incident.KindServer, Start: at}}}
		if n < 80 {
			trace.Spans = append(trace.Spans, incident.Span{ID: "2", Parent: "1", Service: "stock", Name: "GET /stock", Kind: incident.KindServer, Start: at})
		}
		c.Facts.Neighbours.Traces = append(c.Facts.Neighbours.Traces, trace)
	}
	answers := source.Answers{"metrics": {}, "metrics of services without traces": {}}
	reading := phasetest.Learned(t, services.Rank(), c, answers)
	require.Contains(t, reading.Findings[0].Sentence, "web no longer calls stock GET /stock as often")
	c.Facts.Example = &incident.Example{Trace: incident.Trace{Start: ago(time.Minute), Spans: []incident.Span{{Service: "stock", Name: "GET /stock"}}}}
	reading = phasetest.Learned(t, services.Rank(), c, answers)
	require.Equal(t, "No service handles its requests otherwise than before.", reading.Findings[0].Sentence)
}

func TestTheRankingTellsInHowManyOtherOrdersAsMuchFails(t *testing.T) {
	t.Parallel()
	c := calm()
	c.Facts.Neighbours = &incident.Neighbours{Services: []string{"web", "stock"}}
	c.Facts.TraceLines = &incident.TraceLines{Spelling: "text"}
	lines := []incident.Line{}
	for n := range 60 { // one request a minute, of which the last three fail, as two did before
		at, id := ago(minutes(60-n)-30*time.Second), fmt.Sprintf("%032x", n+0xabcdef00)
		span := func(id, parent, service string, kind incident.SpanKind) incident.Span {
			return incident.Span{ID: id, Parent: parent, Service: service, Name: "GET", Kind: kind, Start: at, Duration: 20 * time.Millisecond}
		}
		c.Facts.Neighbours.Traces = append(c.Facts.Neighbours.Traces, incident.Trace{ID: strings.TrimLeft(id, "0"), Start: at, Duration: 20 * time.Millisecond,
			Spans: []incident.Span{span("1", "", "web", incident.KindServer), span("2", "1", "web", incident.KindClient), span("3", "2", "stock", incident.KindServer)}})
		level, text := "info", "the shelf was read"
		if n >= 57 || n == 11 || n == 30 {
			level, text = "error", "the shelf is locked"
		}
		write := func(level, text string) {
			lines = append(lines, incident.Line{Time: at, Level: level, Text: text + " " + id, Labels: map[string]string{"service_name": "stock"}})
		}
		write(level, text)
		for shelf := range 50 { // much else that is seldom, so that much is compared
			if slices.Contains([]int{shelf % 57, (shelf*5 + 3) % 57, (shelf*11 + 7) % 57}, n) {
				write("info", fmt.Sprintf("shelf.go:%d counted", 10+shelf))
			}
		}
	}
	answers := source.Answers{}
	for name := range phasetest.Planned(t, services.Rank(), c) {
		answers[name] = source.Answer{Lines: lines}
	}
	reading := phasetest.Learned(t, services.Rank(), c, answers)
	require.Positive(t, c.Facts.Ranking.Shuffled.Of)
	require.Contains(t, reading.Findings[0].Sentence, `stock writes the log line "the shelf is locked`)
	require.NotContains(t, reading.Findings[0].Sentence, "stock: stock")
	require.Contains(t, reading.Findings[0].Sentence, fmt.Sprintf("of %d other orders of the same requests", c.Facts.Ranking.Shuffled.Of))
	require.True(t, slices.ContainsFunc(reading.Findings[0].Values, func(v incident.Value) bool {
		return v.Name == "other orders of the requests" && v.Value == float64(c.Facts.Ranking.Shuffled.Of)
	}))
	c.Window.To = end.Add(4 * time.Minute)
	reading = phasetest.Learned(t, services.Rank(), c, answers)
	require.Contains(t, reading.Findings[0].Sentence, "No request of the last minutes shows that it is still so, but before: stock writes")
	require.Equal(t, incident.Clear, reading.Outcome)
	c.Facts.Neighbours.Lost = true
	_, err := services.Rank().Read(c, answers)
	require.ErrorContains(t, err, "a part of the time could not be read")
}

func TestWithoutARequestLatelyNothingIsCalledUnchanged(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.LogLabels = nil
	c.Facts.Neighbours = &incident.Neighbours{Services: []string{"front"}}
	for i := range 60 {
		at := ago(time.Hour).Add(time.Duration(i) * 30 * time.Second)
		c.Facts.Neighbours.Traces = append(c.Facts.Neighbours.Traces, incident.Trace{ID: fmt.Sprint(i), Start: at,
			Spans: []incident.Span{{ID: "1", Service: "front", Name: "process jobs", Kind: incident.KindConsumer, Start: at}}})
	}
	_, err := services.Rank().Read(c, source.Answers{})
	require.ErrorContains(t, err, "No request of the last 6 min was sampled")

	c.Facts.Neighbours = nil
	_, err = services.Rank().Read(c, source.Answers{"metrics of services without traces": {}})
	require.ErrorContains(t, err, "No requests could be sampled")
}
