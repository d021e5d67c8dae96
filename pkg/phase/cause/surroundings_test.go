package cause_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// surrounded is a case whose stack measures nodes, queues and certificates, and whose trace is slow or fails in the web
// service.
func surrounded() *incident.Case {
	c := slowNames()
	c.Facts.Lookups = nil
	c.Facts.Culprit.External = ""
	chosen := convention.Choose([]string{"node_pressure_cpu_waiting_seconds_total", "kafka_consumergroup_lag", "certmanager_certificate_expiration_timestamp_seconds"}, incident.Naming{})
	chosen.Cluster = c.Facts.Conventions.Cluster
	c.Facts.Conventions = &chosen
	return c
}

func found(nodes, queues, certificates []incident.Series) source.Answers {
	return source.Answers{"nodes": {Series: nodes}, "queues": {Series: queues}, "certificates": {Series: certificates}}
}

func onNode(name string, before, after float64) incident.Series {
	return use(map[string]string{"node": name}, before, after)
}

func ofQueue(topic, group string, before, after float64) incident.Series {
	return use(map[string]string{"topic": topic, "consumergroup": group}, before, after)
}

func expiring(name string, at time.Time) []incident.Series {
	return []incident.Series{{Labels: map[string]string{"name": name, "exported_namespace": "shop"}, Points: []incident.Point{{Time: end, Value: float64(at.Unix())}}}}
}

func TestNodesQueuesAndCertificatesAreAskedForWhereTheyAreMeasured(t *testing.T) {
	t.Parallel()
	c := surrounded()
	questions := phasetest.Planned(t, cause.Surroundings(), c)
	require.Equal(t, "max by (node, nodename, kubernetes_node, instance) (rate(node_pressure_cpu_waiting_seconds_total[1m]))", questions["nodes"].Text)
	require.Equal(t, "sum by (topic, consumergroup) (kafka_consumergroup_lag)", questions["queues"].Text)
	require.Equal(t, "max by (name, exported_namespace, namespace) (certmanager_certificate_expiration_timestamp_seconds) < 1772539200", questions["certificates"].Text)

	c.Facts.Conventions.Queue, c.Facts.Conventions.Certificates = nil, nil
	require.Len(t, phasetest.Planned(t, cause.Surroundings(), c), 1)
	reading := phasetest.Learned(t, cause.Surroundings(), c, source.Answers{"nodes": {Series: []incident.Series{onNode("a", 0.01, 0.01)}}})
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Equal(t, "On 1 node work waits for processors no longer than usual. Nothing measures queues and certificates.", reading.Findings[0].Sentence)

	c.Facts.Conventions.Nodes = nil
	_, err := cause.Surroundings().Plan(c)
	phasetest.RequireSkip(t, err, "No metric of nodes, queues or certificates")
}

func TestAStoreThatDoesNotAnswerLeavesTheSurroundingsUnchecked(t *testing.T) {
	t.Parallel()
	phasetest.RequireUnable(t, cause.Surroundings(), surrounded(), "nodes", "queues", "certificates")
}

func TestANodeShortOfProcessorsIsASuspectWhenTheTraceRanThere(t *testing.T) {
	t.Parallel()
	c := surrounded()
	c.Facts.Culprit.Span.Resource = map[string]string{"k8s.node.name": "node-b"}
	reading := phasetest.Learned(t, cause.Surroundings(), c, found([]incident.Series{onNode("node-a", 0.01, 0.02), onNode("node-b", 0.01, 0.9)}, nil, nil))
	require.Equal(t, incident.Found, reading.Outcome)
	require.Regexp(t, `^On node node-b work waits for a processor in 90% of the time, normally 1%, since 11:3\d:\d\d\.$`, reading.Findings[0].Sentence)
	v := judged(t, c)
	require.Equal(t, "Likely: node node-b is short of processors, and what runs there is slow.", v.Sentence)
	require.Equal(t, "node/node-b", v.Candidates[0].Component)
	require.Equal(t, `max(rate(node_pressure_cpu_waiting_seconds_total{node="node-b"}[5m]))`, c.Facts.Surroundings.Nodes[0].Query)
	require.Equal(t, "node node-b runs short of processors", v.Chain[0].Sentence)

	c.Facts.Culprit.Span.Resource["k8s.node.name"] = "node-a"
	require.NotContains(t, components(judged(t, c)), "node/node-b", "the trace met another node")
	c.Facts.Traits = &incident.Traits{Traits: []incident.Trait{{Service: "web", Attribute: "k8s.node.name", Value: "node-b", Failing: 9, FailingOf: 10, Passing: 30, PassingOf: 100}}}
	require.Equal(t, "node/node-b", judged(t, c).Candidates[0].Component, "most of its like met this one")
}

