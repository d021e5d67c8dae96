package score_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/plugin"
)

var folder string // of the backend, for all tests

var compile = sync.OnceValues(func() (string, error) { return plugin.Compile(context.Background(), folder) })

func TestMain(m *testing.M) { os.Exit(inFolder(m)) }

func inFolder(m *testing.M) int {
	var err error
	if folder, err = os.MkdirTemp("", "faultline-backend-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	return m.Run()
}

// compiled is the path of the backend, which the first test that asks for it compiles.
func compiled(t *testing.T) string {
	t.Helper()
	require.NoError(t, plugin.LookAtSources(t.Context()))
	binary, err := compile()
	require.NoError(t, err)
	return binary
}
