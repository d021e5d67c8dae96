package verdict_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

func TestEveryCauseStandsInTheDocumentInTheOrderOfPrecedence(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../docs/causes.md")
	require.NoError(t, err)
	var told []string
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "| `") {
			told = append(told, strings.Join(strings.Split(line, " | ")[:2], " | "))
		}
	}
	var declared []string
	for _, k := range verdict.Causes() {
		declared = append(declared, fmt.Sprintf("| `%s` | %s", k.Kind, k.Means))
	}
	require.Equal(t, declared, told)
}

func TestEveryCauseDeclaresWhatItIs(t *testing.T) {
	t.Parallel()
	kinds := map[incident.CauseKind]bool{}
	for _, k := range verdict.Causes() {
		require.Regexp(t, `^[a-z]+(-[a-z]+)*$`, string(k.Kind))
		require.False(t, kinds[k.Kind], "%s is there twice", k.Kind)
		kinds[k.Kind] = true
		require.NotEmpty(t, k.Means, k.Kind)
		require.NotEmpty(t, k.Needs, k.Kind)
		require.NotNil(t, k.Find, k.Kind)
		require.NotEqual(t, k.Unlinked, len(k.Likely) > 0, "%s can be likely unless only time links it", k.Kind)
	}
	for _, k := range verdict.Causes() {
		for _, before := range k.After {
			require.True(t, kinds[before], "%s comes after %s, which is no cause", k.Kind, before)
			require.NotEqual(t, k.Kind, before)
		}
	}
}

func TestTheVerdictNeedsWhatEveryCauseNeeds(t *testing.T) {
	t.Parallel()
	needs := verdict.Needs()
	require.True(t, slices.IsSorted(needs))
	for _, k := range verdict.Causes() {
		for _, fact := range k.Needs {
			require.Contains(t, needs, fact, k.Kind)
		}
	}
}

var filesNamed = regexp.MustCompile("`((?:pkg|lab|src|docs)/[a-z_/.-]+)`")

func TestEveryFileThatTheRecipesNameIsThere(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../docs/extending.md")
	require.NoError(t, err)
	found := filesNamed.FindAllStringSubmatch(string(content), -1)
	require.Greater(t, len(found), 15)
	for _, file := range found {
		_, err := os.Stat("../../" + file[1])
		require.NoError(t, err)
	}
}
