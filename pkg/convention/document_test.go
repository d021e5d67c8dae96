package convention_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
)

var update = flag.Bool("update", false, "write the table into docs/conventions.md")

const (
	document = "../../docs/conventions.md"
	mark     = "<!-- The table of pkg/convention begins here: go test ./pkg/convention -update -->\n\n"

	scopes      = "<!-- The scopes of pkg/convention begin here: go test ./pkg/convention -update -->\n"
	endOfScopes = "<!-- end of the scopes -->\n"
)

func TestTheDocumentHasTheTable(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(document)
	require.NoError(t, err)
	before, table, found := strings.Cut(string(content), mark)
	require.True(t, found)
	beforeScopes, rest, found := strings.Cut(before, scopes)
	require.True(t, found)
	told, after, found := strings.Cut(rest, endOfScopes)
	require.True(t, found)
	if *update {
		before = beforeScopes + scopes + convention.ScopeDocument() + endOfScopes + after
		require.NoError(t, os.WriteFile(document, []byte(before+mark+strings.TrimRight(convention.Document(), "\n")+"\n"), 0o600))
		return
	}
	require.Equal(t, convention.ScopeDocument(), told, "stale: go test ./pkg/convention -update")
	require.Equal(t, strings.TrimRight(convention.Document(), "\n")+"\n", table, "stale: go test ./pkg/convention -update")
}
