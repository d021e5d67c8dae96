package failure_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/failure"
)

func TestAFailureIsFoundBehindOtherErrors(t *testing.T) {
	t.Parallel()
	f := failure.New(failure.Busy, "Others are under way.", "Try again.")
	require.EqualError(t, f, "Others are under way. Try again.")
	require.Same(t, f, failure.Of(fmt.Errorf("while asking: %w", f)))
	require.Nil(t, failure.Of(errors.New("something else")))
	require.Nil(t, failure.Of(nil))
}
