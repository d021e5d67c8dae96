package rank_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func first(t *testing.T, in rank.Input) rank.Suspect {
	t.Helper()
	found := rank.Rank(in)
	require.NotEmpty(t, found.Suspects)
	return found.Suspects[0]
}

func TestAServiceThatIsSlowToReachForAllItsCallersIsCharged(t *testing.T) {
	t.Parallel()
	s := first(t, world{wait: func(_, to string, at time.Time, _ int) time.Duration {
		if to == "store" {
			return since(at, struck, 500*ms, 2*ms)
		}
		return 2 * ms
	}}.input())
	require.Equal(t, "store", s.Service)
	require.Equal(t, rank.EdgeLatency, s.Evidence[0].Kind)
	require.Equal(t, []string{"orders", "prices"}, s.Evidence[0].Peers)
	require.InDelta(t, 500, s.Evidence[0].Current, 5)
	require.InDelta(t, 2.5, s.Evidence[0].Typical, 1)
	require.Less(t, s.Chance, 1e-6)
	require.InDelta(t, 3*time.Minute, s.Lasted, float64(10*time.Second))
}

func TestACallerForWhichAllItsCalleesAreSlowIsChargedItself(t *testing.T) {
	t.Parallel()
	s := first(t, world{wait: func(from, _ string, at time.Time, _ int) time.Duration {
		if from == "front" {
			return since(at, struck, 90*ms, 2*ms)
		}
		return 2 * ms
	}}.input())
	require.Equal(t, "front", s.Service)
	require.Equal(t, []string{"orders", "prices"}, s.Evidence[0].Peers)
}

func TestAServiceThatWorksLongerIsChargedAndNotThoseThatWaitForIt(t *testing.T) {
	t.Parallel()
	found := rank.Rank(world{own: func(service string, at time.Time, _ int) time.Duration {
		if service == "prices" {
			return since(at, struck, 400*ms, 20*ms)
		}
		return 20 * ms
	}}.input())
	require.Equal(t, "prices", found.Suspects[0].Service)
	require.Equal(t, rank.OwnLatency, found.Suspects[0].Evidence[0].Kind)
	for _, other := range found.Suspects[1:] {
		require.Less(t, other.Score, 0.1, other.Service)
	}
}

func TestALineThatIsNoLongerWrittenSpeaksForItsService(t *testing.T) {
	t.Parallel()
	s := first(t, world{lines: func(service string, at time.Time, _ int) []string {
		lines := []string{"info " + service + " begins"}
		if service != "orders" || at.Before(struck) {
			lines = append(lines, "info "+service+" stored the result")
		}
		return lines
	}}.input())
	require.Equal(t, "orders", s.Service)
	require.Equal(t, rank.LogPattern, s.Evidence[0].Kind)
	require.False(t, s.Evidence[0].More())
	require.Zero(t, s.Evidence[0].Now.Hits)
	require.Contains(t, s.Evidence[0].Example, "stored the result")
}

func TestACallerWhoseErrorsComeWithThoseOfItsCalleeIsASymptom(t *testing.T) {
	t.Parallel()
	found := rank.Rank(world{lines: func(service string, at time.Time, n int) []string {
		lines := []string{"info " + service + " begins"}
		if at.Before(struck) || n%3 != 0 {
			return lines
		}
		switch service {
		case "prices":
			lines = append(lines, "error price list is empty")
		case "front":
			lines = append(lines, "error cannot show the basket")
		}
		return lines
	}}.input())
	require.Equal(t, "prices", found.Suspects[0].Service)
	at := slices.IndexFunc(found.Suspects, func(s rank.Suspect) bool { return s.Service == "front" })
	require.Positive(t, at)
	require.Equal(t, "prices", found.Suspects[at].ExplainedBy)
}

func TestWhatFailsOnlyAfterAnotherFailureIsASymptom(t *testing.T) {
	t.Parallel()
	troubled := func(at time.Time, n int) bool { return !at.Before(struck) && n%3 == 0 }
	broken := world{
		fails: func(service string, at time.Time, n int) bool {
			return (service == "orders" || service == "prices") && troubled(at, n)
		},
		own: func(service string, at time.Time, n int) time.Duration {
			if service == "prices" && troubled(at, n) {
				return 400 * ms // what undoes takes long, which speaks against it too
			}
			return 20 * ms
		}}
	found := rank.Rank(broken.input())
	require.Equal(t, "orders", found.Suspects[0].Service)
	at := slices.IndexFunc(found.Suspects, func(s rank.Suspect) bool { return s.Service == "prices" })
	require.Positive(t, at)
	require.Equal(t, "orders", found.Suspects[at].ExplainedBy)

	broken.fails = func(service string, at time.Time, n int) bool {
		return service == "orders" && troubled(at, n) || service == "prices" && !at.Before(struck) && n%2 == 0
	}
	found = rank.Rank(broken.input())
	at = slices.IndexFunc(found.Suspects, func(s rank.Suspect) bool { return s.Service == "prices" })
	require.Empty(t, found.Suspects[at].ExplainedBy, "it fails without the other one too")
}

