package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// candidateOf is the candidate of a kind; nil where there is none.
func candidateOf(v incident.Verdict, kind incident.CauseKind) *incident.Candidate {
	for i := range v.Candidates {
		if v.Candidates[i].Kind == kind {
			return &v.Candidates[i]
		}
	}
	return nil
}

// inside is a case whose trace fails in the web service itself, and in no call to the outside.
func inside() *incident.Case {
	c := slowNames()
	c.Facts.Lookups = nil
	c.Facts.Culprit.External = ""
	return c
}

// abnormal is a number of a service that rose some time before the end.
func abnormal(what, service string, now, normal float64, unit incident.Unit, before time.Duration) incident.Comparison {
	rose := moved(before)
	return incident.Comparison{
		What:     what,
		Service:  service,
		Now:      now,
		Normal:   normal,
		Unit:     unit,
		Abnormal: true,
		Moved:    &rose,
		Query:    "ask",
	}
}

func TestSlowLookupsAreKnownByTheHostThatFailed(t *testing.T) {
	t.Parallel()
	c := slowNames()
	k := candidateOf(judged(t, c), "slow-dns-lookups")
	require.Equal(t, incident.Target{Type: "host", Name: "api.example.com"}, k.Target)
	require.Equal(t, []string{
		"DNS lookups of api.example.com take 2 s, normally 5 ms",
		"the failing trace ends in a call to api.example.com",
		"it began at 11:39:52, and the service's own numbers moved at 11:39:52: at the same time, as far as can be told",
	}, k.Because)

	c.Facts.Lookups.Of = "another.example.com"
	v := judged(t, c)
	require.NotContains(t, candidateOf(v, "slow-dns-lookups").Because, k.Because[1], "the call that failed went elsewhere")
	require.Equal(t, incident.Possible, v.Level)

	c.Facts.Lookups.Abnormal = false
	require.Nil(t, candidateOf(judged(t, c), "slow-dns-lookups"))
}

// full is a case whose failing service has no connection left.
func full(before time.Duration) *incident.Case {
	c := inside()
	limit := 20.0
	pool := abnormal("connections in use", "web", 20, 3, incident.Count, before)
	pool.Limit = &limit
	c.Facts.Pool = &pool
	return c
}

func TestAPoolThatRanOutIsLikelyWhenTheTraceFailsThere(t *testing.T) {
	t.Parallel()
	v := judged(t, full(21*time.Minute))
	require.Equal(t, "Likely: the connection pool of web is exhausted.", v.Sentence)
	require.Equal(t, "the connection pool of web is exhausted.", v.Statement)
	require.Equal(t, incident.Target{Type: "pool", Name: "web"}, v.Candidates[0].Target)
	require.Contains(t, v.Candidates[0].Because, "20 of 20 connections are in use, normally 3")
	require.Equal(t, "connections of web run out", v.Chain[0].Sentence)

	late := judged(t, full(5*time.Minute))
	require.Equal(t, incident.Possible, late.Level, "it ran out after the onset")
	elsewhere := full(21 * time.Minute)
	elsewhere.Facts.Culprit.Span.Service = "bank"
	require.Equal(t, incident.Possible, judged(t, elsewhere).Level, "the trace fails in another service")
}

func TestAPoolThatFilledWhileLookupsWereSlowIsASymptomOfThem(t *testing.T) {
	t.Parallel()
	c := full(21 * time.Minute)
	c.Facts.Lookups = slowNames().Facts.Lookups
	v := judged(t, c)
	require.Nil(t, candidateOf(v, "exhausted-connection-pool"))
	var told []string
	for _, l := range v.Chain {
		told = append(told, l.Step)
	}
	require.Contains(t, told, "cause/pool", "it is still told when that happened")
}

// limits is a case whose failing service came near its limits.
func limits(cpu, memory *incident.Comparison) *incident.Case {
	c := inside()
	c.Facts.Saturation = &incident.Saturation{CPU: cpu, Memory: memory}
	return c
}

