package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

func TestIndependentWitnessesAndTheOrderInTimeMakeACauseLikely(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*incident.Facts)
		want   incident.Level
	}{
		"trace, metric and time": {
			func(*incident.Facts) {},
			incident.Likely,
		},
		"the trace fails elsewhere": {
			func(f *incident.Facts) { f.Culprit.Span.Service = "bank" },
			incident.Possible,
		},
		"nobody knows when it began": {
			func(f *incident.Facts) { f.Pool.Moved = nil },
			incident.Possible,
		},
		"nobody knows when the service began to fail": {
			func(f *incident.Facts) { f.Onset = nil },
			incident.Possible,
		},
		"it began after the service failed": {
			func(f *incident.Facts) {
				late := moved(3 * time.Minute)
				f.Pool.Moved = &late
			},
			incident.Possible,
		},
		"it began while the service began to fail": {
			func(f *incident.Facts) {
				same := *f.Onset
				f.Pool.Moved = &same.MovedAt
			},
			incident.Likely,
		},
	} {
		c := full(21 * time.Minute)
		test.change(&c.Facts)
		v := judged(t, c)
		require.Equal(t, incident.CauseKind("exhausted-connection-pool"), v.Candidates[0].Kind, name)
		require.Equal(t, test.want, v.Level, name)
	}
}

func TestAChangeThatBrokeWhatAlertedIsLikelyWithoutATrace(t *testing.T) {
	t.Parallel()
	broken := func(release incident.ClusterChange, since time.Duration) *incident.Case {
		c := caseWithOnset()
		c.Facts.Pods = &incident.PodTroubles{New: []incident.PodTrouble{
			{Namespace: "shop", Workload: "web", Pods: []string{"web-0"}, Reason: "CreateContainerConfigError", Since: moved(since)},
		}}
		return changed(c, release)
	}
	own := changeOf("Deployment", "web", incident.RolledOut, 25*time.Minute)
	require.Equal(t, incident.Likely, judged(t, broken(own, 22*time.Minute)).Level)
	settings := changeOf("ConfigMap", "web-settings", incident.Created, 25*time.Minute)
	v := judged(t, broken(settings, 22*time.Minute))
	require.Equal(t, incident.CauseKind("breaking-change"), v.Candidates[0].Kind)
	require.Equal(t, incident.Possible, v.Level, "it is not a change of the service itself")
	late := judged(t, broken(own, 10*time.Minute))
	require.Nil(t, candidateOf(late, "breaking-change"), "the pods were well when the service began to fail")
}

func TestACauseWithAMechanismNeedsMoreThanChangedRequests(t *testing.T) {
	t.Parallel()
	c := full(21 * time.Minute)
	c.Facts.Pool.Moved = nil
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{failing("web", 0.95, 1e-9)}}
	v := judged(t, c)
	require.Equal(t, incident.CauseKind("exhausted-connection-pool"), v.Candidates[0].Kind)
	require.Equal(t, incident.Possible, v.Level, "that many requests fail does not say that the pool is why")
	require.Contains(t, v.Candidates[0].Because, `web writes the log line "info main.go:43" in 4 of 6 requests, before in 0%`, "it is evidence all the same")
}

func TestAFailingCallIsLikelyWhenItsRequestsLeaveNoDoubt(t *testing.T) {
	t.Parallel()
	c := inside()
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{failing("web", 0.95, 1e-9)}}
	c.Facts.Witness = countedAs(incident.WitnessConfirms, &c.Facts.Ranking.Services[0])
	v := judged(t, c)
	require.Equal(t, incident.CauseKind("failing-call"), v.Candidates[0].Kind)
	require.Equal(t, incident.Likely, v.Level)
	c.Facts.Ranking.Services = append(c.Facts.Ranking.Services, failing("stock", 0.93, 1e-9))
	require.Equal(t, incident.Possible, judged(t, c).Level, "another service changed as much")
}

func TestAVerdictsIdentityIsItsLevelItsCauseAndItsTarget(t *testing.T) {
	t.Parallel()
	first := judged(t, full(21*time.Minute))
	require.Equal(t, "likely/exhausted-connection-pool/web/pool//web", first.ID())
	possible := judged(t, full(5*time.Minute))
	require.NotEqual(t, first.ID(), possible.ID())
	other := judged(t, slowNames())
	require.Equal(t, "likely/slow-dns-lookups/web/host//api.example.com", other.ID())
	none, _ := verdict.Judge(&incident.Case{})
	require.Equal(t, "no clear cause", none.ID())
}
