package verdict_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// sold is a case of a service of which spans tell where it runs, and whose own numbers can be asked again.
func sold(c *incident.Case) *incident.Case {
	where := map[string]string{"k8s.namespace.name": "shop", "k8s.deployment.name": "web", "k8s.pod.name": "web-0", "k8s.node.name": "node-b"}
	c.Facts.Culprit.Span.Resource = where
	c.Facts.Example.Trace.Spans = append(c.Facts.Example.Trace.Spans, incident.Span{Service: "web", Name: "GET", Resource: where})
	c.Facts.Latency.Query, c.Facts.Latency.Normal = "p99", 0.4
	c.Facts.Events = &incident.ClusterEvents{Jobs: []incident.JobStart{{At: ago(22 * time.Minute), Namespace: "shop", Job: "report-1", CronJob: "report"}}}
	return c
}

// whole writes everything that follows from what a case knows: the verdict, why, the timeline, what has to come back, and the
// commands.
func whole(t *testing.T, c *incident.Case) string {
	t.Helper()
	v := judged(t, c)
	var b strings.Builder
	k := v.Candidates[0]
	fmt.Fprintf(&b, "%s\n%s of %s: %s %s", v.Sentence, k.Kind, k.Service, k.Target.Type, k.Target.Name)
	if k.Target.Namespace != "" {
		fmt.Fprintf(&b, " in %s", k.Target.Namespace)
	}
	b.WriteString("\n")
	for _, because := range k.Because {
		fmt.Fprintf(&b, "because %s\n", because)
	}
	for _, l := range v.Chain {
		fmt.Fprintf(&b, "%s %s (%s)\n", l.At.Format("15:04"), l.Sentence, l.Step)
	}
	for _, n := range verdict.Criteria(&c.Facts) {
		fmt.Fprintf(&b, "back: %s, %s\n", n.ID, n.Name)
	}
	advised := verdict.Advise(c)
	for _, k := range advised.Looks {
		fmt.Fprintf(&b, "look: %s\n", k.Text)
	}
	for _, k := range advised.Remedies {
		fmt.Fprintf(&b, "then: %s\n", k.Text)
	}
	return b.String()
}

// ofEachKind are cases whose verdict names a cause of each kind, but for the one that no verdict names.
func ofEachKind() map[incident.CauseKind]*incident.Case {
	cpu := abnormal("throttled CPU periods", "web", 0.6, 0.02, incident.Ratio, 21*time.Minute)
	memory := abnormal("memory of its limit", "web", 0.97, 0.5, incident.Ratio, 21*time.Minute)
	surge := limits(&cpu, nil)
	rose := moved(22 * time.Minute)
	surge.Facts.Traffic = &incident.Change{Now: 20, Normal: 5, Unit: incident.PerSecond, Moved: &rose, Query: "rate"}
	surge.Facts.Patterns = &incident.LogPatterns{Now: incident.LogSample{Lines: 1200, Covered: 5 * time.Minute}, Before: incident.LogSample{Lines: 600, Covered: 10 * time.Minute}}
	surge.Facts.Neighbours = askedIn(1)
	shared := full(20 * time.Minute)
	shared.Facts.Shared = &incident.SharedPool{Name: "orders", Users: []incident.Comparison{
		abnormal("connections in use", "web", 1, 0.2, incident.Ratio, 21*time.Minute),
		abnormal("connections in use", "reports", 1, 0.3, incident.Ratio, 20*time.Minute),
	}}
	requests := inside()
	requests.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{failing("stock", 0.9, 1e-9)}}
	requests.Facts.Witness = countedAs(incident.WitnessConfirms, &requests.Facts.Ranking.Services[0])
	dependency := caseWithOnset()
	dependency.Facts.Latency = &incident.Change{Now: 3, Normal: 0.4, Unit: incident.Seconds, Worse: true, Query: "p99"}
	dependency.Facts.Dependencies = &incident.Dependencies{Rows: []incident.Dependency{{Service: "bank", Health: incident.Failing}}}
	lookups := slowNames()
	lookups.Facts.Lookups.Query = "lookups"
	certificate := sold(expired("ledger-tls", "ledger.shop.svc", "", true))
	certificate.Facts.Conventions.Certificates = &incident.CertificateMetric{Expires: "certmanager_certificate_expiration_timestamp_seconds"}
	queue := sold(behind("web-worker", 21*time.Minute))
	queue.Facts.Callees = &incident.Callees{Services: []string{"web-worker"}}
	queue.Facts.Conventions.Queue = &incident.QueueMetric{Waiting: "kafka_consumergroup_lag"}
	killed := sold(crashed(22 * time.Minute))
	killed.Facts.Pods.New[0].OutOfMemory = true
	failing := inside()
	failing.Facts.Culprit.Span.Failed = true
	held := inside()
	held.Facts.Culprit.Span.Failed = true
	held.Facts.Culprit.Span.Attributes = map[string]string{"db.system": "postgresql", "server.address": "stock-db"}
	held.Facts.Locks = &incident.Locks{Said: "lock timeout", Service: "web", Table: "stock",
		Holders: []incident.LockHolder{{Service: "recount", At: ago(21 * time.Minute), Text: "LOCK TABLE stock", Table: true}}}
	return map[incident.CauseKind]*incident.Case{
		"held-lock":                 sold(held),
		"stalled-service":           stuck("error", 60),
		"breaking-change":           sold(crashed(22*time.Minute, changeOf("NetworkPolicy", "restrict-web", incident.Created, 25*time.Minute))),
		"unhealthy-workload":        killed,
		"service-change":            sold(changed(inside(), changeOf("Deployment", "web", incident.RolledOut, 25*time.Minute))),
		"node-pressure":             sold(short("node-b", 21*time.Minute)),
		"consumer-lag":              queue,
		"expired-certificate":       certificate,
		"shared-connection-pool":    sold(shared),
		"load-surge":                sold(surge),
		"slow-dns-lookups":          sold(lookups),
		"exhausted-connection-pool": sold(full(21 * time.Minute)),
		"cpu-limit":                 sold(limits(&cpu, nil)),
		"memory-limit":              sold(limits(nil, &memory)),
		"failing-call":              sold(failing),
		"failing-dependency":        dependency,
		"slow-dependency":           waits(240),
		"changed-requests":          sold(requests),
	}
}