func TestALimitIsASuspectUnlessItIsReachedAfterTheOnset(t *testing.T) {
	t.Parallel()
	cpu := abnormal("throttled CPU periods", "web", 0.6, 0.02, incident.Ratio, 21*time.Minute)
	memory := abnormal("memory of its limit", "web", 0.97, 0.5, incident.Ratio, 22*time.Minute)
	v := judged(t, limits(&cpu, &memory))
	for kind, says := range map[incident.CauseKind]string{
		"cpu-limit":    "throttled CPU periods: 60%, normally 2%",
		"memory-limit": "memory of its limit: 97%, normally 50%",
	} {
		k := candidateOf(v, kind)
		require.Equal(t, says, k.Because[0])
		require.Equal(t, incident.Target{Type: "service", Name: "web"}, k.Target)
	}
	require.Equal(t, "memory of web begins to rise towards its limit", v.Chain[0].Sentence)
	require.Equal(t, "web begins to wait for CPU", v.Chain[1].Sentence)

	late := abnormal("throttled CPU periods", "web", 0.6, 0.02, incident.Ratio, 5*time.Minute)
	require.Nil(t, candidateOf(judged(t, limits(&late, nil)), "cpu-limit"))
	timeless := cpu
	timeless.Moved = nil
	require.NotNil(t, candidateOf(judged(t, limits(&timeless, nil)), "cpu-limit"), "nothing says that it came after")
	usual := cpu
	usual.Abnormal = false
	require.Nil(t, candidateOf(judged(t, limits(&usual, nil)), "cpu-limit"))
}

func TestALimitOfTheServiceThatWasCalledIsTiedToTheCall(t *testing.T) {
	t.Parallel()
	cpu := abnormal("throttled CPU periods", "resizer", 0.6, 0.02, incident.Ratio, 21*time.Minute)
	k := candidateOf(judged(t, limits(&cpu, nil)), "cpu-limit")
	require.Equal(t, "the failing trace goes wrong in a call to it", k.Because[1])
}

func TestAFailingCallIsNamedByWhereItGoes(t *testing.T) {
	t.Parallel()
	c := inside()
	c.Facts.Culprit.Span.Failed = true
	v := judged(t, c)
	require.Equal(t, "Possible: GET of web fails.", v.Sentence)
	require.Equal(t, incident.Target{Type: "operation", Name: "GET"}, v.Candidates[0].Target)
	c.Facts.Culprit.External = "api.example.com"
	require.Equal(t, "Possible: calls from web to api.example.com fail.", judged(t, c).Sentence)
	c.Facts.Culprit.Span.Failed, c.Facts.Culprit.External = false, ""
	require.Equal(t, "Possible: GET of web takes the largest part of the time.", judged(t, c).Sentence, "a part may be less than half")
	c.Facts.Culprit.Self = c.Facts.Example.Trace.Duration
	require.Equal(t, "Possible: GET of web takes most of the time.", judged(t, c).Sentence, "what is slow does not fail")
	c.Facts.Pattern = &incident.FailingPattern{Service: "web", Text: "no answer", Now: 80, Before: 2,
		Window: incident.Window{From: ago(5 * time.Minute), To: ago(0)}, Baseline: incident.Window{From: ago(80 * time.Minute), To: ago(20 * time.Minute)}}
	hour := judged(t, c).Candidates[0].Because
	c.Facts.Pattern.Baseline.From = ago(24 * time.Minute)
	require.Contains(t, append(hour, judged(t, c).Candidates[0].Because...), `web wrote "no answer" 80 times in 5 min, 2 in the 4 min before the onset`)
	require.Contains(t, hour, `web wrote "no answer" 80 times in 5 min, 2 in the hour before the onset`)
	c.Facts.Pattern.Before = 70
	require.Len(t, judged(t, c).Candidates[0].Because, 1, "in four minutes it is as often")
	c.Facts.Pattern.Service = "bank"
	require.Len(t, judged(t, c).Candidates[0].Because, 1, "another service's lines say nothing of it")
}

func TestTheWorstDependencyIsNamedWhereNoTraceTellsMore(t *testing.T) {
	t.Parallel()
	c := caseWithOnset()
	c.Facts.Dependencies = &incident.Dependencies{Rows: []incident.Dependency{
		{Service: "mail", Health: incident.Healthy},
		{Service: "bank", Health: incident.Failing},
		{Service: "ledger", Health: incident.Degraded},
	}}
	v := judged(t, c)
	require.Equal(t, "Possible: bank is failing.", v.Sentence)
	require.Equal(t, incident.CauseKind("failing-dependency"), v.Candidates[0].Kind)
	require.Len(t, v.Candidates, 1)

	c.Facts.Culprit, c.Facts.Example = &incident.Culprit{Span: incident.Span{Service: "bank", Name: "charge"}}, &incident.Example{}
	v = judged(t, c)
	require.Nil(t, candidateOf(v, "failing-dependency"), "a trace tells more")
	require.Contains(t, candidateOf(v, "failing-call").Because, "bank is the dependency that is failing")
}

