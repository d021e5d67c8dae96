package cause_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// pooled is a case whose services report their pools of connections by name.
func pooled() *incident.Case {
	c := slowNames()
	c.Facts.Lookups = nil
	c.Facts.Culprit.External = ""
	chosen := convention.Choose([]string{"db_client_connection_count", "db_client_connection_max"}, incident.Naming{})
	c.Facts.Conventions.Pool = chosen.Pool
	return c
}

func pools(series ...incident.Series) source.Answers {
	answers := ownPool(use(nil, 3, 20), 20)
	answers["all pools"] = source.Answer{Series: series}
	return answers
}

// ownPool is what a store answers of a service's pool: how many connections are in use, and how many there can be.
func ownPool(used incident.Series, limit float64) source.Answers {
	used.Labels = map[string]string{phase.PartLabel: "used"}
	allowed := incident.Series{Labels: map[string]string{phase.PartLabel: "limit"}, Points: []incident.Point{{Time: end, Value: limit}}}
	return source.Answers{"pool": {Series: []incident.Series{used, allowed}}}
}

func poolOf(service, name string, before, after float64) incident.Series {
	return use(map[string]string{"service_name": service, "db_client_connection_pool_name": name}, before, after)
}

func TestThePoolsOfAllServicesAreAskedForByTheirNames(t *testing.T) {
	t.Parallel()
	require.Equal(t, `max by (service_name, db_client_connection_pool_name) (db_client_connection_count{db_client_connection_state="used"}) / `+
		`max by (service_name, db_client_connection_pool_name) (db_client_connection_max)`, phasetest.Planned(t, cause.Pool(), pooled())["all pools"].Text)
	unnamed := pooled()
	unnamed.Facts.Conventions.Pool.Name = ""
	require.NotContains(t, phasetest.Planned(t, cause.Pool(), unnamed), "all pools")
}

func TestWhatSeveralServicesRanOutOfConnectionsToGoesBeforeEachOfThem(t *testing.T) {
	t.Parallel()
	c := pooled()
	reading := phasetest.Learned(t, cause.Pool(), c, pools(poolOf("web", "orders", 0.2, 1), poolOf("reports", "orders", 0.3, 1), poolOf("mail", "mails", 0.3, 0.3)))
	require.Contains(t, reading.Findings[1].Sentence, "have run out of connections to orders at the same time")
	v := judged(t, c)
	require.Equal(t, "orders", v.Candidates[0].Service)
	require.Equal(t, "connection pool", v.Candidates[0].Component)
	require.Equal(t, "web", v.Candidates[1].Service)
	require.Contains(t, c.Facts.Shared.Users[0].Query, `max(max by (service_name, db_client_connection_pool_name) (db_client_connection_count{`+
		`db_client_connection_pool_name="orders",db_client_connection_state="used",service_name="`+c.Facts.Shared.Users[0].Service+`"})`)
}

func TestAPoolWithoutANameOfItsOwnOrWithOneUserIsNotShared(t *testing.T) {
	t.Parallel()
	for _, series := range [][]incident.Series{
		{poolOf("web", "HikariPool-1", 0.2, 1), poolOf("reports", "HikariPool-1", 0.3, 1)},
		{poolOf("web", "orders", 0.2, 1), poolOf("reports", "orders", 0.3, 0.4)},
		{poolOf("mail", "orders", 0.2, 1), poolOf("reports", "orders", 0.3, 1)},
		{poolOf("web", "orders", 1, 1), poolOf("reports", "orders", 0.3, 1)},
	} {
		c := pooled()
		phasetest.Learned(t, cause.Pool(), c, pools(series...))
		require.Nil(t, c.Facts.Shared)
		require.Equal(t, "web", judged(t, c).Candidates[0].Service)
	}
}

func TestAPoolQuestionThatFailsLeavesTheStepUnchecked(t *testing.T) {
	t.Parallel()
	phasetest.RequireUnable(t, cause.Pool(), pooled(), "pool", "all pools")
}

func TestAServiceThatWasCalledAndKilledForMemoryIsTheSuspectOfItsCallersFailure(t *testing.T) {
	t.Parallel()
	c := limited()
	c.Facts.Callees = &incident.Callees{Services: []string{"resizer"}}
	c.Facts.Culprit.External = "resizer.shop.svc.cluster.local"
	require.Contains(t, phasetest.Planned(t, cause.Limits(), c)["use"].Text, `pod=~"resizer-.+"`)
	filling := use(map[string]string{"namespace": "shop", "pod": "resizer-0", "container": "resizer"}, 0.4, 0.98)
	phasetest.Learned(t, cause.Limits(), c, used(filling))
	c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{{Namespace: "shop", Workload: "resizer", Pods: []string{"resizer-0"}, OutOfMemory: true,
		Reason: "CrashLoopBackOff", Since: moved(12 * time.Minute), Restarts: 4}}}
	v := judged(t, c)
	require.Equal(t, "Likely: resizer runs out of memory, and its pods are killed (OOMKilled).", v.Sentence)
	require.Equal(t, "resizer", v.Candidates[0].Component)
	require.Contains(t, v.Candidates[0].Because[0], "because they ran out of memory (OOMKilled)")
}

func TestWithoutAnyNumberOfTheServiceTheClusterStillGivesAVerdict(t *testing.T) {
	t.Parallel()
	c := changed(&incident.Case{Subject: incident.Subject{Service: "web"}, Window: incident.Window{From: ago(time.Hour), To: end}}, rollout("web", 22*time.Minute))
	c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{{Namespace: "shop", Workload: "web", Pods: []string{"web-0"}, Reason: "CreateContainerConfigError",
		Since: moved(21 * time.Minute)}}}
	v := judged(t, c)
	require.Equal(t, "deployment/web", v.Candidates[0].Component)
	require.NotEqual(t, incident.NoClearCause, v.Level)
	require.Contains(t, cause.Verdict().NeedsOne, incident.FactPods)
}
