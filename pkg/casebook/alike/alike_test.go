package alike_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/faultline-investigation/faultline/pkg/casebook/alike"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// policy is the walkthrough's shape.
var policy = alike.Shape{Service: "order-service", Operation: "POST /api/checkout", CulpritService: "payment-service", Culprit: "POST /v1/charges",
	External: "api.stripe.com", PatternService: "payment-service", Pattern: "Payment failed after 3 retries",
	Cause: coredns("NetworkPolicy", "restrict-coredns"), Abnormal: []alike.Number{{ID: "dns-lookups/api.stripe.com", What: "DNS lookups of api.stripe.com of payment-service"}}}

// coredns is a change that broke CoreDNS.
func coredns(kind, name string) *incident.Candidate {
	return &incident.Candidate{Service: "coredns", Kind: "breaking-change", Target: incident.Target{Type: kind, Name: name}, Component: strings.ToLower(kind) + "/" + name}
}

func TestTheSameIncidentAgainIsAsAlikeAsCanBe(t *testing.T) {
	t.Parallel()
	l := alike.Compare(policy, policy)
	assert.InDelta(t, 1, l.Score, 0)
	assert.True(t, l.Alike())
	assert.Equal(t, []string{"The same cause: networkpolicy/restrict-coredns of coredns.",
		"The requests ended in the same call: POST /v1/charges of payment-service.",
		`payment-service wrote the same: "Payment failed after 3 retries".`,
		"Abnormal both times: DNS lookups of api.stripe.com of payment-service.",
		"It affected the same operation, POST /api/checkout of order-service."}, l.Because)
}

func TestWhatTwoIncidentsShareSaysHowAlikeTheyAre(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*alike.Shape)
		alike  bool
		says   string
	}{
		"another policy for the same DNS":     {func(s *alike.Shape) { s.Cause = coredns("ConfigMap", "coredns") }, true, "The cause lay in the same service, coredns, though in configmap/coredns."},
		"the same host by another call":       {func(s *alike.Shape) { s.Culprit = "GET /v1/cards" }, true, "The requests ended in a call to the same host, api.stripe.com."},
		"the same pattern with other numbers": {func(s *alike.Shape) { s.Pattern = "payment failed after 5 retries" }, true, `payment-service wrote the same: "payment failed after 5 retries".`},
		"the same cause of another's pain": {func(s *alike.Shape) {
			*s = alike.Shape{Service: "search-api", Cause: coredns("NetworkPolicy", "restrict-coredns")}
		}, true, "The same cause: networkpolicy/restrict-coredns of coredns."},
		"the same service and nothing else": {func(s *alike.Shape) { *s = alike.Shape{Service: s.Service, Operation: s.Operation} }, false, "It affected the same operation"},
		"another service in trouble": {func(s *alike.Shape) {
			s.Culprit, s.External, s.CulpritService, s.Pattern, s.Abnormal = "SELECT", "", "ledger-db", "timeout", nil
			s.Cause = &incident.Candidate{Service: "ledger-db", Kind: "exhausted-connection-pool"}
		}, false, "It affected the same operation"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := policy
			c.change(&before)
			l := alike.Compare(policy, before)
			assert.Equal(t, c.alike, l.Alike(), "%.2f %v", l.Score, l.Because)
			assert.LessOrEqual(t, l.Score, 1.0)
			found := false
			for _, because := range l.Because {
				found = found || len(because) >= len(c.says) && because[:len(c.says)] == c.says
			}
			assert.True(t, found, "%v", l.Because)
		})
	}
}

func TestAnInvestigationThatSawLittleIsComparedByWhatItSaw(t *testing.T) {
	t.Parallel()
	blind := alike.Shape{Service: "order-service", PatternService: "payment-service", Pattern: "Payment failed after 3 retries"}
	l := alike.Compare(blind, policy)
	assert.InDelta(t, 1, l.Score, 0)
	assert.True(t, l.Alike())
	assert.False(t, alike.Compare(alike.Shape{Service: "order-service"}, policy).Alike(), "whom it hurts alone says nothing")
}

func TestAVerdictWithoutACauseIsNoCause(t *testing.T) {
	t.Parallel()
	c := &incident.Case{Verdict: incident.Verdict{Level: incident.NoClearCause, Candidates: []incident.Candidate{{Service: "a", Component: "b"}}}}
	assert.Empty(t, alike.Of(c).Cause)
	c.Verdict.Level = incident.Possible
	assert.Equal(t, "b", alike.Of(c).Cause.Component)
}

func TestHowACaseEndedIsReadFromItsLog(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return time.Date(2025, 1, 21, 10, minute, 0, 0, time.UTC) }
	s := &incident.SavedCase{Case: incident.Case{Facts: incident.Facts{Onset: &incident.Onset{MovedAt: incident.MovedAt{Earliest: at(30), Latest: at(30)}}}}}
	add := func(minute int, kind incident.EntryKind, text string) {
		e := incident.Entry{At: at(minute), Kind: kind, Text: text, By: incident.Author{Name: "Ana"}}
		if kind == incident.EntryRecovered {
			e.Recovery = &incident.Recovery{Since: at(minute - 1)}
		}
		s.Entries = append(s.Entries, e)
	}
	add(31, incident.EntryOpened, "")
	assert.Equal(t, alike.Ended{}, alike.EndOf(s), "it has not ended")
	add(40, incident.EntryFixApplied, "restarted it")
	add(45, incident.EntryRecovered, "")
	e := alike.EndOf(s)
	assert.Equal(t, &incident.AppliedFix{At: at(40), By: "Ana", Text: "restarted it"}, e.Fix)
	assert.True(t, e.Recovered)
	assert.InDelta(t, 14*60, e.Took, 0)
	assert.Equal(t, "from the onset until the exit criteria held", e.How)
	add(50, incident.EntryRelapsed, "")
	e = alike.EndOf(s)
	assert.False(t, e.Recovered, "it did not last")
	assert.Zero(t, e.Took)
	add(55, incident.EntryFixApplied, "took the policy away")
	add(59, incident.EntryClosed, "")
	e = alike.EndOf(s)
	assert.Equal(t, "took the policy away", e.Fix.Text)
	assert.False(t, e.Recovered)
	assert.InDelta(t, 29*60, e.Took, 0)
	assert.Equal(t, "from the onset until the case was closed", e.How)
}