// short is a case with a node that has too few processors since some time before the end.
func short(node string, before time.Duration) *incident.Case {
	c := inside()
	c.Facts.Surroundings = &incident.Surroundings{Nodes: []incident.Comparison{abnormal("time waiting for a processor", node, 0.9, 0.01, incident.Ratio, before)}}
	return c
}

func TestANodeIsASuspectOnlyWhereTheRequestsRan(t *testing.T) {
	t.Parallel()
	ranOn := func(c *incident.Case, node string) *incident.Case {
		c.Facts.Culprit.Span.Resource = map[string]string{"k8s.node.name": node}
		return c
	}
	v := judged(t, ranOn(short("node-b", 21*time.Minute), "node-b"))
	require.Equal(t, "Likely: node node-b is short of processors, and what runs there is slow.", v.Sentence)
	require.Equal(t, incident.Target{Type: "node", Name: "node-b"}, v.Candidates[0].Target)
	require.Equal(t, "node node-b runs short of processors", v.Chain[0].Sentence)
	require.Greater(t, v.Candidates[0].Score, v.Candidates[1].Score, "it goes before what it explains")

	for name, c := range map[string]*incident.Case{
		"another node":    ranOn(short("node-b", 21*time.Minute), "node-a"),
		"no node known":   short("node-b", 21*time.Minute),
		"after the onset": ranOn(short("node-b", 5*time.Minute), "node-b"),
	} {
		require.Nil(t, candidateOf(judged(t, c), "node-pressure"), name)
	}
	common := short("node-b", 21*time.Minute)
	common.Facts.Traits = &incident.Traits{Traits: []incident.Trait{
		{Service: "web", Attribute: "k8s.node.name", Value: "node-b", Failing: 9, FailingOf: 10, Passing: 30, PassingOf: 100},
	}}
	require.Contains(t, candidateOf(judged(t, common), "node-pressure").Because, "9 of 10 such traces meet web on node node-b, and 30 of 100 others do")
}

// behind is a case whose trace writes to a queue that nobody empties since some time before the end.
func behind(consumer string, before time.Duration) *incident.Case {
	c := inside()
	c.Facts.Surroundings = &incident.Surroundings{Queues: []incident.QueueState{
		{Comparison: abnormal("messages waiting", consumer, 1800, 3, incident.Count, before), Queue: "jobs", Consumer: consumer},
	}}
	c.Facts.Example.Trace.Spans = []incident.Span{
		{Service: "web", Kind: incident.KindProducer, Attributes: map[string]string{"messaging.destination.name": "jobs"}},
	}
	return c
}

func TestAQueueIsASuspectWhenTheTraceWritesToItAndNobodyReads(t *testing.T) {
	t.Parallel()
	v := judged(t, behind("worker", 21*time.Minute))
	require.Equal(t, "Likely: worker is behind: 1,800 messages of jobs wait for it.", v.Sentence)
	require.Equal(t, incident.Target{Type: "queue", Name: "jobs"}, v.Candidates[0].Target)
	require.Equal(t, "1,800 messages of jobs wait for worker, normally 3", v.Candidates[0].Because[0])

	nameless := judged(t, behind("", 21*time.Minute))
	require.Equal(t, "jobs", nameless.Candidates[0].Service, "nobody says who reads it")
	require.Equal(t, "1,800 messages of jobs wait, normally 3", nameless.Candidates[0].Because[0])

	read := behind("worker", 21*time.Minute)
	read.Facts.Example.Trace.Spans = append(read.Facts.Example.Trace.Spans,
		incident.Span{Service: "worker", Kind: incident.KindConsumer, Attributes: map[string]string{"messaging.destination.name": "jobs"}})
	require.Nil(t, candidateOf(judged(t, read), "consumer-lag"), "its message was read")
	require.Nil(t, candidateOf(judged(t, behind("worker", 5*time.Minute)), "consumer-lag"), "it came after the onset")
}

