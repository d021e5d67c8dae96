package investigate_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/shipped"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// walkthrough replays the investigation of the walkthrough from what real stores answered to it. The recording is made
// by `go test ./lab -run Recording -record`.
func walkthrough(tb testing.TB) (investigate.Request, *shipped.Recording) {
	tb.Helper()
	recording, err := shipped.Open("walkthrough")
	require.NoError(tb, err)
	return investigate.Request{Subject: recording.Subject, Window: recording.Window, Knowledge: recording.Knowledge}, recording
}

func TestEveryStepOfTheWalkthroughSaysWhatItAlwaysSaid(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	c, err := investigate.Run(t.Context(), request, recording, investigate.Options{}, func(investigate.Event) {})
	require.NoError(t, err)
	for _, name := range incident.Phases() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			golden(t, string(name), told(c, name))
		})
	}
	t.Run("verdict", func(t *testing.T) {
		t.Parallel()
		verdict, err := json.MarshalIndent(c.Verdict, "", "  ")
		require.NoError(t, err)
		golden(t, "verdict", string(verdict)+"\n")
	})
}

// The audit looks for numbers by what they measure: one that no longer says it would not be recomputed, and nobody would see.
func TestNumbersSayWhatTheyMeasure(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	c, err := investigate.Run(t.Context(), request, recording, investigate.Options{}, func(investigate.Event) {})
	require.NoError(t, err)
	said := []incident.Measure{}
	for _, s := range c.Steps {
		for _, f := range s.Findings {
			for _, v := range f.Values {
				said = append(said, v.Measure)
			}
		}
	}
	require.Subset(t, said, []incident.Measure{incident.MeasureErrors, incident.MeasureStatus, incident.MeasureRequests,
		incident.MeasureCalls, incident.MeasureP99, incident.MeasureFailingTraces, incident.MeasureMetricsErrors, incident.MeasureTraceSpans,
		incident.MeasureTraceServices, incident.MeasureTraceDuration, incident.MeasureCulpritElapsed})
}

func TestTheSameAnswersGiveTheSameCaseWhateverOrderTheyComeIn(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	once := plain(t, request, recording)
	for range 10 {
		require.Equal(t, once, plain(t, request, recording))
	}
}

// plain is a run's case as JSON, without what the clock had a part in: nor what was asked again because the answer was no longer
// held, which depends on the order of the answers.
func plain(t *testing.T, request investigate.Request, recording source.Querier) string {
	t.Helper()
	c, err := investigate.Run(t.Context(), request, recording, investigate.Options{}, func(investigate.Event) {})
	require.NoError(t, err)
	c.Cost, c.Started = incident.Cost{}, request.Window.To
	for i := range c.Steps {
		c.Steps[i].Milliseconds = 0
	}
	content, err := json.Marshal(c)
	require.NoError(t, err)
	return string(content)
}

// told is what a phase's steps say, and what they asked.
func told(c *incident.Case, name incident.Phase) string {
	var b strings.Builder
	for _, s := range c.Steps {
		if s.Phase != name {
			continue
		}
		fmt.Fprintf(&b, "# %s: %s\n", s.ID, s.Outcome)
		for _, f := range s.Findings {
			fmt.Fprintf(&b, "%s: %s\n", f.Severity, f.Sentence)
			for _, v := range f.Values {
				fmt.Fprintf(&b, "    %s = %.6g %s%s\n", v.Name, v.Value, v.Unit, baselineOf(v))
			}
		}
		for _, q := range s.Queries {
			fmt.Fprintf(&b, "  %s> %s (%d rows)\n", q.Language, q.Text, q.Rows)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func baselineOf(v incident.Value) string {
	if v.Baseline == nil {
		return ""
	}
	return fmt.Sprintf(", normally %.6g", *v.Baseline)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name + ".golden"
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "rewrite with: go test ./pkg/investigate -update")
}

func BenchmarkTheWalkthroughWithoutItsStores(b *testing.B) {
	request, recording := walkthrough(b)
	for b.Loop() {
		if _, err := investigate.Run(b.Context(), request, recording, investigate.Options{}, func(investigate.Event) {}); err != nil {
			b.Fatal(err)
		}
	}
}
