package verdict_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// twice is a failing service with a weaker difference besides, and the counts of both.
func twice(strongest, weaker incident.WitnessOutcome) (incident.RankedService, *incident.Witnesses) {
	r := failing("stock", 0.9, 1e-9)
	r.Evidence[0].Kind, r.Evidence[0].About, r.Evidence[0].Peers = "edge latency", incident.Aspect{}, []string{"prices"}
	r.Evidence = append(r.Evidence, incident.Difference{Kind: "errors", About: incident.Aspect{Operation: "GET /stock"}, Failure: true, Strength: 0.8,
		Now: incident.Counted{Hits: 4, Of: 6}, Before: incident.Counted{Of: 60}})
	counts := &incident.Witnesses{}
	for i, outcome := range []incident.WitnessOutcome{strongest, weaker} {
		if outcome != "" {
			counts.Counts = append(counts.Counts, countOf(outcome, "stock", r.Evidence[i]))
		}
	}
	return r, counts
}

func TestASecondCountDecidesOverASample(t *testing.T) {
	t.Parallel()
	for outcome, level := range map[incident.WitnessOutcome]incident.Level{incident.WitnessConfirms: incident.Likely, incident.WitnessUnsure: incident.Possible,
		incident.WitnessUncounted: incident.Possible} {
		c, r := caseWithOnset(), failing("stock", 0.9, 1e-9)
		c.Facts.Witness = countedAs(outcome, &r)
		require.Equal(t, level, levelWith(t, c, r), outcome)
	}
	c, r := caseWithOnset(), failing("stock", 0.9, 1e-9)
	c.Facts.Witness = countedAs(incident.WitnessContradicts, &r)
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{r, failing("prices", 0.5, 1e-6)}}
	require.Equal(t, "prices", judged(t, c).Candidates[0].Service, "a change that all traces deny accuses nobody")
}

func TestBothNumbersOfASecondCountAreSaid(t *testing.T) {
	t.Parallel()
	c, r := caseWithOnset(), failing("stock", 0.9, 1e-9)
	c.Facts.Witness = countedAs(incident.WitnessConfirms, &r)
	require.Equal(t, incident.Likely, levelWith(t, c, r))
	require.Contains(t, judged(t, c).Statement, "; of all traces, 240 in 5 min, before 2 in 5 min.")
}

func TestAChangeThatWasNotCountedAgainIsNeverLikely(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Witness = &incident.Witnesses{}
	require.Equal(t, incident.Possible, levelWith(t, c, failing("stock", 0.9, 1e-9)))
	whole := failing("stock", 0.9, 1e-9)
	whole.Evidence[0].Kind = "cpu"
	require.Equal(t, incident.Likely, levelWith(t, c, whole), "a metric is no sample")
}

func TestAWeakerChangeThatIsDeniedTakesNoServiceOut(t *testing.T) {
	t.Parallel()
	for strongest, level := range map[incident.WitnessOutcome]incident.Level{incident.WitnessConfirms: incident.Likely, incident.WitnessUncounted: incident.Possible} {
		c := caseWithOnset()
		r, counts := twice(strongest, incident.WitnessContradicts)
		c.Facts.Witness = counts
		c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{r, failing("prices", 0.5, 1e-6)}}
		v := judged(t, c)
		require.Equal(t, "stock", v.Candidates[0].Service, strongest)
		require.Equal(t, level, v.Level, strongest)
		require.Contains(t, v.Sentence, "calls between stock and prices wait")
		for _, because := range v.Candidates[0].Because {
			require.NotContains(t, because, "GET /stock", "what is denied is not said")
		}
	}
}

func TestADeniedDifferenceWeighsNoMore(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	r, counts := twice(incident.WitnessUncounted, incident.WitnessContradicts)
	r.Score, r.Evidence[0].Strength, r.Evidence[0].Chance = 0.88, 0.4, 0.02 // with the errors; 0.4 without
	c.Facts.Witness = counts
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{r, failing("prices", 0.5, 1e-6)}}
	v := judged(t, c)
	require.Equal(t, "prices", v.Candidates[0].Service)
	require.InDelta(t, 0.4, v.Candidates[1].Score, 1e-9)
	require.InDelta(t, 0.88, c.Facts.Ranking.Services[0].Score, 1e-9, "the ranking itself stays as it was")
}

func TestAWeakerChangeThatIsConfirmedIsWhatIsSaid(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	r, counts := twice(incident.WitnessUncounted, incident.WitnessConfirms)
	c.Facts.Witness = counts
	require.Equal(t, incident.Possible, levelWith(t, c, r), "what carries it was not counted")
	v := judged(t, c)
	require.Equal(t, "Possible: GET /stock of stock ends in an error in 4 of 6 requests, before in 0%; of all traces, 240 in 5 min, before 2 in 5 min.", v.Sentence)
	require.Contains(t, v.Candidates[0].Because, "waiting calls with prices of stock could not be counted again: Tempo did not answer")
}

func TestTheNextServiceIsLikelyWhereItsOwnCountConfirmsIt(t *testing.T) {
	t.Parallel()
	c, first, next := caseWithOnset(), failing("stock", 0.95, 1e-9), failing("prices", 0.9, 1e-9)
	next.ExplainedBy = "stock"
	began := incident.MovedAt{Earliest: ago(minutes(19)), Latest: ago(minutes(19))}
	next.Began = &began
	c.Facts.Witness, c.Facts.NextWitness = countedAs(incident.WitnessContradicts, &first), countedAs(incident.WitnessConfirms, &next)
	require.Equal(t, incident.Likely, levelWith(t, c, first, next), "it is explained by nothing that is so")
	v := judged(t, c)
	require.Equal(t, "prices", v.Candidates[0].Service)
	require.Contains(t, v.Candidates[0].Because, "it began at 11:41:00")
	require.NotContains(t, v.Candidates[0].Because, "its change comes with that of stock")
	c.Facts.NextWitness = nil
	require.Equal(t, incident.Possible, judged(t, c).Level, "its own count is missing")
	c.Facts.NextWitness = countedAs(incident.WitnessContradicts, &next)
	require.Equal(t, incident.NoClearCause, judged(t, c).Level)
}