func TestAQueueWhoseConsumerIsCalledIsPossible(t *testing.T) {
	t.Parallel()
	c := behind("worker", 21*time.Minute)
	c.Facts.Example.Trace.Spans = nil
	require.Nil(t, candidateOf(judged(t, c), "consumer-lag"))
	c.Facts.Callees = &incident.Callees{Services: []string{"shop-worker"}}
	v := judged(t, c)
	require.Contains(t, candidateOf(v, "consumer-lag").Because, "web sends messages to worker")
}

// expired is a case whose call to a host fails, and in which a certificate has expired.
func expired(name, host, says string, recent bool) *incident.Case {
	c := inside()
	c.Facts.Culprit.External, c.Facts.Culprit.Span.StatusMessage = host, says
	c.Facts.Surroundings = &incident.Surroundings{Certificates: []incident.Certificate{
		{Name: name, Namespace: "shop", Expired: ago(21 * time.Minute), Recent: recent},
	}}
	return c
}

func TestACertificateIsASuspectWhenItsOwnerIsCalledOrTheCallSpeaksOfOne(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		c    *incident.Case
		want bool
	}{
		"its owner is called":      {expired("ledger-tls", "ledger.shop.svc", "", true), true},
		"the call speaks of one":   {expired("other", "10.0.0.7", "x509: certificate has expired", true), true},
		"of a host with a star":    {expired("*.example.com", "api.example.com", "", true), true},
		"of an address":            {expired("https://api.example.com/health", "api.example.com", "", true), true},
		"nothing links the two":    {expired("other", "ledger.shop.svc", "connection refused", true), false},
		"it expired long ago":      {expired("ledger-tls", "ledger.shop.svc", "", false), false},
		"the call leaves no trace": {expired("ledger-tls", "", "", true), false},
	} {
		k := candidateOf(judged(t, test.c), "expired-certificate")
		require.Equal(t, test.want, k != nil, name)
		if k != nil {
			require.Equal(t, "certificate", k.Target.Type)
			require.Equal(t, "shop", k.Target.Namespace)
		}
	}
	v := judged(t, expired("ledger-tls", "ledger.shop.svc", "", true))
	require.Equal(t, "Likely: the certificate ledger-tls (shop) expired at 11:39:00.", v.Sentence)
	require.Equal(t, "ledger.shop.svc", v.Candidates[0].Service, "in whom it lies")
}

func TestAPoolThatSeveralServicesShareGoesBeforeEachOfThem(t *testing.T) {
	t.Parallel()
	c := full(20 * time.Minute)
	c.Facts.Shared = &incident.SharedPool{Name: "orders", Users: []incident.Comparison{
		abnormal("connections in use", "reports", 1, 0.3, incident.Ratio, 22*time.Minute),
		abnormal("connections in use", "web", 1, 0.2, incident.Ratio, 21*time.Minute),
	}}
	v := judged(t, c)
	require.Equal(t, "Likely: reports and web have run out of connections to orders.", v.Sentence)
	require.Equal(t, incident.CauseKind("shared-connection-pool"), v.Candidates[0].Kind)
	require.Equal(t, incident.CauseKind("exhausted-connection-pool"), v.Candidates[1].Kind)
	require.Equal(t, "reports runs out of connections to orders", v.Chain[0].Sentence)
}

func TestNothingLearnedIsNoVerdict(t *testing.T) {
	t.Parallel()
	v, blame := verdict.Judge(&incident.Case{Subject: incident.Subject{Service: "web"}})
	require.Equal(t, "No clear cause: nothing that was looked at explains it.", v.Sentence)
	require.Equal(t, "nothing that was looked at explains it.", v.Statement)
	require.Equal(t, incident.NoClearCause, v.Level)
	require.Empty(t, v.Candidates)
	require.Nil(t, blame)
	require.Nil(t, v.Blamed())

	blind := &incident.Case{Steps: []incident.StepResult{{Outcome: incident.NotChecked}}}
	v, _ = verdict.Judge(blind)
	require.Equal(t, "No clear cause, but not everything could be looked at.", v.Sentence)
	require.Equal(t, v.Sentence, v.Statement)
}
