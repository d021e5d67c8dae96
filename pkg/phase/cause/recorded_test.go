package cause_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/recorded"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// What real stores answered to these steps in incidents of other kinds than the walkthrough's, written down by
// `go test ./lab -run 'Recording|Scenario' -record`. Each golden file has the questions whole, and what was made of the answers.
func TestStepsReadWhatRealStoresAnsweredInIncidentsOfEveryKind(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]phase.Step{
		"node":        {cause.Events(), cause.Surroundings()},
		"queue":       {cause.Surroundings()},
		"certificate": {cause.Events(), cause.Surroundings()},
		"pool":        {cause.Pool(), cause.Events()},
		"surge":       {cause.Limits()},
		"leak":        {cause.Limits(), cause.Pods()},
		"outage":      {cause.Pods(), cause.Events(), cause.ChangeList()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, recording := recordedCase(t, name)
			var told strings.Builder
			for _, s := range steps {
				told.WriteString(toldBy(t, s, c, recording))
			}
			path := "testdata/" + name + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(told.String()), 0o600))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), told.String(), "rewrite with: go test ./pkg/phase/cause -update")
		})
	}
}

func recordedCase(t *testing.T, name string) (*incident.Case, *recorded.Recording) {
	t.Helper()
	recording, err := recorded.Open(os.DirFS("testdata"), name+".jsonl.gz")
	require.NoError(t, err)
	content, err := os.ReadFile("testdata/" + name + ".case.json")
	require.NoError(t, err)
	var c incident.Case
	require.NoError(t, json.Unmarshal(content, &c))
	return &c, recording
}

// toldBy is what a step asks, whole, and what it says to the recorded answers.
func toldBy(t *testing.T, s phase.Step, c *incident.Case, recording *recorded.Recording) string {
	t.Helper()
	var b strings.Builder
	questions, err := s.Plan(c)
	require.NoError(t, err)
	answers := source.Answers{}
	fmt.Fprintf(&b, "# %s\n", s.ID)
	for _, q := range questions {
		fmt.Fprintf(&b, "asks %s: %s over %s", q.Kind, q.Text, q.Window.Length())
		if q.Step > 0 {
			fmt.Fprintf(&b, " every %s", q.Step)
		}
		if q.Limit > 0 {
			fmt.Fprintf(&b, ", at most %d", q.Limit)
		}
		b.WriteByte('\n')
		answers[q.Name] = recording.Ask(t.Context(), q)
	}
	reading, err := s.Read(c, answers)
	var skip *phase.Skip
	if errors.As(err, &skip) {
		return b.String() + "not checked: " + skip.Reason + "\n\n"
	}
	require.NoError(t, err)
	if reading.Learn != nil {
		reading.Learn(&c.Facts)
	}
	fmt.Fprintf(&b, "%s\n", reading.Outcome)
	for _, f := range reading.Findings {
		fmt.Fprintf(&b, "%s: %s\n", f.Severity, f.Sentence)
		for _, v := range f.Values {
			fmt.Fprintf(&b, "    %s = %.6g %s\n", v.Name, v.Value, v.Unit)
		}
		for _, k := range f.Evidence.Changes {
			fmt.Fprintf(&b, "    %s %s %s\n", k.Kind, k.Object, k.What)
		}
	}
	return b.String() + "\n"
}
