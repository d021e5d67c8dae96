package lab_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
)

// It changes the environment, so it does not run beside other tests; and it is the walkthrough's future that it changes,
// which no investigation of the time before the alert sees.
func TestTheRunningLabIsReachedFromAnotherCommand(t *testing.T) {
	t.Setenv("FAULTLINE_CACHE", t.TempDir())
	_, err := lab.Send(context.Background(), "fix")
	require.ErrorContains(t, err, "no lab is running: start one with `go tool mage demo`")

	controls, err := world.Control(context.Background())
	require.NoError(t, err)
	said, err := lab.Send(context.Background(), "fix")
	require.NoError(t, err)
	require.Contains(t, said, "fix at")
	said, err = lab.Send(context.Background(), "relapse")
	require.NoError(t, err)
	require.Contains(t, said, "relapse at")
	_, err = lab.Send(context.Background(), "dance")
	require.ErrorContains(t, err, "the lab could not dance: status 404")

	require.NoError(t, controls.Close())
	_, err = lab.Send(context.Background(), "fix")
	require.ErrorContains(t, err, "no lab is running")
}
