// Package phasetest holds a step against what real stores answered in an incident, as a test of its package wants it. Only tests
// import it.
package phasetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/recorded"
)

// Told is what steps ask, whole, and what they make of the recorded answers. Among the files the answers are <name>.jsonl.gz, and
// what the case knew is <name>.case.json; `go test ./lab -run Scenario -record` writes both. What one step learns the next one
// knows.
func Told(t *testing.T, files fs.FS, name string, steps ...phase.Step) string {
	t.Helper()
	c, recording := recordedCase(t, files, name)
	var told strings.Builder
	for _, s := range steps {
		told.WriteString(toldBy(t, s, c, recording))
	}
	return told.String()
}

func recordedCase(t *testing.T, files fs.FS, name string) (*incident.Case, *recorded.Recording) {
	t.Helper()
	recording, err := recorded.Open(files, name+".jsonl.gz")
	require.NoError(t, err)
	content, err := fs.ReadFile(files, name+".case.json")
	require.NoError(t, err)
	var c incident.Case
	require.NoError(t, json.Unmarshal(content, &c))
	return &c, recording
}

// toldBy is what a step asks, whole, and what it says to the recorded answers.
func toldBy(t *testing.T, s phase.Step, c *incident.Case, recording *recorded.Recording) string {
	t.Helper()
	var b strings.Builder
	questions, err := s.Plan(s.View(c))
	require.NoError(t, err)
	answers := source.Answers{}
	fmt.Fprintf(&b, "# %s\n", s.ID)
	for len(questions) > 0 {
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
		if questions = nil; s.More != nil {
			questions, err = s.More(s.View(c), answers)
			require.NoError(t, err)
		}
	}
	reading, err := s.Read(s.View(c), answers)
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
