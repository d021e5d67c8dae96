package phase_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/phase"
)

func TestWhatHoldsQuotesIsSetBetweenOtherOnes(t *testing.T) {
	t.Parallel()
	require.Equal(t, `"no route to host"`, phase.Quoted("no route\nto\thost"))
	require.Equal(t, `“denied by policy "web"”`, phase.Quoted(`denied by policy "web"`))
	require.Equal(t, `"a [31m b"`, phase.Quoted("a \x1b[31m b"))
}
