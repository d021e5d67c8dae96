package numbers_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

func TestALowerBoundIsNotWrittenAsTheNumber(t *testing.T) {
	t.Parallel()
	require.Equal(t, "over 10 s", numbers.Bound(10, incident.Seconds, true))
	require.Equal(t, "10 s", numbers.Bound(10, incident.Seconds, false))
}
