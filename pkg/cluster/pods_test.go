package cluster_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestEveryReasonHasItsWords(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string][2]string{
		cluster.OutOfMemory:          {"ran out of memory and was killed (OOMKilled)", "ran out of memory and were killed (OOMKilled)"},
		cluster.Restarting:           {"restarted", "restarted"},
		cluster.NotReady:             {"is not ready", "are not ready"},
		cluster.Unavailable:          {"is unavailable", "are unavailable"},
		"CreateContainerConfigError": {"is in CreateContainerConfigError", "are in CreateContainerConfigError"},
	} {
		require.Equal(t, want, [2]string{cluster.State(reason, 1), cluster.State(reason, 2)})
		require.Positive(t, cluster.Badness(reason))
	}
	require.Zero(t, cluster.Badness("Running"))
}

func TestATroubleIsDescribedWithItsCounts(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 3, 11, 20, 0, 0, time.UTC)
	trouble := incident.PodTrouble{Namespace: "net", Workload: "web", Reason: cluster.Unavailable, Missing: 2, Since: incident.MovedAt{Earliest: at, Latest: at}}
	require.Equal(t, "web (net) lacks replicas, since 11:20:00; 2 replicas missing", cluster.DescribeTrouble(trouble).Plain())
	require.Equal(t, "web (net) loses replicas", cluster.Befell(trouble))
	trouble.Missing = 0
	require.Equal(t, "web (net) lacked replicas, and has them again, since 11:20:00", cluster.DescribeTrouble(trouble).Plain())
	trouble.Pods, trouble.OutOfMemory, trouble.Reason, trouble.Missing, trouble.Restarts = []string{"web-0"}, true, "CrashLoopBackOff", 0, 1
	require.Equal(t, "1 pod of web (net) is in CrashLoopBackOff because they ran out of memory (OOMKilled), since 11:20:00; 1 restart",
		cluster.DescribeTrouble(trouble).Plain())
	require.Equal(t, "pods of web (net) begin to crash", cluster.Befell(trouble))
}
