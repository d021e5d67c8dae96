package lab_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// What two stores tell is still enough to point at the policy, with as much certainty as they give.
func TestWithOneStoreLessTheVerdictStillNamesThePolicy(t *testing.T) {
	t.Parallel()
	for signal, want := range map[string]string{
		"logs":    "Likely: CoreDNS has been unhealthy since network policy restrict-coredns (kube-system) was created.",
		"traces":  "Possible: network policy restrict-coredns cut CoreDNS off.",
		"metrics": "Possible: network policy restrict-coredns cut CoreDNS off.",
	} {
		t.Run("no "+signal, func(t *testing.T) {
			t.Parallel()
			c := investigatedWith(t, signal, breaking(t, func(w http.ResponseWriter, _ *http.Request) {
				http.Error(w, "gone", http.StatusInternalServerError)
			}))
			require.Equal(t, want, c.Verdict.Sentence)
			require.Equal(t, world.Scenario.Truth().Component, c.Verdict.Candidates[0].Component)
			require.NotEmpty(t, c.Verdict.Unchecked)
		})
	}
}
