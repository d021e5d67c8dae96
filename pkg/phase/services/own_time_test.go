package services_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/phase/services"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// slowed is a case whose ranking says that stock takes longer for GET /stock outside its traced calls.
func slowed() *incident.Case {
	d := shown("own latency", incident.Aspect{Operation: "GET /stock"}, most, none)
	d.Strength = 0.8
	return said(d)
}

// step is a span of stock's requests in the trace's tree: what it is, when it begins after the request, and how long it takes, in ms.
type step struct {
	service    string
	kind       incident.SpanKind
	name       string
	from, took int
	left       int // place in the tree; below it is what lies between left and right
	right      int
	attributes map[string]string
}

// traced are so many traces of the same steps.
func traced(n int, steps ...step) []incident.TraceSummary {
	var all []incident.TraceSummary
	for i := range n {
		at := ago(time.Duration(i) * time.Second)
		t := incident.TraceSummary{ID: fmt.Sprint(i), Start: at, Matched: len(steps)}
		for k, s := range steps {
			span := incident.Span{ID: fmt.Sprint(k), Service: s.service, Kind: s.kind, Name: s.name, Start: at.Add(time.Duration(s.from) * time.Millisecond),
				Duration:   time.Duration(s.took) * time.Millisecond,
				Attributes: map[string]string{"nestedSetLeft": strconv.Itoa(s.left), "nestedSetRight": strconv.Itoa(s.right)}}
			for name, value := range s.attributes {
				span.Attributes[name] = value
			}
			t.Spans = append(t.Spans, span)
		}
		all = append(all, t)
	}
	return all
}

// request is a request of stock that takes so long, of which calls to its database take a part, and a call to prices 30 ms.
func request(took, database int) []step {
	return []step{
		{service: "stock", kind: incident.KindServer, name: "GET /stock", took: took, left: 1, right: 20},
		{service: "stock", kind: incident.KindClient, name: "SELECT", from: 1, took: database, left: 4, right: 5,
			attributes: map[string]string{"db.system.name": "postgresql", "server.address": "orders-db"}},
		{service: "stock", kind: incident.KindClient, name: "SELECT", from: 1, took: database, left: 6, right: 7, // at the same time
			attributes: map[string]string{"db.system": "postgresql", "net.peer.name": "orders-db"}},
		{service: "stock", kind: incident.KindClient, name: "GET", from: 300, took: 30, left: 8, right: 11},
		{service: "prices", kind: incident.KindServer, name: "GET /price", from: 301, took: 28, left: 9, right: 10},
	}
}

func timedAs(since, before []incident.TraceSummary) source.Answers {
	return source.Answers{"time since": source.Answer{Traces: since}, "time before": source.Answer{Traces: before}}
}

func TestADatabasesShareOfTheTimeIsToldApart(t *testing.T) {
	t.Parallel()
	c := slowed()
	r := phasetest.Learned(t, services.OwnTime(), c, timedAs(traced(40, request(600, 260)...), traced(50, request(350, 10)...)))
	require.Equal(t, "GET /stock of stock spends 570 ms a request outside traced calls, normally 320 ms; of that, 260 ms in calls to orders-db (postgresql), normally 10 ms "+
		"(means of 40 requests and 50 before).", r.Findings[0].Sentence)
	require.Equal(t, &incident.Peer{Type: incident.PeerDatabase, Name: "orders-db", System: "postgresql", Spent: incident.Spent{Now: 260, Before: 10},
		Calls: incident.Spent{Now: 2, Before: 2}, Each: incident.Spent{Now: 260, Before: 10}}, c.Facts.OwnTime.Slow())
}

func TestADatabaseThatIsAsQuickAsEverIsNotWhereTheTimeGoes(t *testing.T) {
	t.Parallel()
	c := slowed()
	r := phasetest.Learned(t, services.OwnTime(), c, timedAs(traced(40, request(600, 12)...), traced(50, request(350, 10)...)))
	require.Nil(t, c.Facts.OwnTime.Slow())
	require.Equal(t, incident.Info, r.Findings[0].Severity)
	require.Contains(t, r.Findings[0].Sentence, "12 ms in calls to orders-db (postgresql), normally 10 ms")
}

