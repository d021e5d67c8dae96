package environment_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/relay"
)

func TestAMistakeElsewhereInTheSettingsStopsNoAlert(t *testing.T) {
	t.Parallel()
	heard := make(chan struct{}, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard <- struct{}{} }))
	t.Cleanup(receiver.Close)
	hook := `"relay":{"receivers":[{"name":"a","type":"webhook","internal":true,"url":"` + receiver.URL + `"}]}`
	for _, settings := range []string{`{` + hook + `}`, `{"logs":5,` + hook + `}`, `{"masks":["("],"logs":{"uid":"l"},` + hook + `}`} {
		e, err := environment.New(t.Context(), instance(settings))
		require.NoError(t, err)
		t.Cleanup(e.Dispose)
		_, err = e.Querier(t.Context(), 1)
		require.Error(t, err)
		r, err := e.Relay()
		require.NoError(t, err)
		require.NoError(t, r.Pass(t.Context(), relay.Read([]byte("{}")), nil))
		<-heard
		health, err := e.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: backend.PluginContext{OrgID: 1}})
		require.NoError(t, err)
		assert.Equal(t, backend.HealthStatusError, health.Status)
		assert.Contains(t, health.Message, "Alerts are passed on all the same, without verdicts.")
	}
}

func TestReceiversThatAreWrongAreNamedToWhoeverSendsAlerts(t *testing.T) {
	t.Parallel()
	for _, settings := range []string{`{"logs":{"uid":"l"},"relay":{"receivers":[{"name":"a","type":"webhook"}]}}`, `{"logs":{"uid":"l"},"relay":{"receivers":5}}`} {
		e, err := environment.New(t.Context(), instance(settings))
		require.NoError(t, err)
		t.Cleanup(e.Dispose)
		_, err = e.Relay()
		var wrong *failure.Failure
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, failure.Unavailable, wrong.Kind, "the sender sends them again")
		assert.Contains(t, wrong.Sentence, "The receivers in the settings of Production are wrong: relay")
	}
	e, err := environment.New(t.Context(), instance(`{"logs":{"uid":"l"}}`))
	require.NoError(t, err)
	t.Cleanup(e.Dispose)
	r, err := e.Relay()
	require.NoError(t, err)
	assert.Nil(t, r)
}

func TestSaveAndTestSaysHowManyAlertsWentOutAndWhatFailedLast(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	t.Cleanup(receiver.Close)
	e, err := environment.New(t.Context(), instance(`{"recording":"walkthrough","relay":{"receivers":[{"name":"a","type":"webhook","internal":true,"url":"`+receiver.URL+`"}]}}`))
	require.NoError(t, err)
	t.Cleanup(e.Dispose)
	r, err := e.Relay()
	require.NoError(t, err)
	health := func() (*backend.CheckHealthResult, environment.Health) {
		result, err := e.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: backend.PluginContext{OrgID: 1}})
		require.NoError(t, err)
		var details environment.Health
		require.NoError(t, json.Unmarshal(result.JSONDetails, &details))
		return result, details
	}
	require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(`{"alerts":[{"status":"firing"}]}`)), nil))
	said, details := health()
	assert.Equal(t, backend.HealthStatusOk, said.Status)
	assert.Contains(t, said.Message, "0 with a verdict and 1 without")
	assert.EqualValues(t, 1, details.Relay.Without)
	status = http.StatusForbidden
	require.Error(t, r.Pass(t.Context(), relay.Read([]byte(`{"alerts":[{"status":"resolved"}]}`)), nil))
	said, _ = health()
	assert.Equal(t, backend.HealthStatusError, said.Status)
	assert.Contains(t, said.Message, "The last alerts were not passed on. Receivers did not accept the alerts: a (it refused with status 403).")
}
