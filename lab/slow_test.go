package lab_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/example"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

// slower is a step that knows from the start that latency rose, and neither errors nor refusals did.
func slower(normal float64) phase.Step {
	return phase.Step{
		Phase: incident.PhaseImpact, ID: "latency", Title: "Latency", Learns: []incident.Fact{incident.FactLatency, incident.FactErrors, incident.FactRefused},
		Plan: func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read: func(*incident.Case, source.Answers) (phase.Reading, error) {
			return phase.FoundThat().Teaching(func(f *incident.Facts) {
				f.Latency, f.Errors, f.Refused = &incident.Change{Now: 2.3, Normal: normal, Worse: true}, &incident.Change{Now: 0.001, Normal: 0.001}, &incident.Change{}
			}), nil
		},
	}
}

// withoutExemplars leaves out the step that asks the metrics store.
func withoutExemplars(steps []phase.Step) []phase.Step {
	return slices.DeleteFunc(steps, func(s phase.Step) bool { return s.ID == example.Exemplars().ID })
}

func TestInAnIncidentOfSlownessTempoFindsTheSlowTracesAndTheOthers(t *testing.T) {
	t.Parallel()
	tempo, err := httpapi.New(httpapi.Options{Client: http.DefaultClient, Traces: httpapi.Store{URL: world.Stack.Tempo.URL, Name: "lab"}})
	require.NoError(t, err)
	c, err := investigate.Run(context.Background(), world.Request(), tempo,
		investigate.Options{Steps: append([]phase.Step{slower(0.4)}, withoutExemplars(example.Steps())...)}, func(investigate.Event) {})
	require.NoError(t, err)
	for _, s := range c.Steps {
		require.NotEqual(t, incident.NotChecked, s.Outcome, "%s: %s", s.Key(), s.Reason)
	}
	require.NotEmpty(t, c.Facts.Slow.Traces)
	for _, slow := range c.Facts.Slow.Traces {
		require.Greater(t, slow.Duration, 399*time.Millisecond, slow.ID)
	}
	require.Greater(t, c.Facts.Example.Trace.Duration, 400*time.Millisecond)
	require.Contains(t, stepOf(t, c, "example/shapes").Findings[0].Sentence, "They are slow in")
	require.GreaterOrEqual(t, c.Facts.Traits.Passing, 60, "as many of the others as the time holds, or as were asked for")
}
