package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

var half = time.Date(2025, 1, 21, 10, 30, 0, 0, time.UTC) // when something ran short

// blaming is a case whose verdict blames a target, in requests of shop (namespace sales) that reach stock.
func blaming(service string, kind incident.CauseKind, target incident.Target) *incident.Case {
	resource := func(pod string) map[string]string {
		return map[string]string{"k8s.namespace.name": "sales", "k8s.pod.name": pod, "k8s.node.name": "worker-3"}
	}
	return &incident.Case{Subject: incident.Subject{Service: "shop"}, Facts: incident.Facts{
		Example: &incident.Example{Trace: incident.Trace{Spans: []incident.Span{
			{Service: "shop", Resource: map[string]string{"k8s.namespace.name": "sales", "k8s.pod.name": "shop-1", "k8s.node.name": "worker-1"}},
			{Service: "stock", Resource: resource("stock-7")},
		}}},
		Neighbours:   &incident.Neighbours{Services: []string{"pricer", "shop", "stock"}},
		Surroundings: &incident.Surroundings{},
		Conventions:  &incident.Conventions{},
		Verdict: &incident.Verdict{Level: incident.Likely, Candidates: []incident.Candidate{{Service: service, Kind: kind, Target: target},
			{Service: "other", Kind: "node-pressure", Target: incident.Target{Type: "node", Name: "other"}}}},
	}}
}

func movedAt(at time.Time) *incident.MovedAt {
	return &incident.MovedAt{Earliest: at.Add(-15 * time.Second), Latest: at.Add(15 * time.Second)}
}

func shortNode() *incident.Case {
	c := blaming("worker-3", "node-pressure", incident.Target{Type: "node", Name: "worker-3"})
	c.Facts.Surroundings.Nodes = []incident.Comparison{{Service: "worker-3", Abnormal: true, Moved: movedAt(half)}, {Service: "other", Abnormal: true, Moved: movedAt(half)}}
	c.Facts.Events = &incident.ClusterEvents{Jobs: []incident.JobStart{
		{At: half.Add(-time.Hour), Namespace: "sales", Job: "early-1", CronJob: "early"},
		{At: half.Add(-8 * time.Second), Namespace: "maps", Job: "heat-29", CronJob: "heat"},
		{At: half.Add(time.Minute), Namespace: "sales", Job: "late-1", CronJob: "late"},
	}}
	return c
}

func TestOnANodeThatRanShortTheJobThatCameJustBeforeIsEndedAndTheTracesPodsAreMoved(t *testing.T) {
	t.Parallel()
	looks, changes := commandsOf(t, shortNode())
	require.Equal(t, []string{
		"kubectl get pods -A -o wide --field-selector spec.nodeName=worker-3 --sort-by=.status.startTime",
		"kubectl top pods -A --sort-by=cpu",
		"kubectl describe node worker-3",
		"kubectl get pods -n maps -o wide -l job-name=heat-29",
	}, looks)
	require.Equal(t, []string{"kubectl delete job heat-29 -n maps", "kubectl cordon worker-3", "kubectl delete pod stock-7 -n sales"}, changes)
}

func TestWithoutAVerdictNothingIsSuggestedThatChangesANodeAQueueOrACertificate(t *testing.T) {
	t.Parallel()
	c := shortNode()
	c.Facts.Verdict.Level = incident.NoClearCause
	_, changes := commandsOf(t, c)
	require.Empty(t, changes)
}

func TestAConsumerOfKafkaThatIsBehindIsLookedAtStartedAgainAndLetPastAMessage(t *testing.T) {
	t.Parallel()
	c := blaming("pricer", "consumer-lag", incident.Target{Type: "queue", Name: "orders"})
	c.Facts.Conventions.Queue = &incident.QueueMetric{Waiting: "kafka_consumergroup_lag"}
	c.Facts.Surroundings.Queues = []incident.QueueState{{Comparison: incident.Comparison{Abnormal: true}, Queue: "orders", Consumer: "pricer"}}
	looks, changes := commandsOf(t, c)
	require.Equal(t, []string{
		"kubectl logs deployment/pricer -n sales --all-pods --tail=50",
		"kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group pricer",
		"kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group pricer", // again, after the change
	}, looks)
	require.Equal(t, []string{
		"kubectl rollout restart deployment/pricer -n sales",
		"kafka-consumer-groups.sh --bootstrap-server localhost:9092 --group pricer --topic orders:PARTITION --reset-offsets --shift-by 1 --execute",
	}, changes)
}

func TestAConsumerThatNobodyHasMetIsNotTakenForADeploymentAndAnotherBrokerNotForKafka(t *testing.T) {
	t.Parallel()
	c := blaming("group-7", "consumer-lag", incident.Target{Type: "queue", Name: "orders"})
	c.Facts.Conventions.Queue = &incident.QueueMetric{Waiting: "rabbitmq_queue_messages_ready"}
	c.Facts.Surroundings.Queues = []incident.QueueState{{Comparison: incident.Comparison{Abnormal: true}, Queue: "orders", Consumer: "group-7"}}
	looks, changes := commandsOf(t, c)
	require.Empty(t, looks)
	require.Empty(t, changes)
}

func TestACertificateOfCertManagerIsRenewed(t *testing.T) {
	t.Parallel()
	c := blaming("tax", "expired-certificate", incident.Target{Type: "certificate", Name: "tax-tls", Namespace: "billing"})
	c.Facts.Conventions.Certificates = &incident.CertificateMetric{Expires: "certmanager_certificate_expiration_timestamp_seconds"}
	c.Facts.Surroundings.Certificates = []incident.Certificate{{Name: "tax-tls", Namespace: "billing"}, {Name: "older", Namespace: "billing"}}
	looks, changes := commandsOf(t, c)
	require.Equal(t, []string{
		"kubectl describe certificate tax-tls -n billing",
		"kubectl get certificaterequests,orders,challenges -n billing",
		"kubectl wait --for=condition=Ready certificate/tax-tls -n billing --timeout=120s",
	}, looks)
	require.Equal(t, []string{"cmctl renew tax-tls -n billing"}, changes)

	c.Facts.Conventions.Certificates.Expires = "probe_ssl_earliest_cert_expiry"
	_, changes = commandsOf(t, c)
	require.Empty(t, changes, "who issues it is not known")
}