// follows is what follows from each of them, line by line.
var follows = map[incident.CauseKind][]string{
	"breaking-change": {
		"Likely: web has been unhealthy since network policy restrict-web (shop) was created.",
		"breaking-change of web: NetworkPolicy restrict-web in shop",
		"because network policy restrict-web (shop) was created at 11:35:00, 5 min before the onset",
		"because web became unhealthy after it, at 11:37:52",
		"because 1 pod of web (shop) is in CrashLoopBackOff, since 11:37:52",
		"because the failing trace goes wrong there: 2,000 ms of 3,000 ms",
		"11:35 network policy restrict-web (shop) was created (cause/changes)",
		"11:37 pods of web (shop) begin to crash (cause/pods)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"look: kubectl get pods -n shop -o wide",
		"look: kubectl describe pod web-0 -n shop",
		"look: kubectl get networkpolicy restrict-web -n shop -o yaml",
		"then: kubectl delete networkpolicy restrict-web -n shop",
	},
	"unhealthy-workload": {
		"Likely: web runs out of memory, and its pods are killed (OOMKilled).",
		"unhealthy-workload of web: workload web in shop",
		"because 1 pod of web (shop) is in CrashLoopBackOff because they ran out of memory (OOMKilled), since 11:37:52",
		"because it began at 11:37:52, before the service's own numbers moved at 11:39:52",
		"because the failing trace goes wrong there: 2,000 ms of 3,000 ms",
		"11:37 pods of web (shop) begin to crash (cause/pods)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"look: kubectl top pods -n shop --sort-by=memory",
		"look: kubectl rollout history deployment/web -n shop",
		"look: kubectl get pods -n shop -o wide",
		"look: kubectl describe pod web-0 -n shop",
		"then: kubectl rollout restart deployment/web -n shop",
		"then: kubectl set resources deployment/web -n shop --limits=memory=MEMORY",
		"then: kubectl rollout status deployment/web -n shop",
	},
	"service-change": {
		"Possible: deployment web (shop) was rolled out at 11:35:00, and fails since.",
		"service-change of web: Deployment web in shop",
		"because deployment web (shop) was rolled out at 11:35:00, 5 min before the onset",
		"because the failing trace goes wrong there: 2,000 ms of 3,000 ms",
		"because it began at 11:35:00, before the service's own numbers moved at 11:39:52",
		"11:35 deployment web (shop) was rolled out (cause/changes)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"look: kubectl get deployment web -n shop -o yaml",
		"look: kubectl rollout history deployment/web -n shop",
		"then: kubectl rollout undo deployment/web -n shop",
		"then: kubectl rollout status deployment/web -n shop",
	},
	"node-pressure": {
		"Likely: node node-b is short of processors, and what runs there is slow.",
		"node-pressure of node-b: node node-b",
		"because work on node node-b waits for a processor in 90% of the time, normally 1%",
		"because GET of web, where the trace's time went, ran on node node-b",
		"because it began at 11:38:52, before the service's own numbers moved at 11:39:52",
		"11:38 node node-b runs short of processors (cause/surroundings)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"back: node-pressure/node-b, time waiting for a processor on node-b",
		"look: kubectl get pods -A -o wide --field-selector spec.nodeName=node-b --sort-by=.status.startTime",
		"look: kubectl top pods -A --sort-by=cpu",
		"look: kubectl describe node node-b",
		"look: kubectl get pods -n shop -o wide -l job-name=report-1",
		"then: kubectl delete job report-1 -n shop",
		"then: kubectl cordon node-b",
		"then: kubectl delete pod web-0 -n shop",
	},
	"consumer-lag": {
		"Likely: web-worker is behind: 1,800 messages of jobs wait for it.",
		"consumer-lag of web-worker: queue jobs",
		"because 1,800 messages of jobs wait for web-worker, normally 3",
		"because the failing trace writes to jobs, and nothing of what reads it is in the trace",
		"because it began at 11:38:52, before the service's own numbers moved at 11:39:52",
		"11:38 messages of jobs begin to wait for web-worker (cause/surroundings)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"back: consumer-lag/jobs, messages waiting in jobs",
		"look: kubectl logs deployment/web-worker -n shop --all-pods --tail=50",
		"look: kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group web-worker",
		"then: kubectl rollout restart deployment/web-worker -n shop",
		"then: kafka-consumer-groups.sh --bootstrap-server localhost:9092 --group web-worker --topic jobs:PARTITION --reset-offsets --shift-by 1 --execute",
		"then: kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group web-worker",
	},
	"expired-certificate": {
		"Likely: the certificate ledger-tls (shop) expired at 11:39:00.",
		"expired-certificate of ledger.shop.svc: certificate ledger-tls in shop",
		"because certificate ledger-tls (shop) expired at 11:39:00 on 3 March",
		"because the failing trace ends in a call to ledger.shop.svc",
		"because it expired at 11:39:00; the service's own numbers moved at 11:39:52",
		"11:39 certificate ledger-tls (shop) expires (cause/surroundings)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"look: kubectl describe certificate ledger-tls -n shop",
		"look: kubectl get certificaterequests,orders,challenges -n shop",
		"then: cmctl renew ledger-tls -n shop",
		"then: kubectl wait --for=condition=Ready certificate/ledger-tls -n shop --timeout=120s",
	},
	"stalled-service": {
		`Possible: web handles nothing any more and repeats "cannot read message".`,
		"stalled-service of web: service web",
		"because no request to it since 11:40:00, normally 1.7/s",
		`because web wrote "cannot read message" 60 times in 5 min, 0 in 10 min before`,
		"11:39 requests to web fall to 0/s (impact/request-rate)",
	},
	"held-lock": {
		"Likely: recount took a lock on stock, which GET of web waits for.",
		"held-lock of recount: table stock",
		`because recount wrote at 11:39:00: "LOCK TABLE stock"`,
		`because GET of web waits for a lock on it: "lock timeout"`,
		"because it began at 11:39:00, before the service's own numbers moved at 11:39:52",
		"11:39 recount takes a lock on stock (cause/locks)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"look: psql -h stock-db -c 'SELECT pid, application_name, client_addr, now() - xact_start AS open, query FROM pg_stat_activity WHERE pid IN (SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity)'",
		"then: psql -h stock-db -c 'SELECT pg_terminate_backend(blocker) FROM (SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity) AS waits(blocker)'",
	},
	"shared-connection-pool": {
		"Likely: web and reports have run out of connections to orders.",
		"shared-connection-pool of orders: pool orders",
		"because 2 services wait for connections to orders: web and reports use 100% of theirs, normally 20%",
		"because it began at 11:38:52, before the service's own numbers moved at 11:39:52",
		"because the failing trace goes wrong in the same service",
		"11:38 web runs out of connections to orders (cause/pool)",
		"11:39 connections of web run out (cause/pool)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"back: connection-pool/web, connections in use",
		"back: shared-connection-pool/web, connections to orders in use by web",
		"back: shared-connection-pool/reports, connections to orders in use by reports",
		"look: kubectl get pods -n shop -o wide -l job-name=report-1",
		"look: kubectl get pods -n shop -o wide",
		"then: kubectl delete job report-1 -n shop",
		"then: kubectl rollout restart deployment/web -n shop",
	},
	"load-surge": {
		"Likely: load, and no fault of the service: requests to web rose to 4.0 times the usual.",
		"load-surge of web: service web",
		"because requests rose from 5/s to 20/s at 11:37:52",
		"because it began at 11:37:52, before the service's own numbers moved at 11:39:52",
		"because the failing trace goes wrong in the same service",
		"because web waits for CPU in 60% of its periods since, normally 2%",
		"11:37 requests to web rise to 20/s (impact/request-rate)",
		"11:38 web begins to wait for CPU (cause/limits)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"back: cpu-limit/web, throttled CPU periods",
		"back: request-rate, request rate",
		"look: kubectl get deployment,hpa -n shop",
		"look: kubectl top pods -n shop",
		"then: kubectl scale deployment/web -n shop --replicas=PODS",
		"then: kubectl rollout status deployment/web -n shop",
	},
	"slow-dns-lookups": {
		"Likely: DNS lookups of api.example.com by web are slow.",
		"slow-dns-lookups of web: host api.example.com",
		"because DNS lookups of api.example.com take 2 s, normally 5 ms",
		"because the failing trace ends in a call to api.example.com",
		"because it began at 11:39:52, and the service's own numbers moved at 11:39:52: at the same time, as far as can be told",
		"11:39 DNS lookups of api.example.com by web slow down (cause/lookups)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"back: dns-lookups/api.example.com, DNS lookups of api.example.com",
		"look: dig +tries=1 api.example.com",
	},
	"exhausted-connection-pool": {
		"Likely: the connection pool of web is exhausted.",
		"exhausted-connection-pool of web: pool web",
		"because 20 of 20 connections are in use, normally 3",
		"because the failing trace goes wrong in the same service",
		"because it began at 11:38:52, before the service's own numbers moved at 11:39:52",
		"11:38 connections of web run out (cause/pool)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"back: connection-pool/web, connections in use",
		"look: kubectl get pods -n shop -o wide -l job-name=report-1",
		"look: kubectl get pods -n shop -o wide",
		"then: kubectl delete job report-1 -n shop",
		"then: kubectl rollout restart deployment/web -n shop",
	},
	"cpu-limit": {
		"Likely: web waits for CPU at its limit.",
		"cpu-limit of web: service web",
		"because throttled CPU periods: 60%, normally 2%",
		"because the failing trace goes wrong in the same service",
		"because it began at 11:38:52, before the service's own numbers moved at 11:39:52",
		"11:38 web begins to wait for CPU (cause/limits)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"back: cpu-limit/web, throttled CPU periods",
		"look: kubectl get deployment,hpa -n shop",
		"look: kubectl top pods -n shop",
		"then: kubectl scale deployment/web -n shop --replicas=PODS",
		"then: kubectl rollout status deployment/web -n shop",
	},
	"memory-limit": {
		"Likely: web is at its memory limit.",
		"memory-limit of web: service web",
		"because memory of its limit: 97%, normally 50%",
		"because the failing trace goes wrong in the same service",
		"because it began at 11:38:52, before the service's own numbers moved at 11:39:52",
		"11:38 memory of web begins to rise towards its limit (cause/limits)",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
		"back: memory-limit/web, memory of its limit",
		"look: kubectl top pods -n shop --sort-by=memory",
		"look: kubectl rollout history deployment/web -n shop",
		"then: kubectl rollout restart deployment/web -n shop",
		"then: kubectl set resources deployment/web -n shop --limits=memory=MEMORY",
		"then: kubectl rollout status deployment/web -n shop",
	},
	"failing-call": {
		"Possible: GET of web fails.",
		"failing-call of web: operation GET",
		"because the failing trace goes wrong there: 2,000 ms of 3,000 ms",
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
	},
	"failing-dependency": {
		"Possible: bank is failing.",
		"failing-dependency of bank: service bank",
		"because bank is the dependency that is failing",
		"back: p99-latency, p99 latency",
	},
	"slow-dependency": {
		"Possible: calls from stock to orders-db (postgresql) take 250 ms a request, normally 10 ms.",
		"slow-dependency of orders-db: database orders-db",
		"because calls from stock to orders-db (postgresql) take 250 ms a request, normally 10 ms",
		"because stock takes longer for GET /stock, traced calls left out: 570 ms, normally 320 ms (in 90 of 100 requests, before in 0%)",
		"because slow GET /stock of stock, of all traces: 240 in 5 min, before 2 in 5 min",
		"because nothing traces orders-db itself: the calls may wait there, on the way, or for a connection",
	},
	"changed-requests": {
		`Likely: stock writes the log line "info main.go:43" in 4 of 6 requests, before in 0%; of all traces, 240 in 5 min, before 2 in 5 min.`,
		"changed-requests of stock: service stock",
		`because stock writes the log line "info main.go:43" in 4 of 6 requests, before in 0%`,
		`because log lines "info main.go:43" of stock, of all traces: 240 in 5 min, before 2 in 5 min`,
		"11:39 p99 latency of web rises to 3 s (impact/latency)",
		"back: p99-latency, p99 latency",
	},
}

