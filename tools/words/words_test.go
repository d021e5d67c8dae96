// Package words keeps retired words out of what the backend says to people.
package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// retired are words that no text may hold, and what to write instead.
var retired = []struct {
	word    *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`(?i)\b(ails?|ailed|ailing|unwell)\b`), "unhealthy, failing"},
	{regexp.MustCompile(`(?i)\b(befalls?|befell|befallen)\b`), "affects"},
	{regexp.MustCompile(`(?i)\bleans? on\b`), "depends on"},
	{regexp.MustCompile(`(?i)\b(mends?|mended)\b`), "fix"},
	{regexp.MustCompile(`(?i)\b(nobody|somebody|whoever|whom|therein|thereof)\b`), "name the person or thing, or use the passive"},
	{regexp.MustCompile(`(?i)\btold by\b`), "source"},
	{regexp.MustCompile(`\d %%?(\W|$)`), "no space before the percent sign"},
}

func TestNoTextOfTheBackendHoldsARetiredWord(t *testing.T) {
	t.Parallel()
	read := 0
	for _, root := range []string{"../../pkg", "../../lab/terminal"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			for place, text := range textsOf(t, path) {
				read++
				for _, r := range retired {
					assert.NotRegexp(t, r.word, text, "%s: write: %s", place, r.instead)
				}
			}
			return nil
		}))
	}
	require.Greater(t, read, 3000, "the texts that there are")
}

// textsOf are the string literals of a file, by their places.
func textsOf(t *testing.T, path string) map[string]string {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, 0)
	require.NoError(t, err)
	texts := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, is := n.(*ast.BasicLit); is && literal.Kind == token.STRING {
			texts[files.Position(literal.Pos()).String()] = literal.Value
		}
		return true
	})
	return texts
}
