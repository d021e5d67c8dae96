package soak_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/soak"
)

// It measures goroutines, so that no other test may run beside it.
func TestNothingIsLeftOfAFewSecondsOfEverything(t *testing.T) { //nolint:paralleltest // see above
	var out bytes.Buffer
	require.NoError(t, soak.Run(t.Context(), soak.Options{Duration: 5 * time.Second, Out: &out, Seed: 1}), "%s", out.String())
	require.Contains(t, out.String(), "investigate")
	require.Regexp(t, `end +\d+ goroutines +\d+ MiB`, out.String())
}