func TestWhatFollowsFromEveryKindOfCause(t *testing.T) {
	t.Parallel()
	cases := ofEachKind()
	for _, k := range verdict.Causes() {
		if k.Unlinked {
			require.NotContains(t, cases, k.Kind, "no verdict names it")
			continue
		}
		if _, blocks := cluster.BlockerOf(k.Kind); blocks {
			continue // TestWhateverBlocksACalleeIsNamed has them all
		}
		t.Run(string(k.Kind), func(t *testing.T) {
			t.Parallel()
			require.Contains(t, cases, k.Kind, "every kind has its case")
			require.Equal(t, follows[k.Kind], strings.Split(strings.TrimSuffix(whole(t, cases[k.Kind]), "\n"), "\n"))
		})
	}
}

// A cause is found by the facts that it declares, and by those of the symptoms that it explains.
func TestEveryCauseIsFoundByTheFactsThatItDeclares(t *testing.T) {
	t.Parallel()
	declared := map[incident.CauseKind]verdict.Cause{}
	for _, k := range verdict.Causes() {
		declared[k.Kind] = k
	}
	var needs func(k verdict.Cause) []incident.Fact
	needs = func(k verdict.Cause) []incident.Fact {
		all := slices.Clone(k.Needs)
		for _, before := range k.After {
			all = append(all, needs(declared[before])...)
		}
		return all
	}
	for kind, c := range ofEachKind() {
		own := *c
		own.Facts = c.Facts.Only(needs(declared[kind])...)
		v, _ := verdict.Judge(&own)
		require.NotNil(t, candidateOf(v, kind), kind)
		own.Facts = incident.Facts{}
		v, _ = verdict.Judge(&own)
		require.Nil(t, candidateOf(v, kind), "%s is found without any fact", kind)
	}
}