func TestTimeWithoutClientSpansIsNotSaidToBeTheServicesOwn(t *testing.T) {
	t.Parallel()
	c := slowed()
	bare := func(took int) []step {
		return []step{{service: "stock", kind: incident.KindServer, name: "GET /stock", took: took, left: 1, right: 2}}
	}
	r := phasetest.Learned(t, services.OwnTime(), c, timedAs(traced(40, bare(600)...), traced(40, bare(20)...)))
	require.Nil(t, c.Facts.OwnTime.Slow())
	require.Contains(t, r.Findings[0].Sentence, "it may go to the service itself or to what it calls without a trace")
}

func TestWhatACallIsToIsReadFromEveryConvention(t *testing.T) {
	t.Parallel()
	for _, known := range []struct {
		attributes map[string]string
		peer       incident.Peer
	}{
		{map[string]string{"db.system": "redis", "peer.service": "cache"}, incident.Peer{Type: incident.PeerDatabase, Name: "cache", System: "redis"}},
		{map[string]string{"db.system": "mysql", "db.name": "orders"}, incident.Peer{Type: incident.PeerDatabase, Name: "orders", System: "mysql"}},
		{map[string]string{"messaging.system": "kafka", "messaging.destination.name": "jobs"}, incident.Peer{Type: incident.PeerQueue, Name: "jobs", System: "kafka"}},
		{map[string]string{"url.full": "https://api.example.com/v1"}, incident.Peer{Type: incident.PeerHost, Name: "api.example.com"}},
		{nil, incident.Peer{Type: incident.PeerHost, Name: "GET"}},
	} {
		c := slowed()
		steps := func(took int) []step {
			return []step{{service: "stock", kind: incident.KindServer, name: "GET /stock", took: took, left: 1, right: 4},
				{service: "stock", kind: incident.KindClient, name: "GET", took: took - 5, left: 2, right: 3, attributes: known.attributes}}
		}
		phasetest.Learned(t, services.OwnTime(), c, timedAs(traced(40, steps(600)...), traced(40, steps(20)...)))
		known.peer.Spent, known.peer.Calls = incident.Spent{Now: 595, Before: 15}, incident.Spent{Now: 1, Before: 1}
		known.peer.Each = known.peer.Spent
		require.Equal(t, []incident.Peer{known.peer}, c.Facts.OwnTime.Peers)
	}
}

// asks is a request of stock that makes so many calls to its database of 10 ms each, so many at a time, and takes so long beside them.
func asks(calls, abreast, beside int) []step {
	turns := (calls + abreast - 1) / abreast
	all := []step{{service: "stock", kind: incident.KindServer, name: "GET /stock", took: 10*turns + beside, left: 1, right: 2 * (calls + 1)}}
	for i := range calls {
		all = append(all, step{service: "stock", kind: incident.KindClient, name: "SELECT item", from: 10 * (i / abreast), took: 10, left: 2 * (i + 1), right: 2*(i+1) + 1,
			attributes: map[string]string{"db.system": "postgresql", "server.address": "orders-db"}})
	}
	return all
}

func TestAStoreThatIsAskedMoreOftenIsNotSlow(t *testing.T) {
	t.Parallel()
	c := slowed()
	r := phasetest.Learned(t, services.OwnTime(), c, timedAs(traced(40, asks(87, 1, 20)...), traced(40, asks(3, 1, 20)...)))
	require.Nil(t, c.Facts.OwnTime.Slow(), "each call is as quick as ever")
	require.Equal(t, "orders-db", c.Facts.OwnTime.Longest().Name)
	require.Len(t, r.Findings, 2)
	require.Equal(t, "GET /stock of stock calls orders-db (postgresql) 87 times a request, normally 3; each call takes 10 ms, normally 10 ms.", r.Findings[1].Sentence)
}

