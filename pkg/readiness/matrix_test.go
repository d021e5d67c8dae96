package readiness_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/readiness"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/sourcetest"
)

// timed is a stack whose answers are of a time within what was asked for, and whose alert rules are Grafana's as well.
type timed struct{ stack }

// Ask implements source.Querier.
func (s timed) Ask(ctx context.Context, q source.Question) source.Answer {
	answer := s.stack.Ask(ctx, q)
	if q.Kind == source.GrafanaRules {
		answer = source.Answer{Question: q, DataSource: "grafana", Rules: s.rules}
	}
	moment := q.Window.To.Add(-time.Second)
	for _, series := range answer.Series {
		for i := range series.Points {
			series.Points[i].Time = moment
		}
	}
	for i := range answer.Traces {
		answer.Traces[i].Start = moment
	}
	return answer
}

func TestNoFaultOfAnEndpointMakesAServiceLackAnything(t *testing.T) {
	t.Parallel()
	for _, f := range look(t, sourcetest.Damaged{Truth: timed{complete()}, Fault: sourcetest.Whole}).Services[0].Factors {
		require.Equal(t, readiness.Ready, f.State, "%s: %s", f.Factor, f.Sentence)
	}
	for _, kind := range []source.Kind{source.MetricNames, source.Instant, source.TraceNames, source.TraceSearch, source.LogLabels, source.LogCount,
		source.AlertRules, source.GrafanaRules} {
		for name, fault := range sourcetest.Faults() {
			t.Run(string(kind)+"/"+name, func(t *testing.T) {
				t.Parallel()
				report, err := readiness.Look(t.Context(), sourcetest.Damaged{Truth: timed{complete()}, Kind: kind, Fault: fault}, incident.Naming{}, time.Second, at)
				require.NoError(t, err)
				for _, service := range report.Services {
					for _, f := range service.Factors {
						if name != "empty" { // of which it is true that something lacks
							assert.Contains(t, []readiness.State{readiness.Ready, readiness.NotChecked}, f.State, "%s of %s: %s", f.Factor, service.Service, f.Sentence)
						}
						if f.State == readiness.NotChecked {
							assert.NotEmpty(t, f.Sentence)
							assert.NotEmpty(t, f.Advice)
						}
					}
				}
				t.Log(report.Problems, states(report))
			})
		}
	}
}

func states(report *readiness.Report) []string {
	var all []string
	for _, service := range report.Services {
		for _, f := range service.Factors {
			if f.State != readiness.Ready {
				all = append(all, string(f.Factor)+": "+string(f.State)+": "+f.Sentence)
			}
		}
	}
	return all
}
