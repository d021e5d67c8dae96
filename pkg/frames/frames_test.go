package frames

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

var update = flag.Bool("update", false, "write the golden files anew")

var ten = time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)

// answerTo is what a panel gets from an environment with these settings.
func answerTo(t *testing.T, settings string, q backend.DataQuery) backend.DataResponse {
	t.Helper()
	e, err := environment.New(t.Context(), backend.DataSourceInstanceSettings{Name: "Production", Type: "faultline", JSONData: json.RawMessage(settings)})
	require.NoError(t, err)
	q.RefID, q.TimeRange = "A", backend.TimeRange{From: ten, To: ten.Add(time.Hour)}
	response, err := (&Handler{Environment: e}).QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{q}})
	require.NoError(t, err)
	require.Len(t, response.Responses, 1)
	return response.Responses["A"]
}

const noStore = `{"metrics":{"url":"http://127.0.0.1:1"}}` // nothing listens there

func TestAPanelsQueryThatCannotBeAnsweredSaysWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings, queryType, json string
		status                    backend.Status
		says                      string
	}{
		"another type":   {noStore, "guess", `{}`, backend.StatusBadRequest, `There is no query type "guess"; choose "findings".`},
		"no type":        {noStore, "", `{}`, backend.StatusBadRequest, `There is no query type ""; choose "findings".`},
		"broken JSON":    {noStore, Findings, `{"service":`, backend.StatusBadRequest, "The query cannot be read: "},
		"no service":     {noStore, Findings, `{}`, backend.StatusBadRequest, "The request names no service."},
		"wrong settings": {`{}`, Findings, `{"service":"order"}`, backend.StatusBadRequest, "The settings of Production are wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := answerTo(t, c.settings, backend.DataQuery{QueryType: c.queryType, JSON: json.RawMessage(c.json)})
			require.ErrorContains(t, response.Error, c.says)
			assert.Equal(t, c.status, response.Status)
			assert.Equal(t, backend.ErrorSourceDownstream, response.ErrorSource)
			assert.Empty(t, response.Frames)
		})
	}
}

func TestAnInvestigationWithoutStoresIsATableOfWhatWasNotChecked(t *testing.T) {
	t.Parallel()
	response := answerTo(t, noStore, backend.DataQuery{QueryType: Findings, JSON: json.RawMessage(`{"service":"order"}`)})
	require.NoError(t, response.Error)
	require.Len(t, response.Frames, 1)
	outcomes, at := response.Frames[0].FieldByName("outcome")
	require.GreaterOrEqual(t, at, 0)
	require.Positive(t, outcomes.Len())
	assert.Equal(t, "not checked", outcomes.At(0))
}

func TestFindingsAreALongTable(t *testing.T) {
	t.Parallel()
	frame := findings("A", &incident.Case{
		Window: incident.Window{From: ten, To: ten.Add(time.Hour)},
		Steps: []incident.StepResult{
			{Phase: incident.PhaseImpact, ID: "error-rate", Outcome: incident.Found, Findings: []incident.Finding{
				{Sentence: "7.3 % of requests fail.", Severity: incident.Critical, Interval: &incident.Window{From: ten, To: ten.Add(47 * time.Minute)}},
				{Sentence: "They failed with 504.", Severity: incident.Info}}},
			{Phase: incident.PhaseLogs, ID: "trace-lines", Outcome: incident.NotChecked, Reason: "Loki refused the question with 403."},
		},
	})
	require.Equal(t, 3, frame.Rows())
	written, err := json.MarshalIndent(frame, "", "  ")
	require.NoError(t, err)
	path := filepath.Join("testdata", "findings.golden.json")
	if *update {
		require.NoError(t, os.WriteFile(path, append(written, '\n'), 0o600))
	}
	golden, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(golden), string(written)+"\n", "if the table was meant to change, run this package's tests with -update")
}