func TestSpansWithErrorStatusSpeakForTheirService(t *testing.T) {
	t.Parallel()
	s := first(t, world{fails: func(service string, at time.Time, n int) bool {
		return service == "store" && !at.Before(struck) && n%2 == 0
	}}.input())
	require.Equal(t, "store", s.Service)
	require.Equal(t, rank.Errors, s.Evidence[0].Kind)
}

func TestAnErrorThatIsGoneAccusesNobody(t *testing.T) {
	t.Parallel()
	found := rank.Rank(world{lines: func(service string, at time.Time, _ int) []string {
		if service == "store" && at.Before(struck) {
			return []string{"error disk is full"}
		}
		return []string{"info " + service + " done"}
	}}.input())
	for _, s := range found.Suspects {
		require.Less(t, s.Score, 0.1, s.Service)
	}
}

func TestAnIncidentThatIsOverAccusesNobody(t *testing.T) {
	t.Parallel()
	over := struck.Add(-4 * time.Minute)
	found := rank.Rank(world{wait: func(_, to string, at time.Time, _ int) time.Duration {
		if to == "store" && !at.Before(over) && at.Before(over.Add(2*time.Minute)) {
			return 500 * ms
		}
		return 2 * ms
	}}.input())
	for _, s := range found.Suspects {
		require.Less(t, s.Score, 0.2, s.Service)
	}
}

func TestWithoutAChangeNobodyIsAccused(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	likely := 0
	const runs = 20
	for range runs {
		found := rank.Rank(world{own: func(string, time.Time, int) time.Duration {
			return time.Duration(20+10*random.ExpFloat64()) * ms
		}, lines: func(service string, _ time.Time, _ int) []string {
			if random.IntN(3) == 0 {
				return []string{"info " + service + " was cached"}
			}
			return []string{"info " + service + " was computed"}
		}}.input())
		if len(found.Suspects) > 0 && found.Suspects[0].Score >= 0.5 && found.Suspects[0].Chance < 0.01 {
			likely++
		}
	}
	require.LessOrEqual(t, likely, 1)
}

func TestTheOrderOfTheInputMakesNoDifference(t *testing.T) {
	t.Parallel()
	in := world{lines: func(service string, at time.Time, n int) []string {
		if service == "orders" && !at.Before(struck) && n%2 == 0 {
			return []string{"error no stock"}
		}
		return []string{"info " + service + " done"}
	}}.input()
	in.Metrics = []rank.Metric{load("store", "a", 1, 3), load("orders", "b", 1, 1), load("front", "c", 2, 2)}
	want := rank.Rank(in)
	random := rand.New(rand.NewPCG(3, 4))
	for range 3 {
		random.Shuffle(len(in.Traces), func(i, j int) { in.Traces[i], in.Traces[j] = in.Traces[j], in.Traces[i] })
		random.Shuffle(len(in.Lines), func(i, j int) { in.Lines[i], in.Lines[j] = in.Lines[j], in.Lines[i] })
		random.Shuffle(len(in.Metrics), func(i, j int) { in.Metrics[i], in.Metrics[j] = in.Metrics[j], in.Metrics[i] })
		require.Equal(t, want, rank.Rank(in))
	}
}

func TestTheOnsetIsBetweenTheLastUsualRequestAndTheFirstUnusualOne(t *testing.T) {
	t.Parallel()
	found := rank.Rank(world{wait: func(_, to string, at time.Time, _ int) time.Duration {
		if to == "store" {
			return since(at, struck, 500*ms, 2*ms)
		}
		return 2 * ms
	}}.input())
	require.NotNil(t, found.Onset)
	require.WithinDuration(t, struck, found.Onset.Middle(), 10*time.Second)
}

func TestAnEarlierIncidentBeforeAPauseIsNotTheOnset(t *testing.T) {
	t.Parallel()
	in := world{wait: func(_, to string, at time.Time, _ int) time.Duration {
		if to == "store" && (!at.Before(struck) || !at.Before(struck.Add(-9*time.Minute)) && at.Before(struck.Add(-6*time.Minute))) {
			return 500 * ms
		}
		return 2 * ms
	}}.input()
	in.Traces = slices.DeleteFunc(in.Traces, func(t incident.Trace) bool {
		return !t.Start.Before(struck.Add(-6*time.Minute)) && t.Start.Before(struck)
	})
	found := rank.Rank(in)
	require.Equal(t, "store", found.Suspects[0].Service)
	require.WithinDuration(t, struck, found.Onset.Latest, 10*time.Second)
}

