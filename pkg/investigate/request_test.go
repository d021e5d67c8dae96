package investigate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/phase"
)

func TestTheScopeIsWhoAsksThenTheAlertsThenTheSettings(t *testing.T) {
	t.Parallel()
	request := investigate.Request{Naming: incident.Naming{Scope: incident.Scope{Namespace: "n3", Environment: "e3", Cluster: "c3"}, Labels: incident.LabelNames{Environment: "tier"}},
		Subject: incident.Subject{Service: "basket", Scope: incident.Scope{Namespace: "n1"},
			Alert: &incident.Alert{Labels: map[string]string{"namespace": "n2", "tier": "e2", "env": "other"}}}}
	c, err := investigate.Run(t.Context(), request, willing(), investigate.Options{Steps: []phase.Step{}}, func(investigate.Event) {})
	require.NoError(t, err)
	require.Equal(t, incident.Scope{Namespace: "n1", Environment: "e2", Cluster: "c3"}, c.Subject.Scope)
}