func TestAStoreThatWasNotAskedBeforeIsSaidToBeNew(t *testing.T) {
	t.Parallel()
	c := slowed()
	bare := []step{{service: "stock", kind: incident.KindServer, name: "GET /stock", took: 20, left: 1, right: 2}}
	r := phasetest.Learned(t, services.OwnTime(), c, timedAs(traced(40, asks(30, 1, 20)...), traced(40, bare...)))
	require.Nil(t, c.Facts.OwnTime.Slow(), "nothing tells how quick it was")
	require.Equal(t, "GET /stock of stock calls orders-db (postgresql) 30 times a request, and did not before: each call takes 10 ms.", r.Findings[1].Sentence)
}

func TestCallsThatRunInTurnInsteadOfSideBySideAreTold(t *testing.T) {
	t.Parallel()
	c := slowed()
	r := phasetest.Learned(t, services.OwnTime(), c, timedAs(traced(40, asks(30, 1, 20)...), traced(40, asks(30, 10, 20)...)))
	require.True(t, c.Facts.OwnTime.IsChained())
	require.Nil(t, c.Facts.OwnTime.Slow())
	require.Equal(t, "GET /stock of stock makes its calls one after another: 1 at a time, normally 10.", r.Findings[1].Sentence)
	phasetest.Learned(t, services.OwnTime(), c, timedAs(traced(40, asks(60, 1, 20)...), traced(40, asks(30, 10, 20)...)))
	require.False(t, c.Facts.OwnTime.IsChained(), "twice as many calls are another matter")
}

func TestTimeInNoCallIsTold(t *testing.T) {
	t.Parallel()
	c := slowed()
	r := phasetest.Learned(t, services.OwnTime(), c, timedAs(traced(40, asks(3, 1, 400)...), traced(40, asks(3, 1, 20)...)))
	require.True(t, c.Facts.OwnTime.IsIdle())
	require.Equal(t, "idle", r.Findings[1].ID)
	require.Contains(t, r.Findings[1].Sentence, "spends 400 ms a request in none of its calls, normally 20 ms")
}

func TestAFewLongRequestsDoNotMakeTheTypicalOne(t *testing.T) {
	t.Parallel()
	c := slowed()
	now := append(traced(35, asks(3, 1, 20)...), traced(5, asks(87, 1, 20)...)...)
	phasetest.Learned(t, services.OwnTime(), c, timedAs(now, traced(40, asks(3, 1, 20)...)))
	require.False(t, c.Facts.OwnTime.Peers[0].IsOftener())
}

func TestRequestsThatWereNotBroughtWholeTellNoMeans(t *testing.T) {
	t.Parallel()
	c := slowed()
	cut := traced(40, request(600, 260)...)
	for i := range cut {
		cut[i].Matched++
	}
	_, err := services.OwnTime().Read(c, timedAs(cut, traced(40, request(350, 10)...)))
	phasetest.RequireSkip(t, err, "0 requests could be read whole since it began, and 40 before")
	phasetest.RequireUnable(t, services.OwnTime(), c, "time since", "time before")
}

func TestTimeIsToldApartOnlyWhereAServiceTakesLonger(t *testing.T) {
	t.Parallel()
	fails := said(shown("errors", incident.Aspect{Operation: "GET /stock"}, most, none))
	fails.Facts.Neighbours = &incident.Neighbours{}
	require.Empty(t, phasetest.Planned(t, services.OwnTime(), fails))
	require.Contains(t, phasetest.Learned(t, services.OwnTime(), fails, source.Answers{}).Findings[0].Sentence, "None of the services that changed most takes longer")
	questions := phasetest.Planned(t, services.OwnTime(), slowed())
	require.Len(t, questions, 2)
	require.Equal(t, incident.Window{From: ago(15 * time.Minute), To: ago(10 * time.Minute)}, questions["time before"].Window)
	require.Contains(t, questions["time since"].Text, `{ resource.service.name = "stock" && name = "GET /stock" } && (`)
}

func TestWithoutSampledRequestsNoTimeIsSaidToBeUsual(t *testing.T) {
	t.Parallel()
	c := slowed()
	c.Facts.Neighbours, c.Facts.Ranking = nil, &incident.Ranking{}
	_, err := services.OwnTime().Read(c, source.Answers{})
	phasetest.RequireSkip(t, err, "No requests could be sampled")
}
