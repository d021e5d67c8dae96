package investigate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/source/sourcetest"
)

func TestWhatStoresAnsweredIsReadTheSameInTheirOwnWords(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	once := plain(t, request, recording)
	again := plain(t, request, sourcetest.Damaged{Truth: recording, Fault: sourcetest.Whole})
	require.JSONEq(t, withoutCosts(t, once), withoutCosts(t, again))
}

// withoutCosts leaves out what differs between a recording and what is read anew: sizes and times of answers, what the stores said that
// they read for them, and that a search had found more than lay in its window.
func withoutCosts(t *testing.T, document string) string {
	t.Helper()
	var tree any
	decoder := json.NewDecoder(strings.NewReader(document))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&tree))
	var clean func(node any)
	clean = func(node any) {
		switch node := node.(type) {
		case map[string]any:
			for _, cost := range []string{"bytes", "milliseconds", "chainMilliseconds", "upstreamMilliseconds", "cost", "truncated", "read"} {
				delete(node, cost)
			}
			for _, value := range node {
				clean(value)
			}
		case []any:
			for _, value := range node {
				clean(value)
			}
		}
	}
	clean(tree)
	written, err := json.Marshal(tree)
	require.NoError(t, err)
	return string(written)
}
