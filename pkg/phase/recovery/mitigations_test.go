package recovery_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/recovery"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestNothingFoundCallsForNoCommand(t *testing.T) {
	t.Parallel()
	reading, err := recovery.Mitigations().Read(&incident.Case{}, source.Answers{})
	require.NoError(t, err)
	require.Equal(t, incident.Clear, reading.Outcome)
}

func TestLooksAndChangesAreAFindingEach(t *testing.T) {
	t.Parallel()
	change := incident.ClusterChange{Kind: "NetworkPolicy", Namespace: "net", Object: "closed", Action: incident.Created}
	named := incident.Candidate{Kind: "breaking-change", Target: incident.Target{Type: "NetworkPolicy", Name: "closed", Namespace: "net"}}
	c := &incident.Case{Facts: incident.Facts{Blame: &incident.Blame{Change: &change},
		Verdict: &incident.Verdict{Level: incident.Likely, Candidates: []incident.Candidate{named}}}}
	reading, err := recovery.Mitigations().Read(c, source.Answers{})
	require.NoError(t, err)
	require.Equal(t, incident.Found, reading.Outcome)
	require.Equal(t, "kubectl get networkpolicy closed -n net -o yaml", reading.Findings[0].Evidence.Commands[0].Text)
	require.Equal(t, "kubectl delete networkpolicy closed -n net", reading.Findings[1].Evidence.Commands[0].Text)
	require.True(t, reading.Findings[1].Evidence.Commands[0].Changes)
}
