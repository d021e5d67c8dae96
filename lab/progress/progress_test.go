package progress

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestALongStepIsToldInLinesWhereLinesPileUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var said strings.Builder
		require.NoError(t, New(&said).During("building Loki", func() error {
			time.Sleep(33 * time.Second)
			return nil
		}))
		assert.Equal(t, "building Loki ... 2s\nbuilding Loki ... 17s\nbuilding Loki ... 32s\nbuilding Loki: done in 33s\n", said.String())
	})
}

func TestALongStepIsRefreshedInPlaceOnATerminal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var said strings.Builder
		p := New(&said)
		p.terminal = true
		failure := errors.New("no")
		require.ErrorIs(t, p.During("building Loki", func() error {
			time.Sleep(3500 * time.Millisecond)
			return failure
		}), failure)
		erase := "\r\x1b[K"
		assert.Equal(t, erase+"building Loki ... 2s"+erase+"building Loki ... 3s"+erase+"building Loki: failed after 3.5s\n", said.String())
	})
}

func TestAShortStepIsNotWorthTelling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var said strings.Builder
		require.NoError(t, New(&said).During("building Loki", func() error {
			time.Sleep(time.Second)
			return nil
		}))
		assert.Empty(t, said.String())
	})
}

func TestABoardSaysWhatGoesOnUntilItEnds(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	board := &Board{Out: &out}
	label, _ := board.Doing()
	assert.Empty(t, label)
	reporter := New(board)
	require.NoError(t, reporter.During("building Loki", func() error {
		return reporter.During("downloading", func() error {
			inner, since := board.Doing()
			assert.Equal(t, "downloading", inner)
			assert.False(t, since.IsZero())
			return nil
		})
	}))
	label, _ = board.Doing()
	assert.Empty(t, label)
}
