package stack

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Not parallel: it changes the working directory and the environment.
func TestTheRepositoryIsFoundFromAnyFolderInsideIt(t *testing.T) {
	here, err := os.Getwd()
	require.NoError(t, err)
	root := filepath.Dir(filepath.Dir(here))
	t.Setenv(cacheVariable, "/somewhere/else")
	for _, dir := range []string{here, root, filepath.Join(here, "loki")} {
		t.Chdir(dir)
		options, err := Options{}.withDefaults()
		require.NoError(t, err)
		assert.Equal(t, root, options.Root, "from %s", dir)
		assert.Equal(t, "/somewhere/else", options.Cache)
	}
	t.Chdir(t.TempDir())
	_, err = Options{}.withDefaults()
	assert.ErrorContains(t, err, "start the lab from inside one")
}
