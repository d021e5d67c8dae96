package cause_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// calm is a case of which all numbers were looked at and none moved.
func calm() *incident.Case {
	c := caseWithOnset()
	c.Facts.Onset = nil
	c.Facts.Errors = &incident.Change{Now: 0.001, Normal: 0.001, Unit: incident.Ratio, Samples: 5000}
	c.Facts.Latency = &incident.Change{Now: 0.2, Normal: 0.2, Unit: incident.Seconds, Samples: 5000}
	return c
}

func ranked(service string, score, chance float64) incident.RankedService {
	return incident.RankedService{Service: service, Score: score, Chance: chance, Lasted: 2 * time.Minute, Last: ago(10 * time.Second), Evidence: []incident.Difference{{Kind: "log pattern", What: "info main.go:43",
		Now: incident.Counted{Hits: 4, Of: 6}, Before: incident.Counted{Hits: 5, Of: 60}, Strength: score}}}
}

func TestAChangeThatMayBeChanceAccusesNobodyWhereNothingMoved(t *testing.T) {
	t.Parallel()
	c := calm()
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{ranked("stock", 0.4, 0.3)}}
	v := judged(t, c)
	require.Equal(t, incident.NoClearCause, v.Level)
	require.Empty(t, v.Candidates)
}

func TestAChangeThatIsNoChanceIsToldThoughNothingMoved(t *testing.T) {
	t.Parallel()
	c := calm()
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{ranked("stock", 0.4, 0.001), ranked("prices", 0.3, 0.3)}}
	v := judged(t, c)
	require.Equal(t, incident.Possible, v.Level)
	require.Equal(t, "stock", v.Candidates[0].Service)
}

func TestAChangeThatIsMinutesOldAccusesNobodyWhereNothingMoved(t *testing.T) {
	t.Parallel()
	c := calm()
	past := ranked("stock", 0.4, 0.001)
	past.Last = ago(3 * time.Minute)
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{past}}
	require.Equal(t, incident.NoClearCause, judged(t, c).Level)
}

func TestWhereSomethingMovedAWeakChangeIsAHint(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{ranked("stock", 0.4, 0.3)}}
	v := judged(t, c)
	require.Equal(t, incident.Possible, v.Level)
	require.Equal(t, "stock", v.Candidates[0].Service)
}

func TestAFailureThatHardlyAnyOtherOrderOfTheRequestsShowsIsPossible(t *testing.T) {
	t.Parallel()
	shuffled := func(r incident.RankedService, shows, of int) incident.Verdict {
		c := calm()
		c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{r, ranked("prices", 0.3, 0.9)}, Shuffled: incident.Counted{Hits: shows, Of: of}}
		return judged(t, c)
	}
	v := shuffled(failing("stock", 0.5, 0.4), 1, 39)
	require.Equal(t, incident.Possible, v.Level)
	require.Equal(t, "stock", v.Candidates[0].Service)
	require.Contains(t, v.Candidates[0].Because, "of 39 other orders of the same requests, 1 shows as much failing in any service")
	require.Equal(t, incident.NoClearCause, shuffled(failing("stock", 0.5, 0.4), 2, 30).Level, "too many orders show as much")
	require.Equal(t, incident.NoClearCause, shuffled(ranked("stock", 0.5, 0.4), 0, 39).Level, "nothing fails")
	require.Equal(t, incident.NoClearCause, shuffled(failing("stock", 0.15, 0.4), 0, 39).Level, "too little to be told")
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
	for name := range planned(t, cause.Rank(), c) {
		answers[name] = source.Answer{Lines: lines}
	}
	reading := readWith(t, cause.Rank(), c, answers)
	require.Positive(t, c.Facts.Ranking.Shuffled.Of)
	require.Contains(t, reading.Findings[0].Sentence, `stock writes the log line "the shelf is locked`)
	require.NotContains(t, reading.Findings[0].Sentence, "stock: stock")
	require.Contains(t, reading.Findings[0].Sentence, fmt.Sprintf("of %d other orders of the same requests", c.Facts.Ranking.Shuffled.Of))
	require.True(t, slices.ContainsFunc(reading.Findings[0].Values, func(v incident.Value) bool {
		return v.Name == "other orders of the requests" && v.Value == float64(c.Facts.Ranking.Shuffled.Of)
	}))
	c.Window.To = end.Add(4 * time.Minute)
	reading = readWith(t, cause.Rank(), c, answers)
	require.Contains(t, reading.Findings[0].Sentence, "No request of the last minutes shows that it is still so, but before: stock writes")
	require.Equal(t, incident.Clear, reading.Outcome)
}
