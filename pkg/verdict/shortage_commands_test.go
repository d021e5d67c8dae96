package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestLoadIsGivenMorePodsByTheAutoscalerWhereThereIsOne(t *testing.T) {
	t.Parallel()
	c := blaming("shop", "load-surge", incident.Target{Type: "service", Name: "shop"})
	looks, changes := commandsOf(t, c)
	require.Equal(t, []string{"kubectl get deployment,hpa -n sales", "kubectl top pods -n sales", "kubectl rollout status deployment/shop -n sales"}, looks)
	require.Equal(t, []string{"kubectl scale deployment/shop -n sales --replicas=PODS"}, changes)

	c.Facts.Changes = &incident.Changes{List: []incident.ClusterChange{{Kind: "HorizontalPodAutoscaler", Namespace: "sales", Object: "shop", Action: incident.Scaled, What: "scaled"}}}
	_, changes = commandsOf(t, c)
	require.Equal(t, []string{`kubectl patch hpa shop -n sales --patch '{"spec":{"maxReplicas":PODS}}'`}, changes)
}

func TestACPULimitOfAnotherServiceFollowsFromItsOwnStep(t *testing.T) {
	t.Parallel()
	c := blaming("stock", "cpu-limit", incident.Target{Type: "service", Name: "stock"})
	c.Facts.Saturation = &incident.Saturation{CPU: &incident.Comparison{Service: "stock", Abnormal: true}}
	_, changes := commandsOf(t, c)
	require.Equal(t, []string{"kubectl scale deployment/stock -n sales --replicas=PODS"}, changes)
}

func TestSlowLookupsWithoutMoreToGoByAreAskedAgain(t *testing.T) {
	t.Parallel()
	c := blaming("stock", "slow-dns-lookups", incident.Target{Type: "host", Name: "api.bank"})
	c.Facts.Lookups = &incident.Comparison{What: "DNS lookups of api.bank", Of: "api.bank", Service: "stock", Abnormal: true}
	looks, changes := commandsOf(t, c)
	require.Equal(t, []string{"dig +tries=1 api.bank"}, looks)
	require.Empty(t, changes)
}

func TestAPoolOfSeveralServicesIsFreedWhereTheDatabaseIsKnownAndByStartingItsUsersAgain(t *testing.T) {
	t.Parallel()
	c := blaming("ledger-db", "shared-connection-pool", incident.Target{Type: "pool", Name: "ledger-db"})
	c.Facts.Shared = &incident.SharedPool{Name: "ledger-db", Users: []incident.Comparison{{Service: "shop", Moved: movedAt(half)}, {Service: "stock", Moved: movedAt(half)}}}
	c.Facts.Events = &incident.ClusterEvents{Jobs: []incident.JobStart{{At: half.Add(-time.Minute), Namespace: "bank", Job: "export-1"}}}
	looks, changes := commandsOf(t, c)
	require.Equal(t, []string{"kubectl get pods -n bank -o wide -l job-name=export-1", "kubectl get pods -n sales -o wide"}, looks)
	require.Equal(t, []string{"kubectl delete job export-1 -n bank", "kubectl rollout restart deployment/shop -n sales", "kubectl rollout restart deployment/stock -n sales"}, changes)

	query := &c.Facts.Example.Trace.Spans[1]
	query.Attributes = map[string]string{"db.system": "postgresql", "server.address": "ledger-db"}
	_, changes = commandsOf(t, c)
	require.Equal(t, "psql -h ledger-db -c 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE xact_start < now() - make_interval(mins => 5)'", changes[0])

	query.Attributes["server.address"] = "another-db"
	_, changes = commandsOf(t, c)
	require.Equal(t, "kubectl delete job export-1 -n bank", changes[0], "not the database that ran out")
}

func TestAPoolOfOneServiceIsFreedByStartingItAgain(t *testing.T) {
	t.Parallel()
	c := blaming("stock", "exhausted-connection-pool", incident.Target{Type: "pool", Name: "stock"})
	c.Facts.Pool = &incident.Comparison{Service: "stock", Abnormal: true, Moved: movedAt(half)}
	_, changes := commandsOf(t, c)
	require.Equal(t, []string{"kubectl rollout restart deployment/stock -n sales"}, changes)
}

func TestPodsThatRunOutOfMemoryWithoutAChangeAreGivenTime(t *testing.T) {
	t.Parallel()
	c := blaming("stock", "unhealthy-workload", incident.Target{Type: "workload", Name: "stock", Namespace: "media"})
	trouble := incident.PodTrouble{Namespace: "media", Workload: "stock", OutOfMemory: true}
	c.Facts.Pods, c.Facts.Blame = &incident.PodTroubles{New: []incident.PodTrouble{trouble}}, &incident.Blame{Trouble: &trouble}
	looks, changes := commandsOf(t, c)
	require.Contains(t, looks, "kubectl top pods -n media --sort-by=memory")
	require.Equal(t, []string{"kubectl rollout restart deployment/stock -n media", "kubectl set resources deployment/stock -n media --limits=memory=MEMORY"}, changes)

	c = blaming("stock", "memory-limit", incident.Target{Type: "service", Name: "stock"})
	c.Facts.Saturation = &incident.Saturation{Memory: &incident.Comparison{Service: "stock", Abnormal: true}}
	_, changes = commandsOf(t, c)
	require.Equal(t, "kubectl rollout restart deployment/stock -n sales", changes[0])
}
