package verdict_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// waits is a case in which stock takes 250 ms longer outside its traced calls, so many of them in calls to its database.
func waits(database float64, more ...incident.Difference) *incident.Case {
	c := caseWithOnset()
	r := failing("stock", 0.95, 1e-9)
	r.Evidence = append([]incident.Difference{{Kind: "own latency", About: incident.Aspect{Operation: "GET /stock"}, Failure: true, Strength: 0.9, Usual: 320, Current: 570,
		Now: incident.Counted{Hits: 90, Of: 100}, Before: incident.Counted{Of: 200}}}, more...)
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{r, failing("prices", 0.4, 1e-6)}}
	c.Facts.Witness = countedAs(incident.WitnessConfirms, &r)
	c.Facts.OwnTime = &incident.OwnTime{Service: "stock", Operation: "GET /stock", Outside: incident.Spent{Now: 570, Before: 320}, Now: 40, Before: 50,
		Peers: []incident.Peer{{Type: incident.PeerDatabase, Name: "orders-db", System: "postgresql", Spent: incident.Spent{Now: 10 + database, Before: 10}}}}
	return c
}

func TestASlowDatabaseIsNamedAndNotItsOnlyCaller(t *testing.T) {
	t.Parallel()
	v := judged(t, waits(240))
	require.Equal(t, "Possible: calls from stock to orders-db (postgresql) take 250 ms a request, normally 10 ms.", v.Sentence, "its caller is the only witness")
	require.Equal(t, incident.Target{Type: "database", Name: "orders-db"}, v.Candidates[0].Target)
	require.Equal(t, "orders-db", v.Candidates[0].Service)
	require.Contains(t, v.Candidates[0].Because, "stock takes longer for GET /stock, traced calls left out: 570 ms, normally 320 ms (in 90 of 100 requests, before in 0%)")
	require.Equal(t, "stock", v.Candidates[1].Service)
}

func TestADatabaseWithLittleOfTheAddedTimeIsNotNamed(t *testing.T) {
	t.Parallel()
	v := judged(t, waits(60))
	require.Equal(t, "stock", v.Candidates[0].Service)
	require.Contains(t, v.Sentence, "stock takes longer for GET /stock, traced calls left out: 570 ms, normally 320 ms")
	require.NotContains(t, v.Sentence, "itself")
}

func TestADatabaseIsNotNamedWhereTheCallersOtherCallsWaitToo(t *testing.T) {
	t.Parallel()
	slow := incident.Difference{Kind: "edge latency", Peers: []string{"prices"}, Failure: true, Strength: 0.5, Usual: 2, Current: 200,
		Now: incident.Counted{Hits: 90, Of: 100}, Before: incident.Counted{Of: 200}}
	require.Equal(t, "stock", judged(t, waits(240, slow)).Candidates[0].Service, "it is slow at its own end of the network")
}

func TestTheSpanThatWaitsForADatabaseStandsBehindIt(t *testing.T) {
	t.Parallel()
	c := waits(240)
	c.Facts.Culprit = &incident.Culprit{Span: incident.Span{Service: "stock", Name: "SELECT", Kind: incident.KindClient}}
	c.Facts.Example = &incident.Example{}
	v := judged(t, c)
	require.Equal(t, "orders-db", v.Candidates[0].Service)
	require.Equal(t, incident.CauseKind("failing-call"), v.Candidates[len(v.Candidates)-1].Kind)

	c.Facts.Culprit.External, c.Facts.Culprit.Span.Attributes = "orders-db", map[string]string{"db.system": "postgresql"} // the span says whom it calls
	c.Facts.Latency = &incident.Change{Now: 0.6, Normal: 0.3, Unit: incident.Seconds, Worse: true}
	v = judged(t, c)
	require.Contains(t, v.Candidates[0].Because, "the failing trace goes wrong there: 0 ms of 0 ms")
	for i, k := range v.Candidates[1:] {
		require.NotEqual(t, v.Candidates[0].Target, k.Target, "%d: one target is one candidate", i)
	}
}

func TestWhoAsksAStoreMoreOftenIsNamedAndNotTheStore(t *testing.T) {
	t.Parallel()
	c := waits(240)
	p := &c.Facts.OwnTime.Peers[0]
	p.Calls, p.Each = incident.Spent{Now: 87, Before: 3}, incident.Spent{Now: 3, Before: 3.2}
	v := judged(t, c)
	require.Equal(t, "stock", v.Candidates[0].Service)
	require.Equal(t, "Possible: GET /stock of stock calls orders-db (postgresql) 87 times a request, normally 3; each call takes 3 ms, normally 3.2 ms.", v.Sentence)
	p.Calls, p.Each = incident.Spent{Now: 3, Before: 3}, incident.Spent{Now: 80, Before: 3}
	require.Equal(t, "orders-db", judged(t, c).Candidates[0].Service, "the calls themselves are slow")
}

func TestWhatBeganToCallAStoreIsPossibleAtMost(t *testing.T) {
	t.Parallel()
	c := waits(240)
	p := &c.Facts.OwnTime.Peers[0]
	p.Calls, p.Each = incident.Spent{Now: 4}, incident.Spent{Now: 60}
	v := judged(t, c)
	require.Equal(t, "stock", v.Candidates[0].Service)
	require.Equal(t, incident.Possible, v.Level, "a cache that no longer answers looks like that too")
}
