package investigate_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/sourcetest"
	"github.com/faultline-investigation/faultline/pkg/source/statuspage"
)

// beside answers queries of status pages over HTTP, and all else as before.
type beside struct {
	source.Querier
	pages source.Querier
}

// Ask implements source.Querier.
func (b beside) Ask(ctx context.Context, q source.Question) source.Answer {
	if q.Kind == source.StatusPage {
		return b.pages.Ask(ctx, q)
	}
	return b.Querier.Ask(ctx, q)
}

// outage is a status page that tells of an outage around a time, with a fault in what it answers below these paths.
func outage(t *testing.T, at time.Time, fault sourcetest.Fault, faulty ...string) string {
	t.Helper()
	told := map[string]any{"status": map[string]any{"indicator": "major", "description": "Partial outage"}, "incidents": []any{
		map[string]any{"name": "Charges fail", "impact": "major", "status": "investigating", "created_at": at.Format(time.RFC3339), "started_at": at.Format(time.RFC3339)}}}
	body, err := json.Marshal(told)
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fault := fault
		if !slices.ContainsFunc(faulty, func(path string) bool { return strings.HasPrefix(r.URL.Path, path) }) {
			fault = sourcetest.Whole
		}
		answer := fault(r.Context(), source.StatusPage, slices.Clone(body))
		w.WriteHeader(answer.Status)
		if _, err := io.Copy(w, answer.Body); err != nil {
			panic(http.ErrAbortHandler) // the answer is broken off
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestEveryFaultOfAStatusPageIsNamedAndNeverAllIsWell(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	require.NotEmpty(t, request.Knowledge.Externals)
	steps := alone(t, "cause/externals", request, recording)
	for _, faulty := range []string{"/", "/api/v2/summary.json", "/api/v2/incidents.json"} {
		for name, fault := range sourcetest.Faults() {
			t.Run(faulty+" "+name, func(t *testing.T) {
				t.Parallel()
				page := outage(t, request.Window.To.Add(-10*time.Minute), fault, faulty)
				r := request
				r.Knowledge.Externals = slices.Clone(request.Knowledge.Externals)
				for i := range r.Knowledge.Externals {
					r.Knowledge.Externals[i].StatusPage = page
				}
				limits := unhurried()
				if name == "slow" {
					limits.QuestionTimeout = patience
				}
				pages := statuspage.New(statuspage.Page{Address: page, Internal: true})
				c, err := investigate.Run(t.Context(), r, beside{recording, pages}, investigate.Options{Limits: limits, Steps: steps}, func(investigate.Event) {})
				require.NoError(t, err)
				step := c.Steps[len(c.Steps)-1]
				soundStep(t, step)
				assert.NotEqual(t, incident.Clear, step.Outcome, "%v", step.Findings)
				t.Log(step.Outcome, step.Reason, step.Notes, sentencesOf(step))
			})
		}
	}
}

// alone is a step, behind one that knows from a whole investigation what it needs.
func alone(t *testing.T, key string, request investigate.Request, recording source.Querier) []phase.Step {
	t.Helper()
	truth, err := investigate.Run(t.Context(), request, recording, investigate.Options{}, func(investigate.Event) {})
	require.NoError(t, err)
	all := investigate.All()
	found := slices.IndexFunc(all, func(s phase.Step) bool { return s.Key() == key })
	require.GreaterOrEqual(t, found, 0)
	known := phase.Step{Phase: incident.PhaseImpact, ID: "known", Title: "Known", Learns: all[found].Reads(),
		Plan: func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read: func(*incident.Case, source.Answers) (phase.Reading, error) {
			return phase.FoundThat().Teaching(func(f *incident.Facts) { *f = truth.Facts.Only(all[found].Reads()...) }), nil
		}}
	return []phase.Step{known, all[found]}
}

func sentencesOf(s incident.StepResult) (sentences []string) {
	for _, f := range s.Findings {
		sentences = append(sentences, f.Sentence)
	}
	return sentences
}
