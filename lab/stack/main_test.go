package stack

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// shared is the one stack of all tests that do no harm to it.
var shared struct {
	once  sync.Once
	stack *Stack
	err   error
}

func TestMain(m *testing.M) {
	if os.Getenv(doomedVariable) != "" {
		os.Exit(runDoomed()) // no test run: the process that a test starts in order to kill it
	}
	code := m.Run()
	if shared.stack != nil {
		if err := shared.stack.Stop(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code) // how the tests ended, or 1 where they left something running
}

func sharedStack(t *testing.T) *Stack {
	t.Helper()
	shared.once.Do(func() {
		shared.stack, shared.err = Start(context.Background(), Options{Progress: os.Stderr})
	})
	require.NoError(t, shared.err)
	return shared.stack
}
