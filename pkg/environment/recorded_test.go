package environment_test

import (
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/environment"
)

func TestARecordingAnswersInTheStoresPlace(t *testing.T) {
	t.Parallel()
	e, err := environment.New(t.Context(), instance(`{"recording":"walkthrough"}`))
	require.NoError(t, err)
	t.Cleanup(e.Dispose)
	assert.True(t, e.Recorded())
	assert.True(t, e.Now().Before(time.Now()), "it ends at its alert")
	assert.NotEmpty(t, e.Knowledge().Externals)
	health, err := e.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: backend.PluginContext{OrgID: 1}})
	require.NoError(t, err)
	assert.Equal(t, backend.HealthStatusOk, health.Status)
	assert.Contains(t, health.Message, "This is the recording walkthrough: it gives again what real stores answered about order-service")
	report, err := e.Conventions(t.Context(), 1, false)
	require.NoError(t, err)
	assert.NotNil(t, report.Chosen.Requests)
}

func TestWhereToLookIsSaidOnceAndClearly(t *testing.T) {
	t.Parallel()
	for settings, says := range map[string]string{
		`{"recording":"flood"}`: `recording is "flood", and there is no such recording; there is walkthrough`,
		`{"recording":"walkthrough","logs":{"url":"http://loki:3100"}}`: "recording is set beside stores: take one of them out",
		`{"limits":{"questions":5}}`:                                    "no store is set",
	} {
		_, err := environment.ReadSettings(instance(settings))
		require.ErrorContains(t, err, says)
	}
}
