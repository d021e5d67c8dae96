package frames

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/readiness"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// surveyed is what a survey found, or why it found nothing.
type surveyed struct {
	Surveyor // which answers nothing else

	report *readiness.Report
	err    error
}

func (s surveyed) Readiness(context.Context, int64) (*readiness.Report, error) {
	return s.report, s.err
}

func serviceWith(name string, states ...readiness.State) readiness.Service {
	s := readiness.Service{Service: name}
	for i, state := range states {
		f := readiness.Factor{Factor: readiness.Factors()[i], State: state, Sentence: "Seen.", Advice: "Look."}
		if state == readiness.Missing {
			f.Blind, f.Change = "Not found.", &readiness.Change{Sentence: "Do it.", Tool: "Tool", Documentation: "https://tool.example/docs"}
			s.First = f.Factor
		}
		s.Factors = append(s.Factors, f)
	}
	return s
}

func readinessAnswer(t *testing.T, s surveyed, query string) backend.DataResponse {
	t.Helper()
	return answers(t, &Handler{Surveyor: s, UID: "prod"}, backend.DataQuery{RefID: "A", QueryType: Readiness, JSON: json.RawMessage(query)})["A"]
}

var twoServices = surveyed{report: &readiness.Report{Problems: []string{"Tempo failed with 500."}, Services: []readiness.Service{
	serviceWith("bare", readiness.Ready, readiness.Missing, readiness.Partly, readiness.NotChecked, readiness.Ready),
	serviceWith("whole", readiness.Ready, readiness.Ready, readiness.Ready, readiness.Ready, readiness.Ready),
}}}

func TestReadinessIsARowAServiceWithWhatToDoFirst(t *testing.T) {
	t.Parallel()
	answer := readinessAnswer(t, twoServices, `{}`)
	require.NoError(t, answer.Error)
	frame := answer.Frames[0]
	require.Equal(t, 2, frame.Rows())
	row := map[string]any{}
	for _, f := range frame.Fields {
		row[f.Name] = f.At(0)
	}
	require.Equal(t, map[string]any{"service": "bare", "lacking": int64(2), "alerts": "ready", "traces": "missing", "logs": "partly", "attributes": "not checked",
		"infrastructure": "ready", "not_found": "Not found.", "first_change": "Do it.", "documentation": "https://tool.example/docs"}, row)
	assert.Equal(t, "Tempo failed with 500.", frame.Meta.Notices[0].Text)
	assert.Contains(t, frame.Fields[0].Config.Links[0].URL, "ds=prod")
	assert.Equal(t, 1, readinessAnswer(t, twoServices, `{"service":"whole"}`).Frames[0].Rows())
}

func TestTheNumberOfWhatLacksIsAnErrorWhereSomethingCouldNotBeChecked(t *testing.T) {
	t.Parallel()
	whole := readinessAnswer(t, twoServices, `{"service":"whole","number":"lacking"}`)
	require.NoError(t, whole.Error)
	require.InDelta(t, 0, *whole.Frames[0].Fields[0].At(0).(*float64), 0)
	for query, says := range map[string]string{
		`{"service":"bare","number":"lacking"}`:   "attributes: not checked. Seen. Look.",
		`{"service":"nobody","number":"lacking"}`: "No service nobody reports requests or sends spans.",
		`{"number":"lacking"}`:                    "A number is of one service: name it.",
		`{"service":"bare","number":"p99"}`:       `has no number "p99"; it has lacking.`,
	} {
		require.ErrorContains(t, readinessAnswer(t, twoServices, query).Error, says)
	}
}

func TestReadinessThatCannotBeMeasuredSaysWhy(t *testing.T) {
	t.Parallel()
	answer := readinessAnswer(t, surveyed{err: &source.Problem{Sentence: "Prometheus failed with 500.", Advice: "Look at its log."}}, `{}`)
	require.EqualError(t, answer.Error, "Prometheus failed with 500. Look at its log.")
	require.Equal(t, backend.StatusBadGateway, answer.Status)
}