func TestWhereNoRequestCameOfLateNobodyIsAccused(t *testing.T) {
	t.Parallel()
	in := world{fails: func(service string, at time.Time, _ int) bool { return service == "store" && !at.Before(struck) }}.input()
	in.Window.To = in.Window.To.Add(6 * time.Minute)
	require.Empty(t, rank.Rank(in).Suspects)
}

func TestNothingToReadGivesNoSuspects(t *testing.T) {
	t.Parallel()
	require.Empty(t, rank.Rank(rank.Input{Window: window}).Suspects)
}

// load is a metric of a service that is at one level before the fault and at another after it.
func load(service, pod string, before, after float64) rank.Metric {
	m := rank.Metric{Service: service, Pod: pod, Name: "container_cpu_usage", Kind: rank.CPU}
	for n, at := 0, window.From; at.Before(window.To); n, at = n+1, at.Add(30*time.Second) {
		m.Points = append(m.Points, incident.Point{Time: at, Value: since(at, struck, after, before) * (1 + 0.02*wobble(n).Seconds()*1e3)})
	}
	return m
}

func TestAMetricFarAboveItsCourseSpeaksForItsService(t *testing.T) {
	t.Parallel()
	s := first(t, rank.Input{Window: window, Metrics: []rank.Metric{load("store", "a", 1, 1), load("orders", "b", 1, 4), load("front", "c", 1, 1)}})
	require.Equal(t, "orders", s.Service)
	require.Equal(t, rank.CPU, s.Evidence[0].Kind)
	require.InDelta(t, 4, s.Evidence[0].Current, 0.2)
	require.Greater(t, s.Lasted, time.Minute)
}

func TestAMetricThatMovedLessThanAnyoneMindsSaysNothing(t *testing.T) {
	t.Parallel()
	percent := func(service string, before, after float64) rank.Metric {
		m := load(service, service, before, after)
		m.Name = "pod_cpu_usage_percent"
		return m
	}
	require.Empty(t, rank.Rank(rank.Input{Window: window, Metrics: []rank.Metric{percent("store", 0.4, 2)}}).Suspects)
	require.NotEmpty(t, rank.Rank(rank.Input{Window: window, Metrics: []rank.Metric{percent("store", 0.4, 80)}}).Suspects)
}

func TestASurgeThatAllServicesShareIsNobodysOwn(t *testing.T) {
	t.Parallel()
	var metrics []rank.Metric
	for _, service := range []string{"a", "b", "c", "d", "e", "f"} {
		metrics = append(metrics, load(service, service, 1, 3))
	}
	require.Empty(t, rank.Rank(rank.Input{Window: window, Metrics: metrics}).Suspects)
}

func TestAMetricOfAServiceThatNoRequestPassesIsAHintAndCountsLess(t *testing.T) {
	t.Parallel()
	in := world{}.input()
	in.Metrics = []rank.Metric{load("database", "x", 1, 9)}
	alone := first(t, in)
	require.Equal(t, "database", alone.Service)
	in.Metrics = []rank.Metric{load("database", "x", 1, 9), load("store", "y", 1, 9)}
	found := rank.Rank(in)
	require.Equal(t, "store", found.Suspects[0].Service)
	require.InDelta(t, found.Suspects[0].Score/2, alone.Score, 1e-9)
}

// Where only the metrics that rose most were read, what the others did is known from the store's own count.
func TestMetricsThatWereNotReadCountAsCompared(t *testing.T) {
	t.Parallel()
	strained := func(unread int, usual float64) rank.Ranking {
		in := world{}.input()
		for i := range 6 {
			m := rank.Metric{Service: fmt.Sprintf("other-%d", i), Name: "container_memory_rss", Kind: rank.Memory}
			for at := window.From; at.Before(window.To); at = at.Add(time.Minute) {
				m.Points = append(m.Points, incident.Point{Time: at, Value: since(at, struck, 900.0, 100+float64(at.Minute()%3))})
			}
			in.Metrics = append(in.Metrics, m)
		}
		in.Unread, in.Usual = unread, map[string]float64{"container_memory_rss": usual}
		return rank.Rank(in)
	}
	few, many := strained(0, 1), strained(100_000, 1)
	require.Greater(t, many.Compared, few.Compared+100_000)
	require.NotEmpty(t, few.Suspects, "all that were read rose, and the others did not")
	require.Empty(t, strained(0, 9.5).Suspects, "all of them rose")
}
