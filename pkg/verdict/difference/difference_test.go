package difference_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
)

var end = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

// differs is a difference that 30 of 40 requests show now, and 1 of 100 before.
func differs(kind rank.Kind, about incident.Aspect) incident.Difference {
	return incident.Difference{
		Kind:     string(kind),
		About:    about,
		Peers:    []string{"bank", "ledger"},
		Now:      incident.Counted{Hits: 30, Of: 40},
		Before:   incident.Counted{Hits: 1, Of: 100},
		Usual:    120,
		Current:  900,
		Strength: 0.6,
	}
}

func TestEveryKindOfDifferenceHasItsSentence(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		d    incident.Difference
		says string
	}{
		{
			differs(rank.EdgeLatency, incident.Aspect{}),
			"calls between web and bank and ledger wait 900 ms for no work of the one called, normally 120 ms (in 30 of 40 requests, before in 1%)",
		},
		{
			differs(rank.OwnLatency, incident.Aspect{Operation: "GET /"}),
			"web takes longer for GET /, traced calls left out: 900 ms, normally 120 ms (in 30 of 40 requests, before in 1%)",
		},
		{
			differs(rank.LogPattern, incident.Aspect{Level: "error", Line: "no room"}),
			`web writes the log line "error no room" in 30 of 40 requests, before in 1%`,
		},
		{
			differs(rank.ErrorLines, incident.Aspect{Line: "no room"}),
			`web writes error lines "no room" in 30 of 40 intervals of 10 s, before in 1%`,
		},
		{
			differs(rank.CallPattern, incident.Aspect{Callee: "bank", Operation: "charge"}),
			"web calls bank charge in 30 of 40 requests, before in 1%",
		},
		{
			differs(rank.Operation, incident.Aspect{Operation: "GET /"}),
			"web runs the operation GET / in 30 of 40 requests, before in 1%",
		},
		{
			differs(rank.Errors, incident.Aspect{Operation: "GET /"}),
			"GET / of web ends in an error in 30 of 40 requests, before in 1%",
		},
		{
			differs(rank.CPU, incident.Aspect{Metric: "container_cpu_usage"}),
			"cpu of web (container_cpu_usage) is 900, normally 120",
		},
	} {
		require.Equal(t, test.says, difference.Describe("web", test.d))
	}
}

func TestWhatBecameRarerIsSaidToBeNoLongerSo(t *testing.T) {
	t.Parallel()
	for kind, says := range map[rank.Kind]string{
		rank.LogPattern:  `web no longer writes the log line "stored" as often: in 1 of 40 requests, before in 90%`,
		rank.CallPattern: "web no longer calls bank store it as often: in 1 of 40 requests, before in 90%",
		rank.Operation:   "web no longer runs the operation stored as often: in 1 of 40 requests, before in 90%",
	} {
		d := differs(kind, map[rank.Kind]incident.Aspect{rank.LogPattern: {Line: "stored"}, rank.CallPattern: {Callee: "bank", Operation: "store it"},
			rank.Operation: {Operation: "stored"}}[kind])
		d.Now, d.Before = incident.Counted{Hits: 1, Of: 40}, incident.Counted{Hits: 90, Of: 100}
		require.Equal(t, says, difference.Describe("web", d))
	}
}

func TestALogLineIsToldByItsExampleAndNamedByItsPattern(t *testing.T) {
	t.Parallel()
	d := differs(rank.LogPattern, incident.Aspect{Line: "order <*> lost"})
	d.Example = "order 17 lost"
	require.Contains(t, difference.Describe("web", d), `"order 17 lost"`)
	require.Equal(t, "log line order <*> lost", difference.Component(d))
	require.Equal(t, "calls with bank and ledger", difference.Component(differs(rank.EdgeLatency, incident.Aspect{})))
	require.Equal(t, "GET /", difference.Component(differs(rank.Errors, incident.Aspect{Operation: "GET /"})))
}

func TestTheValuesAreTheNumbersOfTheSentence(t *testing.T) {
	t.Parallel()
	for kind, want := range map[rank.Kind]map[string]float64{
		rank.OwnLatency: {"requests that show it": 30, "requests": 40, "share before": 0.01, "value": 0.9},
		rank.CPU:        {"requests that show it": 30, "requests": 40, "share before": 0.01, "value": 900},
		rank.ErrorLines: {"intervals of time that show it": 30, "intervals of time": 40, "share before": 0.01},
	} {
		values := map[string]float64{}
		for _, v := range difference.Values("web", differs(kind, incident.Aspect{Operation: "x"})) {
			values[v.Name] = v.Value
			require.Equal(t, map[string]string{"service": "web", "kind": string(kind)}, v.Labels)
			require.NotEmpty(t, v.Unit)
		}
		require.InDeltaMapValues(t, want, values, 1e-9, kind)
		require.Len(t, values, len(want))
	}
}

func TestAShareOfNothingIsNone(t *testing.T) {
	t.Parallel()
	require.Zero(t, difference.Share(incident.Counted{Hits: 3}))
	require.InDelta(t, 0.75, difference.Share(incident.Counted{Hits: 3, Of: 4}), 0)
}

