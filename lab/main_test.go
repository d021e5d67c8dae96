package lab_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/plugin"
)

// world is the one lab that this package's tests share, and backend the binary that it runs.
var (
	world   *lab.Lab
	backend string
)

func TestMain(m *testing.M) {
	os.Exit(inLab(m)) // hands on how the tests ended; inLab returns, so that what it deferred has run
}

func TestTheBackendsSourcesDecideWhetherResultsAreCurrent(t *testing.T) {
	t.Parallel()
	require.NoError(t, plugin.LookAtSources(t.Context()))
}

// inLab runs the tests in a lab with the walkthrough incident, and fails if it leaves a process behind.
func inLab(m *testing.M) (status int) {
	folder, err := os.MkdirTemp("", "faultline-backend-") // not as the stores' folders are called: abandoned ones of these are swept
	if err != nil {
		return complain(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if backend, err = plugin.Compile(context.Background(), folder); err != nil {
		return complain(err)
	}
	world, err = lab.Start(context.Background(), lab.Options{Scenario: "walkthrough", Backend: backend, Progress: os.Stderr, Log: os.Stderr})
	if err != nil {
		return complain(err)
	}
	pids := []int{world.Backend.PID()}
	for _, server := range world.Stack.Servers() {
		pids = append(pids, server.PID())
	}
	status = m.Run()
	if err := errors.Join(world.Stop(), gone(pids)); err != nil {
		return complain(err)
	}
	return status
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// gone waits for processes to end, for as long as the kernel may need to clear them away.
func gone(pids []int) error {
	for _, pid := range pids {
		deadline := time.Now().Add(10 * time.Second)
		for syscall.Kill(pid, 0) == nil {
			if time.Now().After(deadline) {
				return fmt.Errorf("process %d outlived the lab", pid)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	return nil
}
