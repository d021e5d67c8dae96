package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// parts are so many sampled traces of some minutes before requests rose and since.
func parts(before, since int) []incident.Sampled {
	return []incident.Sampled{
		{Window: incident.Window{From: ago(50 * time.Minute), To: ago(40 * time.Minute)}, Traces: before},
		{Window: incident.Window{From: ago(25 * time.Minute), To: ago(18 * time.Minute)}, Traces: 500}, // of both times: tells nothing
		{Window: incident.Window{From: ago(10 * time.Minute), To: ago(0)}, Traces: since},
	}
}

func TestTracesAloneSeeARiseOfRequests(t *testing.T) {
	t.Parallel()
	c := busy(4, 21*time.Minute)
	c.Facts.Patterns = nil
	c.Facts.Neighbours.Parts = parts(100, 390)
	require.Contains(t, judged(t, c).Sentence, "Likely: load")
}

func TestTooFewTracesSeeNothing(t *testing.T) {
	t.Parallel()
	c := busy(4, 21*time.Minute)
	c.Facts.Patterns = nil
	c.Facts.Neighbours.Parts = parts(12, 29)
	require.Contains(t, judged(t, c).Sentence, "Possible: load")
}

func TestTracesAloneDenyNoLoad(t *testing.T) {
	t.Parallel()
	c := busy(4, 21*time.Minute)
	c.Facts.Neighbours.Parts = parts(200, 200)
	require.Contains(t, judged(t, c).Sentence, "Likely: load", "a search lists no more than so many, however many there are")
	c.Facts.Patterns.Now.Lines = 320
	require.NotContains(t, components(judged(t, c)), "load", "lines and traces together do")
}

func TestRepeatsAreCountedOfTheServiceAlone(t *testing.T) {
	t.Parallel()
	c := busy(4, 21*time.Minute)
	for i := range c.Facts.Neighbours.Traces {
		if i < 40 {
			for range 5 { // others that the same requests ask more often, and calls that the service makes itself
				c.Facts.Neighbours.Traces[i].Spans = append(c.Facts.Neighbours.Traces[i].Spans,
					incident.Span{Service: "stock", Kind: incident.KindServer}, incident.Span{Service: "web", Kind: incident.KindClient})
			}
		}
	}
	require.Contains(t, judged(t, c).Sentence, "Likely: load")
}

func TestMessagesThatAreDeliveredAgainAreNoLoad(t *testing.T) {
	t.Parallel()
	c := busy(4, 21*time.Minute)
	for i := range c.Facts.Neighbours.Traces {
		for n := range c.Facts.Neighbours.Traces[i].Spans {
			c.Facts.Neighbours.Traces[i].Spans[n].Kind = incident.KindConsumer
		}
		if i < 40 {
			c.Facts.Neighbours.Traces[i].Spans = append(c.Facts.Neighbours.Traces[i].Spans, incident.Span{Service: "web", Kind: incident.KindConsumer})
		}
	}
	require.NotContains(t, components(judged(t, c)), "load")
}

func TestLoadWithoutAKnownUsualIsNoSuspect(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(f *incident.Facts){
		"nothing was usual":            func(f *incident.Facts) { f.Traffic.Normal = 0 },
		"nobody knows when it rose":    func(f *incident.Facts) { f.Traffic.Moved = nil },
		"requests fell":                func(f *incident.Facts) { f.Traffic.Worse = true },
		"the service did not move":     func(f *incident.Facts) { f.Onset = nil },
		"requests are not known":       func(f *incident.Facts) { f.Traffic = nil },
		"it is a third more":           func(f *incident.Facts) { f.Traffic.Now = 6.6 },
		"the failing call goes abroad": func(f *incident.Facts) { f.Culprit.External = "api.example.com" },
	} {
		c := busy(4, 21*time.Minute)
		change(&c.Facts)
		require.NotContains(t, components(judged(t, c)), "load", name)
	}
}
