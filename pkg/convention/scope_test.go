package convention_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestAWorkloadsOwnLabelsSayItsScopeBeforeThoseOfWhatReportsIt(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("testdata/scopes.json") // src/links is tested with the same
	require.NoError(t, err)
	var examples []struct {
		Labels map[string]string
		Scope  incident.Scope
	}
	require.NoError(t, json.Unmarshal(content, &examples))
	require.NotEmpty(t, examples)
	for _, e := range examples {
		require.Equal(t, e.Scope, convention.ScopeIn(e.Labels, incident.LabelNames{}), e.Labels)
	}
	require.Equal(t, incident.Scope{Environment: "live"}, convention.ScopeIn(map[string]string{"env": "other", "tier": "live"}, incident.LabelNames{Environment: "tier"}))
}

func TestATeamsOwnLabelOfAScopeComesFirst(t *testing.T) {
	t.Parallel()
	own := incident.LabelNames{Namespace: "ns", Environment: "env"}
	require.Equal(t, "ns", convention.ScopeLabels(incident.Namespace, own)[0])
	require.Equal(t, "env", convention.ScopeLabels(incident.Environment, own)[0])
	require.Len(t, convention.ScopeLabels(incident.Environment, own), len(convention.ScopeLabels(incident.Environment, incident.LabelNames{})), "none is there twice")
	require.Contains(t, convention.ScopeAttributes(incident.Environment, incident.LabelNames{Environment: "shop_tier"}), "shop.tier")
	require.Equal(t, map[incident.ScopePart][]string{incident.Namespace: {"ns", "namespace"}}, convention.LogScopes([]string{"namespace", "app", "ns"}, own))
	require.Nil(t, convention.LogScopes([]string{"app"}, own))
}