// A span may be called whatever its team likes: what it is called is no cause of another kind.
func TestASpanThatIsCalledLikeACauseIsNone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"load", "CPU limit", "memory limit", "connection pool", "node/node-b", "topic/jobs", "certificate/ledger-tls", "DNS lookups of bank"} {
		c := sold(inside())
		c.Facts.Culprit.Span.Name = name
		cpu := abnormal("throttled CPU periods", "web", 0.6, 0.02, incident.Ratio, 5*time.Minute)
		c.Facts.Saturation = &incident.Saturation{CPU: &cpu, Memory: &cpu}
		v := judged(t, c)
		require.Equal(t, incident.CauseKind("failing-call"), v.Candidates[0].Kind)
		require.Equal(t, name, v.Candidates[0].Component)
		advised := verdict.Advise(c)
		require.Empty(t, advised.Looks, name)
		require.Empty(t, advised.Remedies, name)
		require.Len(t, verdict.Criteria(&c.Facts), 1, "latency alone has to come back")
	}
}

// What is advised, and what has to come back, follows from the facts that are declared for each.
func TestCommandsAndCriteriaFollowFromTheFactsThatAreDeclared(t *testing.T) {
	t.Parallel()
	cases := ofEachKind()
	cases["of several"] = everything()
	for kind, c := range cases {
		judged(t, c)
		part := *c
		part.Facts = c.Facts.Only(verdict.AdviceNeeds()...)
		require.Equal(t, verdict.Advise(c), verdict.Advise(&part), kind)
		part.Facts = c.Facts.Only(verdict.CriteriaNeeds()...)
		require.Equal(t, verdict.Criteria(&c.Facts), verdict.Criteria(&part.Facts), kind)
		require.NotNil(t, part.Facts.Verdict, kind)
	}
}