func TestAQueueThatNobodyEmptiesIsASuspectWhenTheTraceWritesToIt(t *testing.T) {
	t.Parallel()
	c := surrounded()
	c.Facts.Example.Trace.Spans = []incident.Span{{Service: "web", Kind: incident.KindProducer, Attributes: map[string]string{"messaging.destination.name": "jobs"}}}
	answers := found(nil, []incident.Series{ofQueue("jobs", "worker", 3, 1800), ofQueue("mails", "mailer", 4, 5), ofQueue("audit", "auditor", 10, 9000)}, nil)
	reading := phasetest.Learned(t, cause.Surroundings(), c, answers)
	require.Regexp(t, `^1,800 messages of jobs wait for worker, normally 3, since`, reading.Findings[1].Sentence)
	v := judged(t, c)
	require.Equal(t, "Likely: worker is behind: 1,800 messages of jobs wait for it.", v.Sentence)
	require.Equal(t, `sum(kafka_consumergroup_lag{consumergroup="worker",topic="jobs"})`, c.Facts.Surroundings.Queues[1].Query)
	require.Equal(t, "topic/jobs", v.Candidates[0].Component)
	require.NotContains(t, components(v), "topic/audit", "nothing links it to the failure")

	c.Facts.Example.Trace.Spans = append(c.Facts.Example.Trace.Spans, incident.Span{Service: "worker", Kind: incident.KindConsumer,
		Attributes: map[string]string{"messaging.destination.name": "jobs"}})
	require.NotContains(t, components(judged(t, c)), "topic/jobs", "its message was read")
}

func TestAnExpiredCertificateIsASuspectWhenTheCallSpeaksOfItOrGoesToItsOwner(t *testing.T) {
	t.Parallel()
	c := surrounded()
	reading := phasetest.Learned(t, cause.Surroundings(), c, found(nil, nil, expiring("ledger-tls", ago(21*time.Minute))))
	require.Equal(t, "Certificate ledger-tls (shop) expired at 11:39:00 on 3 March.", reading.Findings[0].Sentence)
	require.Equal(t, incident.Critical, reading.Findings[0].Severity)
	require.NotContains(t, components(judged(t, c)), "certificate/ledger-tls", "nothing links it to the failure")

	c.Facts.Culprit.External = "ledger.shop.svc"
	require.Equal(t, "Likely: the certificate ledger-tls (shop) expired at 11:39:00.", judged(t, c).Sentence)
	c.Facts.Culprit.External = "10.0.0.7"
	c.Facts.Culprit.Span.StatusMessage = "x509: it is too late"
	v := judged(t, c)
	require.Equal(t, "certificate/ledger-tls", v.Candidates[0].Component)
	require.Contains(t, v.Candidates[0].Because[1], "x509: it is too late")
}

func TestACertificateThatExpiredInAnotherYearIsToldWithItsYear(t *testing.T) {
	t.Parallel()
	c := surrounded()
	reading := phasetest.Learned(t, cause.Surroundings(), c, found(nil, nil, expiring("ledger", ago(100*24*time.Hour))))
	require.Equal(t, "Certificate ledger (shop) expired at 12:00:00 on 23 November 2025.", reading.Findings[0].Sentence)
}

func TestACertificateThatExpiredLongAgoIsToldAndNoSuspect(t *testing.T) {
	t.Parallel()
	c := surrounded()
	c.Facts.Culprit.External = "ledger"
	reading := phasetest.Learned(t, cause.Surroundings(), c, found(nil, nil, expiring("ledger", ago(40*24*time.Hour))))
	require.Equal(t, incident.Warning, reading.Findings[0].Severity)
	require.NotContains(t, components(judged(t, c)), "certificate/ledger")
}
