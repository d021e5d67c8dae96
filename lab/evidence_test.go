package lab_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestTheWalkthroughsFailingTracesAreGroupedAndCompared(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	shapes := c.Facts.Shapes
	require.Equal(t, 24, shapes.Of)
	counts := map[string]int{}
	for _, s := range shapes.Shapes {
		counts[s.Shape] = s.Count
	}
	require.Equal(t, c.Facts.Example.Like, counts["stripe-api: POST /v1/charges of payment-service: TimeoutError"])
	require.Greater(t, c.Facts.Example.Like, 8, "72% of them time out")
	require.Positive(t, counts["charge of payment-service: PoolExhaustedError"])

	traits := c.Facts.Traits
	require.Equal(t, 24, traits.Failing)
	// Each of two parts holds 68 by expectation and gives at most 60. Chance, which differs with the second that the alert falls
	// on, leaves fewer in some: 55 in one of 48 parts that were counted.
	require.GreaterOrEqual(t, traits.Passing, 100)
	require.Empty(t, traits.Traits, "no pod, version or node stands out")
	require.Equal(t, incident.Clear, stepOf(t, c, "example/slow-traces").Outcome)
}

func TestTheSameTracesAreLookedAtAndComparedEveryTime(t *testing.T) {
	t.Parallel()
	once, again := investigated(t).Facts, investigatedBy(t, world.Instance()).Facts
	require.Equal(t, once.Shapes, again.Shapes)
	require.Equal(t, once.Traits, again.Traits)
	require.Equal(t, once.Failing.Sampled, again.Failing.Sampled)
}

func TestTheStatusPageOfTheHostOutsideIsAskedAndNotCounted(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	step := stepOf(t, c, "cause/externals")
	require.Equal(t, incident.Clear, step.Outcome, step.Reason)
	require.Equal(t, `Stripe reports of itself: "All Systems Operational". It lists no incident around this time.`, step.Findings[0].Sentence)
	require.Equal(t, "status page", step.Queries[0].Language)
	distinct := map[string]bool{}
	for _, s := range c.Steps {
		for _, q := range s.Queries {
			if q.Language != "status page" {
				distinct[q.Language+q.Text+q.Window.From.String()+q.Window.To.String()] = true
			}
		}
	}
	require.Len(t, distinct, c.Cost.Queries)
}

func TestTheWalkthroughsLogPatternsChangedAsTheStoryHasIt(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	byText := map[string]incident.LogPattern{}
	for _, p := range c.Facts.Patterns.Changed {
		byText[p.Service+": "+p.Text] = p
	}
	failed := byText["payment-service: Payment failed after retries"]
	require.True(t, failed.Exact)
	require.Equal(t, incident.PatternRisen, failed.Change)
	require.InDelta(t, 847, failed.Now, 0)
	require.InDelta(t, 3, failed.Before, 0)
	require.Equal(t, [2]float64{300, 3600}, failed.Covers)
	for _, text := range []string{"payment-service: Charge failed", "payment-service: Stripe request failed, retrying", "order-service: checkout failed"} {
		p, told := byText[text]
		require.True(t, told, text)
		require.Contains(t, []incident.PatternChange{incident.PatternRisen, incident.PatternNew}, p.Change, text)
		require.Greater(t, p.Ratio, 10.0, text)
		require.False(t, p.Exact, text)
	}
	for _, text := range []string{"payment-service: Card declined", "payment-service: Ledger batch written", "order-service: order placed"} {
		require.NotContains(t, byText, text, "it is as frequent as ever")
	}
	require.True(t, c.Facts.Patterns.Now.Truncated, "five minutes hold more lines than are read")
	require.InDelta(t, 100, c.Facts.Patterns.Now.Covered.Seconds(), 25)
}

func TestWideningTheSearchLeadsFromThePodToCoreDNS(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	widened := stepOf(t, c, "logs/widened")
	require.Equal(t, incident.Found, widened.Outcome)
	require.Len(t, widened.Findings, 3)
	require.Contains(t, widened.Findings[0].Sentence, c.Facts.Culprit.Span.Resource["k8s.pod.name"])
	require.Equal(t, incident.Normal, widened.Findings[0].Severity, "both pods fail alike")
	require.Equal(t, "api.stripe.com", c.Facts.Mentions.Host)
	require.Len(t, c.Facts.Mentions.Services, 1)
	dns := c.Facts.Mentions.Services[0]
	require.Equal(t, "coredns", dns.Service)
	require.InDelta(t, 372, dns.Now, 60, "two pods, three times in five seconds each")
	require.LessOrEqual(t, dns.Before, 4.0, "the first came 15 s before latency rose")
	require.Contains(t, widened.Findings[2].Evidence.Lines[0].Text, "upstream timeout")

	require.Equal(t, "text", c.Facts.TraceLines.Spelling)
	require.Equal(t, "trace_id", c.Facts.TraceLines.Field)
	require.Equal(t, "hex", c.Facts.TraceLines.Form)
}
