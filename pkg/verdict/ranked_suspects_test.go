package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
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
	return incident.RankedService{Service: service, Score: score, Chance: chance, Lasted: 2 * time.Minute, Last: ago(10 * time.Second), Evidence: []incident.Difference{{Kind: "log pattern", About: incident.Aspect{Level: "info", Line: "main.go:43"},
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
	require.Len(t, v.Candidates, 1, "of the other one chance says enough")
}

func TestAChangeThatMayBeChanceSaysSo(t *testing.T) {
	t.Parallel()
	const doubt = "so many changes were compared that chance alone may have made this one"
	c := caseWithOnset()
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{ranked("stock", 0.4, 0.001), ranked("prices", 0.3, 0.3)}}
	v := judged(t, c)
	require.Len(t, v.Candidates, 2)
	require.NotContains(t, v.Candidates[0].Because, doubt)
	require.Contains(t, v.Candidates[1].Because, doubt)

	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{failing("stock", 0.4, 0.3)}, Shuffled: incident.Counted{Hits: 3, Of: 39}}
	require.NotContains(t, judged(t, c).Candidates[0].Because, doubt, "other orders of the requests say how likely it is")
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
	require.Contains(t, v.Candidates[0].Because, "of 39 other orders of the same requests, 1 shows a service that fails or slows down as much")
	require.Equal(t, incident.NoClearCause, shuffled(failing("stock", 0.5, 0.4), 2, 30).Level, "too many orders show as much")
	require.Equal(t, incident.NoClearCause, shuffled(ranked("stock", 0.5, 0.4), 0, 39).Level, "nothing fails")
	require.Equal(t, incident.NoClearCause, shuffled(failing("stock", 0.15, 0.4), 0, 39).Level, "too little to be told")
}

func TestWhatOnlyTimeTiesToTheRequestsIsNotBlamed(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	stranger := failing("stock", 0.95, 1e-9)
	stranger.Unlinked = true
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{stranger}}
	v := judged(t, c)
	require.Equal(t, incident.NoClearCause, v.Level)
	require.Equal(t, "stock", v.Candidates[0].Service, "it is told")
	require.Contains(t, v.Candidates[0].Because, "nothing says that it takes part in the requests of web; all that ties it to them is the time")
}

func TestErrorLinesAloneAreNoLikelyCause(t *testing.T) {
	t.Parallel()
	for _, service := range []string{"web", "stock"} { // the alerting service, and another: those who suffer write lines too
		c := caseWithOnset()
		lines := ranked(service, 0.7, 0.0001)
		lines.Evidence[0] = incident.Difference{Kind: "error lines", About: incident.Aspect{Line: "denied"}, Now: incident.Counted{Hits: 95, Of: 95}, Before: incident.Counted{Hits: 20, Of: 60}, Strength: 0.7, Failure: true}
		c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{lines}}
		require.Equal(t, incident.Possible, judged(t, c).Level, service)
	}
}

func TestWhoNamesTheAlertingServiceSuffersFromIt(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	lines := ranked("front", 0.7, 0.0001)
	lines.ExplainedBy = c.Subject.Service
	lines.Evidence[0] = incident.Difference{Kind: "error lines", About: incident.Aspect{Line: c.Subject.Service + ": deadline exceeded"}, Now: incident.Counted{Hits: 95, Of: 95}, Before: incident.Counted{Of: 60}, Strength: 0.7, Failure: true}
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{lines}}
	v := judged(t, c)
	require.Equal(t, incident.NoClearCause, v.Level)
	require.Contains(t, v.Candidates[0].Because, "these lines name web: they show what it met there")
}
