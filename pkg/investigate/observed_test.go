package investigate_test

import (
	"context"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// exposed is a metric's series with the value of a label, or its only one; of a histogram how many it has counted.
func exposed(t *testing.T, metric, label string) float64 {
	t.Helper()
	families, err := prometheus.DefaultGatherer.Gather()
	require.NoError(t, err)
	var sum float64
	for _, family := range families {
		if family.GetName() != metric {
			continue
		}
		for _, m := range family.GetMetric() {
			fits := label == ""
			for _, l := range m.GetLabel() {
				fits = fits || l.GetValue() == label
			}
			if fits {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
			}
		}
	}
	return sum
}

// Other tests of this package run investigations meanwhile, so that a number may grow by more than what this one adds.
func grows(t *testing.T, metric, label string, by float64, work func()) {
	t.Helper()
	before := exposed(t, metric, label)
	work()
	require.GreaterOrEqual(t, exposed(t, metric, label), before+by, "%s %s", metric, label)
}

func TestAStepThatCouldNotLookIsCountedByItsReason(t *testing.T) {
	t.Parallel()
	for _, kind := range source.ProblemKinds() {
		broken := store(func(_ context.Context, q source.Question) source.Answer {
			return source.Answer{Question: q, Problem: &source.Problem{Kind: kind, Sentence: "No."}}
		})
		grows(t, "faultline_steps_not_checked_total", string(kind), 2, func() { run(t, broken, asks("a", "1", nil, nil), asks("b", "2", nil, nil)) })
	}
	lacks := asks("lacks", "1", nil, nil)
	lacks.Plan = func(*incident.Case) ([]source.Question, error) { return nil, phase.Skipf("Add it.", "There is none.") }
	grows(t, "faultline_steps_not_checked_total", "missing data", 1, func() { run(t, willing(), lacks) })
	grows(t, "faultline_steps_not_checked_total", "blocked", 1, func() {
		run(t, willing(), asks("needs", "1", facts(incident.FactConventions), nil))
	})
	grows(t, "faultline_steps_not_checked_total", "incomplete", 1, func() { run(t, store(half), warned(incident.Clear)) })
	require.Zero(t, exposed(t, "faultline_steps_not_checked_total", "other"), "no reason is without a name")
}

func TestAnInvestigationIsCountedWithItsVerdictOrWhyThereIsNone(t *testing.T) {
	t.Parallel()
	grows(t, "faultline_investigation_duration_seconds", "partial", 1, func() { run(t, willing(), asks("a", "1", nil, nil)) })
	judges := asks("judges", "1", nil, nil)
	judges.Read = func(*incident.Case, source.Answers) (phase.Reading, error) {
		return phase.ClearBecause().Teaching(func(f *incident.Facts) { f.Verdict = &incident.Verdict{Level: incident.Possible} }), nil
	}
	grows(t, "faultline_investigation_duration_seconds", "possible", 1, func() { run(t, willing(), judges) })
	grows(t, "faultline_investigation_duration_seconds", "canceled", 1, func() {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		runIn(ctx, t, willing(), investigate.Limits{}, asks("a", "1", nil, nil))
	})
	grows(t, "faultline_investigation_duration_seconds", "timed out", 1, func() {
		_, err := investigate.Run(t.Context(), investigate.Request{Subject: incident.Subject{Service: "shop"}}, deaf(t),
			investigate.Options{Steps: []phase.Step{asks("a", "1", nil, nil)}, Longest: time.Millisecond}, func(investigate.Event) {})
		require.NoError(t, err)
	})
	grows(t, "faultline_investigations_started_total", string(investigate.FromAlert), 1, func() {
		_, err := investigate.Run(t.Context(), investigate.Request{Origin: investigate.FromAlert, Subject: incident.Subject{Service: "shop"}}, willing(),
			investigate.Options{Steps: []phase.Step{asks("a", "1", nil, nil)}}, func(investigate.Event) {})
		require.NoError(t, err)
	})
	require.Zero(t, exposed(t, "faultline_investigation_duration_seconds", "other"), "no result is without a name")
}

func TestEveryInvestigationHasAnIDThatItsReaderLearns(t *testing.T) {
	t.Parallel()
	_, first := run(t, willing(), asks("a", "1", nil, nil))
	_, second := run(t, willing(), asks("a", "1", nil, nil))
	require.Regexp(t, "^[0-9a-f]{16}$", first[0].Investigation)
	require.NotEqual(t, first[0].Investigation, second[0].Investigation)
}
