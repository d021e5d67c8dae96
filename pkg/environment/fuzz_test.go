package environment_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/failure"
)

// settingsShown are the settings of the documents: what people copy.
func settingsShown(tb testing.TB) [][]byte {
	tb.Helper()
	all := [][]byte{[]byte(`{"metrics":{"uid":"p"},"traces":{"url":"http://127.0.0.1:1","user":"me"},"limits":{"questionTimeout":"5s","questions":40},"cases":{"retention":"720h"},"masks":["acct-\\d+"]}`)}
	for _, file := range []string{"conventions.md", "settings.md"} {
		page, err := os.ReadFile("../../docs/" + file)
		require.NoError(tb, err)
		blocks := strings.Split(string(page), "```json\n")[1:]
		require.NotEmpty(tb, blocks, file)
		for _, block := range blocks {
			shown, _, _ := strings.Cut(block, "```")
			require.True(tb, json.Valid([]byte(shown)), shown)
			all = append(all, []byte(shown))
		}
	}
	return all
}

func TestTheSettingsThatTheDocumentsShowAreRight(t *testing.T) {
	t.Parallel()
	for _, shown := range settingsShown(t)[1:] {
		var settings map[string]any
		require.NoError(t, json.Unmarshal(shown, &settings))
		settings["metrics"] = map[string]string{"uid": "p"}
		written, err := json.Marshal(settings)
		require.NoError(t, err)
		_, err = environment.ReadSettings(instance(string(written)))
		require.NoError(t, err, string(shown))
	}
}

// FuzzSettings reads whatever provisioning files and the settings page store, with a value replaced: each line of what is wrong is a sentence
// that holds no secret, and settings that are right make an environment.
func FuzzSettings(f *testing.F) {
	for i, settings := range settingsShown(f) {
		for place, value := range []string{`null`, `-1`, `"::"`, `[{}]`, `{"uid":"x","url":"http://u:p@h"}`, ``} {
			f.Add(settings, uint16(7*place+i), []byte(value), `{"cause":"a policy","service":"coredns"}`) // #nosec G115 -- a few
		}
	}
	f.Fuzz(func(t *testing.T, settings []byte, place uint16, value []byte, truth string) {
		set := backend.DataSourceInstanceSettings{UID: "u", Name: "Production", JSONData: provoke.Replaced(settings, int(place), value),
			DecryptedSecureJSONData: map[string]string{"token": secret, "metricsPassword": secret, "practiceTruth": truth}}
		_, err := environment.ReadSettings(set)
		if err != nil {
			for _, line := range strings.Split(err.Error(), "\n") {
				require.NotEmpty(t, strings.TrimSpace(line))
			}
			require.NotContains(t, err.Error(), secret)
		}
		e, made := environment.New(t.Context(), set)
		require.NoError(t, made)
		defer e.Dispose()
		e.Naming()
		_, refused := e.Querier(t.Context(), 1)
		if err != nil {
			require.NotNil(t, failure.Of(refused), "%v", refused)
		}
	})
}

// FuzzGrafana hears whatever stands where Grafana is said to be: what is wrong is told in one line, and without the token.
func FuzzGrafana(f *testing.F) {
	for _, body := range []string{`{"id":1,"name":"Main Org."}`, `{"datasources:query":["datasources:*"],"dashboards:create":null}`, `{"id":"faultline-investigation-app","enabled":false}`,
		`{"id":-1}`, `[]`, `null`, `<html>Log in</html>`, `{"message":"Invalid API key"}`} {
		for _, status := range []uint16{200, 302, 401, 403, 404, 500} {
			f.Add(status, []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, status uint16, body []byte) {
		grafana := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(200 + int(status)%400)
			_, _ = w.Write(body)
		}))
		defer grafana.Close()
		written, err := json.Marshal(map[string]any{"metrics": map[string]string{"uid": "p"}, "traces": map[string]string{"uid": "t"}, "grafanaUrl": grafana.URL})
		require.NoError(t, err)
		e, err := environment.New(t.Context(), instance(string(written)))
		require.NoError(t, err)
		defer e.Dispose()
		result, err := e.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: backend.PluginContext{OrgID: 1}})
		require.NoError(t, err)
		require.NotEmpty(t, result.Message)
		require.NotContains(t, result.Message+string(result.JSONDetails), secret)
		require.True(t, json.Valid(result.JSONDetails))
		require.Equal(t, backend.HealthStatusError, result.Status, "nothing like a store has answered")
	})
}
