package resource_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/resource"
)

// told are methods and paths between backticks; those of other programs begin with a slash.
var told = regexp.MustCompile("`(GET|POST|PUT|PATCH|DELETE) ([a-z][^`? ]*)")

// placeholders are how the pages write the parts that differ.
var placeholders = strings.NewReplacer("FINGERPRINT", "{fingerprint}", "NAME", "{stream}")

func TestTheDocumentsTellOfEveryResourceAndOfNoOther(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	var documented []string
	for _, page := range pages {
		content, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, found := range told.FindAllStringSubmatch(string(content), -1) {
			documented = append(documented, found[1]+" /"+placeholders.Replace(found[2]))
		}
	}
	slices.Sort(documented)
	served := slices.Sorted(slices.Values(resource.Patterns()))
	assert.Equal(t, served, slices.Compact(documented))
}
