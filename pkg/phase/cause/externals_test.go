package cause_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const page = "https://status.stripe.com"

// calling is a case whose example calls the hosts.
func calling(externals []incident.External, hosts ...string) *incident.Case {
	c := &incident.Case{Knowledge: incident.Knowledge{Externals: externals}, Facts: incident.Facts{Example: &incident.Example{}}}
	for _, h := range hosts {
		c.Facts.Example.Trace.Spans = append(c.Facts.Example.Trace.Spans, incident.Span{Kind: incident.KindClient, Attributes: map[string]string{"server.address": h}})
	}
	return c
}

func stripe() []incident.External {
	return []incident.External{{Host: "*.stripe.com", Name: "Stripe", StatusPage: page}}
}

func TestOnlyConfiguredStatusPagesAreAskedAndEachOnce(t *testing.T) {
	t.Parallel()
	questions, err := cause.Externals().Plan(calling(stripe(), "api.stripe.com", "files.stripe.com", "api.bank.com", "ledger.shop.svc.cluster.local", "redis", "10.0.0.7"))
	require.NoError(t, err)
	require.Len(t, questions, 1)
	require.Equal(t, page, questions[0].Text)
	require.Equal(t, source.StatusPage, questions[0].Kind)

	_, err = cause.Externals().Plan(calling(nil, "api.stripe.com"))
	require.ErrorContains(t, err, "No status page is configured for api.stripe.com, which the failing requests call.")
	require.ErrorContains(t, err, "under externals in the data source's settings")

	none, err := cause.Externals().Plan(calling(nil, "redis"))
	require.NoError(t, err)
	require.Empty(t, none)
	reading, err := cause.Externals().Read(calling(nil, "redis"), nil)
	require.NoError(t, err)
	require.Equal(t, incident.Clear, reading.Outcome)
}

func TestWhatAStatusPageTellsIsReadIntoASentence(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		report  incident.StatusReport
		outcome incident.Outcome
		says    string
	}{
		"well":   {incident.StatusReport{Indicator: "none", Description: "All good"}, incident.Clear, `Stripe reports of itself: "All good". It lists no incident around this time.`},
		"quotes": {incident.StatusReport{Indicator: "none", Description: `All "good"`}, incident.Clear, `Stripe reports of itself: “All "good"”. It lists`},
		"plain":  {incident.StatusReport{Answered: 200}, incident.Found, "how Stripe fares is not known"},
		"broken": {incident.StatusReport{Answered: 503}, incident.Found, "The page of Stripe answers with status 503."},
		"unwell": {incident.StatusReport{Indicator: "major", Description: "Partial outage", Incidents: []incident.StatusIncident{{Name: "Charges fail", Impact: "major", Status: "investigating"}}},
			incident.Found, `Stripe reports of itself: "Partial outage". Major incident since `},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := calling(stripe(), "api.stripe.com", "api.bank.com")
			reading, err := cause.Externals().Read(c, source.Answers{page: {Status: &test.report}})
			require.NoError(t, err)
			require.Contains(t, reading.Findings[0].Sentence, test.says)
			require.Contains(t, reading.Findings[1].Sentence, "Not asked: api.bank.com, of which no status page is configured.")
			c = calling(stripe(), "api.stripe.com")
			reading, err = cause.Externals().Read(c, source.Answers{page: {Status: &test.report}})
			require.NoError(t, err)
			require.Equal(t, test.outcome, reading.Outcome)
			reading.Learn(&c.Facts)
			require.Equal(t, "api.stripe.com", c.Facts.Externals.Hosts[0].Host)
		})
	}
	lost := &source.Problem{Sentence: "It is gone."}
	_, err := cause.Externals().Read(calling(stripe(), "api.stripe.com"), source.Answers{page: {Problem: lost}})
	require.ErrorIs(t, err, lost)
}
