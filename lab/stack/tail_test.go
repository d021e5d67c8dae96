package stack

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestATailKeepsTheLastLinesHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab\n"))).Draw(t, "text")
		log, rest := &tail{}, text
		for rest != "" {
			size := rapid.IntRange(1, len(rest)).Draw(t, "size")
			written, err := log.Write([]byte(rest[:size]))
			require.NoError(t, err)
			require.Equal(t, size, written)
			rest = rest[size:]
		}
		n := rapid.IntRange(0, 5).Draw(t, "n")
		require.Equal(t, lastLines(text, n), log.last(n))
	})
}

func TestATailForgetsOldLinesAndCutsLongOnes(t *testing.T) {
	t.Parallel()
	log := &tail{}
	for i := range keptLines + 5 {
		_, _ = fmt.Fprintln(log, i)
	}
	_, _ = fmt.Fprint(log, strings.Repeat("x", 2*longestLine), "\n")
	lines := log.last(2 * keptLines)
	assert.Len(t, lines, keptLines)
	assert.Equal(t, "6", lines[0])
	assert.Len(t, lines[keptLines-1], longestLine)
}