// fails is a service of a ranking that fails since a while and until now.
func fails(score, chance float64) incident.RankedService {
	d := differs(rank.Errors, incident.Aspect{Operation: "GET /"})
	d.Failure = true
	return incident.RankedService{
		Service:  "web",
		Score:    score,
		Chance:   chance,
		Last:     end.Add(-10 * time.Second),
		Evidence: []incident.Difference{d},
	}
}

func TestAChangeIsMoreThanChanceWhenItIsLargeUnlikelyAndOfNow(t *testing.T) {
	t.Parallel()
	past := fails(0.5, 1e-6)
	past.Last = end.Add(-3 * time.Minute)
	for name, test := range map[string]struct {
		service incident.RankedService
		want    bool
	}{
		"large, unlikely and of now": {fails(0.5, 1e-6), true},
		"too small":                  {fails(0.1, 1e-6), false},
		"likely by chance":           {fails(0.5, 0.4), false},
		"over since minutes":         {past, false},
	} {
		r := &incident.Ranking{Services: []incident.RankedService{test.service}}
		require.Equal(t, test.want, difference.MoreThanChance(r, end), name)
	}
	require.False(t, difference.MoreThanChance(&incident.Ranking{}, end))
}

func TestTheOrderOfTheRequestsShowsMoreThanChanceToo(t *testing.T) {
	t.Parallel()
	ranking := func(service incident.RankedService, shows, of int) *incident.Ranking {
		return &incident.Ranking{Services: []incident.RankedService{service}, Shuffled: incident.Counted{Hits: shows, Of: of}}
	}
	require.True(t, difference.MoreThanChance(ranking(fails(0.5, 0.4), 0, 99), end))
	require.False(t, difference.MoreThanChance(ranking(fails(0.5, 0.4), 20, 99), end), "many orders show as much")
	require.False(t, difference.MoreThanChance(ranking(fails(0.5, 0.4), 0, 0), end), "no other order was tried")
	harmless := fails(0.5, 0.4)
	harmless.Evidence[0].Failure = false
	require.False(t, difference.MoreThanChance(ranking(harmless, 0, 99), end), "nothing fails")
	ofTime := fails(0.5, 0.4)
	ofTime.Evidence[0].Kind = string(rank.ErrorLines)
	require.False(t, difference.MoreThanChance(ranking(ofTime, 0, 99), end), "no request is known to fail")
}

func TestHowManyOrdersShowAsMuchIsSaid(t *testing.T) {
	t.Parallel()
	require.Equal(t, "of 99 other orders of the same requests, 0 show a service that fails or slows down as much", difference.Shuffled(incident.Counted{Of: 99}))
	require.Equal(t, "of 99 other orders of the same requests, 1 shows a service that fails or slows down as much", difference.Shuffled(incident.Counted{Hits: 1, Of: 99}))
}

func TestWhatADifferenceIsAboutIsSaidInAFewWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind  rank.Kind
		about incident.Aspect
		says  string
	}{
		{rank.Errors, incident.Aspect{Operation: "GET /"}, "failing GET /"},
		{rank.Refused, incident.Aspect{Operation: "GET /me", Status: 401}, "GET /me answered with 401"},
		{rank.Refused, incident.Aspect{Operation: "GET /items 7", Status: 429}, "GET /items 7 answered with 429"},
		{rank.CallPattern, incident.Aspect{Callee: "bank of x", Operation: "charge"}, "calls to bank of x charge"},
		{rank.OwnLatency, incident.Aspect{Operation: "GET /"}, "slow GET /"},
		{rank.Operation, incident.Aspect{Operation: "GET /"}, "GET /"},
		{rank.EdgeLatency, incident.Aspect{}, "waiting calls with bank and ledger"},
		{rank.LogPattern, incident.Aspect{Level: "warn", Line: "no room"}, `log lines "warn no room"`},
		{rank.Memory, incident.Aspect{Metric: "container_memory_usage"}, "container_memory_usage"},
	} {
		require.Equal(t, test.says, difference.Subject(differs(test.kind, test.about)))
	}
}

func TestRefusalsAreSaidWithTheirCode(t *testing.T) {
	t.Parallel()
	require.Equal(t, "GET /me of web is answered with 401 in 30 of 40 requests, before in 1%", difference.Describe("web", differs(rank.Refused, incident.Aspect{Operation: "GET /me", Status: 401})))
	require.Equal(t, "GET /me 401", difference.Component(differs(rank.Refused, incident.Aspect{Operation: "GET /me", Status: 401})))
}

func TestTheShareOfNothingIsNone(t *testing.T) {
	t.Parallel()
	require.Zero(t, difference.Share(incident.Counted{}))
	require.InDelta(t, 0.75, difference.Share(incident.Counted{Hits: 30, Of: 40}), 1e-9)
	d := differs(rank.Errors, incident.Aspect{Operation: "GET /"})
	d.Before = incident.Counted{}
	require.Equal(t, "GET / of web ends in an error in 30 of 40 requests, before in 0%", difference.Describe("web", d))
}
