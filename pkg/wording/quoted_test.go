package wording_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/wording"
)

func TestWhatHoldsQuotesIsSetBetweenOtherOnes(t *testing.T) {
	t.Parallel()
	require.Equal(t, `"no route to host"`, wording.Quoted("no route\nto\thost"))
	require.Equal(t, `“denied by policy "web"”`, wording.Quoted(`denied by policy "web"`))
	require.Equal(t, `"a [31m b"`, wording.Quoted("a \x1b[31m b"))
}
