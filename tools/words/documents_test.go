package words

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// american is how documents and the page spell.
//
//nolint:misspell // they are what it looks for
var american = []struct {
	word    *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`(?i)\b\w*(colour|behaviour|neighbour|favour)\w*\b`), "-or"},
	{regexp.MustCompile(`(?i)\b\w*(organis|recognis|summaris|normalis|minimis|initialis|serialis|optimis|prioritis|customis)\w*\b`), "-ize, -ization"},
	{regexp.MustCompile(`(?i)\b(cancelled|cancelling|labelled|labelling|modelled|travelled|spelt|learnt|whilst|grey)\b`), "canceled, labeled, spelled, learned, while, gray"},
}

func TestNoDocumentHoldsARetiredOrBritishWord(t *testing.T) {
	t.Parallel()
	read := 0
	require.NoError(t, filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() && (name == "node_modules" || name == "testdata" || name == "dist" || len(name) > 2 && name[0] == '.') {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".md") {
			read++
			for place, prose := range proseOf(t, path) {
				keeps(t, place, prose)
			}
		}
		return nil
	}))
	require.Greater(t, read, 25, "the documents that there are")
}

func TestNoTextOfThePageHoldsARetiredOrBritishWord(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../src/locales/en-US/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		var texts map[string]any
		require.NoError(t, json.Unmarshal(content, &texts))
		pageTexts(texts, "", func(key, said string) { keeps(t, path+" "+key, said) })
	}
}

func pageTexts(texts map[string]any, prefix string, visit func(key, said string)) {
	for key, value := range texts {
		switch v := value.(type) {
		case string:
			visit(prefix+key, v)
		case map[string]any:
			pageTexts(v, prefix+key+".", visit)
		}
	}
}

func keeps(t *testing.T, place, prose string) {
	t.Helper()
	for _, r := range retired {
		assert.NotRegexp(t, r.word, prose, "%s: write: %s", place, r.instead)
	}
	for _, r := range american {
		assert.NotRegexp(t, r.word, prose, "%s: write: %s", place, r.instead)
	}
}

// proseOf is a document's text by place, without what is quoted as code.
func proseOf(t *testing.T, path string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	prose := map[string]string{}
	document := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(content))
	require.NoError(t, ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.CodeSpan, *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock, *ast.AutoLink:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if entering {
				line := 1 + strings.Count(string(content[:n.Segment.Start]), "\n")
				prose[fmt.Sprintf("%s:%d", path, line)] += string(n.Segment.Value(content))
			}
		}
		return ast.WalkContinue, nil
	}))
	return prose
}
