package cluster_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// wording is a message with what it has to be read as; the kind is empty where it tells of no blocker.
type wording struct{ kind, what, message string }

func wordings(t *testing.T, file string) []wording {
	t.Helper()
	content, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	var all []wording
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.SplitN(strings.TrimSpace(line), ";", 3)
		require.Len(t, parts, 3, line)
		all = append(all, wording{strings.Trim(parts[0], " -\t"), strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2])})
		if !strings.HasPrefix(parts[0], "-") {
			all[len(all)-1].kind = strings.TrimSpace(parts[0])
		}
	}
	return all
}

func TestEveryWordingIsReadAsItsBlocker(t *testing.T) {
	t.Parallel()
	told := map[incident.CauseKind]int{}
	for _, w := range wordings(t, "blockers.txt") {
		read := cluster.BlockerTold([]string{"Something else happened.", w.message})
		if w.kind == "" {
			require.Nil(t, read, w.message)
			continue
		}
		require.NotNil(t, read, w.message)
		require.Equal(t, w.kind+" of "+w.what, string(read.Kind)+" of "+read.What, w.message)
		require.Equal(t, w.message, read.Said)
		told[read.Kind]++
	}
	for _, b := range cluster.Blockers() {
		require.Equal(t, len(b.Words) > 0, told[b.Kind] > 0, "%s needs the wordings that it is known by", b.Kind)
	}
}

func TestWhatContainersWriteBeforeTheyEndIsRead(t *testing.T) {
	t.Parallel()
	told := map[incident.CauseKind]bool{}
	for _, w := range wordings(t, "last_words.txt") {
		b, what, tells := cluster.BlockerWritten(w.message)
		require.True(t, tells, w.message)
		require.Equal(t, w.kind+" of "+w.what, string(b.Kind)+" of "+what, w.message)
		require.True(t, b.Starts, "%s crashes", b.Kind)
		told[b.Kind] = true
	}
	for _, b := range cluster.Blockers() {
		require.Equal(t, len(b.Lines) > 0, told[b.Kind], "%s needs the lines that it is known by", b.Kind)
	}
	for _, line := range []string{"listening on :8080", "started in 3 s", "environment variables loaded", "GET /ports 200"} {
		_, _, tells := cluster.BlockerWritten(line)
		require.False(t, tells, line)
	}
}

func TestTheMostTellingOfSeveralMessagesCounts(t *testing.T) {
	t.Parallel()
	read := cluster.BlockerTold([]string{"Error: ImagePullBackOff", `Back-off pulling image "a:1"`, `Failed to pull image "a:1": manifest unknown`})
	require.Equal(t, incident.CauseKind("image-not-found"), read.Kind)
	require.True(t, cluster.Worse("image-not-found", "image-not-pulled"))
}

func TestEveryBlockerIsDeclaredWhole(t *testing.T) {
	t.Parallel()
	seen, states := map[incident.CauseKind]bool{}, map[string]bool{}
	place := regexp.MustCompile(`\{[a-z]+\}`)
	for _, b := range cluster.Blockers() {
		require.False(t, seen[b.Kind], "%s is there twice", b.Kind)
		seen[b.Kind] = true
		require.NotEmpty(t, b.Means, b.Kind)
		require.NotContains(t, b.Plain, "{", b.Kind)
		require.NotContains(t, b.Clause("this"), "{", b.Kind)
		require.NotEmpty(t, b.Looks, "%s has a command that looks", b.Kind)
		for _, k := range append(b.Looks, b.Remedies...) {
			require.NotEmpty(t, k.Why, b.Kind)
			for _, p := range place.FindAllString(k.Text, -1) {
				require.Contains(t, []string{"{workload}", "{namespace}", "{pod}", "{what}"}, p, "%s: %s", b.Kind, k.Text)
			}
		}
		for _, state := range b.States {
			require.False(t, states[state], "%s is the state of two", state)
			states[state] = true
			found, tells := cluster.BlockerIn(state)
			require.True(t, tells)
			require.Equal(t, b.Kind, found.Kind)
		}
	}
	require.GreaterOrEqual(t, len(seen), 30)
}

func TestWhatCrashesWasStarted(t *testing.T) {
	t.Parallel()
	fits := func(kind incident.CauseKind, trouble *incident.PodTrouble) bool {
		b, known := cluster.BlockerOf(kind)
		require.True(t, known)
		return b.Fits(trouble)
	}
	crash, wait := &incident.PodTrouble{Reason: "CrashLoopBackOff"}, &incident.PodTrouble{Reason: "Pending"}
	require.False(t, fits("missing-secret", crash), "a container that crashes had its secret")
	require.True(t, fits("missing-secret", wait))
	require.True(t, fits("failing-probe", crash))
	require.True(t, fits("missing-secret", nil))
	require.False(t, fits("image-pull-secret-missing", nil), "images are pulled without it as well")
}
