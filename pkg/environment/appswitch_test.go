package environment_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/environment"
)

// switched is a Grafana that answers a question for the app's settings with a status and a body.
func switched(t *testing.T, status int, body string) (e *environment.Environment, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/org" {
			organization(1)(w, r)
			return
		}
		if r.URL.Path == "/api/plugins/faultline-investigation-app/settings" {
			asked.Add(1)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}))
	t.Cleanup(server.Close)
	return behind(t, server.URL), asked
}

func TestWhereTheAppIsDisabledNothingIsReached(t *testing.T) {
	t.Parallel()
	e, asked := switched(t, http.StatusOK, `{"id":"faultline-investigation-app","type":"app","enabled":false}`)
	for range 3 {
		_, err := e.Querier(t.Context(), 1)
		refused(t, err, "The Faultline app is disabled in this organization.", "An administrator can enable it on the plugin's page.")
		_, err = e.Casebook(t.Context(), 1)
		refused(t, err, "The Faultline app is disabled in this organization.", "An administrator can enable it on the plugin's page.")
	}
	require.EqualValues(t, 1, asked.Load(), "what Grafana said holds for a while")
}

func TestWhereGrafanaDoesNotSayThatTheAppIsDisabledItIsUsed(t *testing.T) {
	t.Parallel()
	for body, status := range map[string]int{
		`{"id":"faultline-investigation-app","enabled":true}`: http.StatusOK,
		`{"message":"Access Denied"}`:                         http.StatusForbidden,
		`{"message":"Plugin not found"}`:                      http.StatusNotFound,
		`<html>`:                                              http.StatusOK,
		`{"id":"another-app","enabled":false}`:                http.StatusOK,
	} {
		e, _ := switched(t, status, body)
		_, err := e.Querier(t.Context(), 1)
		require.NoError(t, err, body)
	}
}
