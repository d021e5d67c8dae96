package cause_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// slowNames is a case in which the web service's calls to a host fail since names are slow: what the service's own
// telemetry tells, and nothing of the cluster.
func slowNames() *incident.Case {
	c := caseWithOnset()
	began := moved(20 * time.Minute)
	c.Facts.Example = &incident.Example{Trace: incident.Trace{Duration: 3 * time.Second}}
	c.Facts.Culprit = &incident.Culprit{External: "api.example.com", Span: incident.Span{Service: "web", Name: "GET", Duration: 2 * time.Second}}
	c.Facts.Lookups = &incident.Comparison{What: "DNS lookups of api.example.com", Of: "api.example.com", Service: "web", Now: 2, Normal: 0.005, Unit: incident.Seconds, Abnormal: true, Moved: &began}
	c.Facts.Latency = &incident.Change{Now: 3, Unit: incident.Seconds, Worse: true, Moved: &began}
	return c
}

func changed(c *incident.Case, changes ...incident.ClusterChange) *incident.Case {
	c.Facts.Changes = &incident.Changes{List: changes}
	return c
}

func rollout(of string, before time.Duration) incident.ClusterChange {
	return incident.ClusterChange{At: ago(before), Kind: "Deployment", Namespace: "shop", Object: of, Action: incident.RolledOut, What: "rolled out", BeforeOnset: before > 20*time.Minute}
}

func judged(t *testing.T, c *incident.Case) incident.Verdict {
	t.Helper()
	phasetest.Learned(t, cause.Verdict(), c, source.Answers{})
	for _, k := range c.Facts.Verdict.Candidates {
		require.LessOrEqual(t, k.Score, 1.0)
		require.NotEmpty(t, k.Because)
	}
	links := c.Facts.Verdict.Chain
	for i := 1; i < len(links); i++ {
		require.False(t, links[i].At.Before(links[i-1].At), "the chain is in the order of time")
	}
	return *c.Facts.Verdict
}

func components(v incident.Verdict) []string {
	var names []string
	for _, k := range v.Candidates {
		names = append(names, k.Component)
	}
	return names
}
