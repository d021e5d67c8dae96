package terminal_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/terminal"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func printed(t *testing.T, evidence incident.Evidence) string {
	t.Helper()
	c := &incident.Case{Subject: incident.Subject{Service: "web"}, Steps: []incident.StepResult{{Phase: incident.PhaseRecovery, ID: "x", Outcome: incident.Found,
		Findings: []incident.Finding{{Sentence: "It says.", Evidence: evidence}}}}}
	var text strings.Builder
	require.NoError(t, terminal.Print(&text, c, 80))
	return ansi.Strip(text.String())
}

func TestACommandIsPrintedWholeHoweverNarrowTheScreen(t *testing.T) {
	t.Parallel()
	command := "kubectl delete networkpolicy " + strings.Repeat("long-", 30) + "name -n kube-system"
	text := printed(t, incident.Evidence{Commands: []incident.Command{{Text: command, Why: "Takes it back.", Step: "cause/changes", Changes: true}}})
	require.Contains(t, text, "$ "+command+"\n")
	require.Contains(t, text, "Takes it back. Follows from cause/changes.")
}

func TestChangesStandInTwoPartsWithTheOnsetBetween(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
	text := printed(t, incident.Evidence{Changes: []incident.ClusterChange{
		{At: at, Kind: "Deployment", Namespace: "shop", Object: "web", What: "rolled out", Sources: []string{"event X"}, BeforeOnset: true},
		{At: at.Add(time.Minute), Kind: "Node", Object: "n\x1b[2J1\r", What: "registered"},
	}})
	before, after, found := strings.Cut(text, "── onset ──")
	require.True(t, found)
	require.Contains(t, before, "12:00:00  Deployment/web (shop) rolled out  from event X")
	require.Contains(t, after, "12:01:00  Node/n[2J1 registered\n", "what a terminal would obey is gone")
}
