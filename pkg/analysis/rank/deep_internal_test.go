package rank

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestATraceDeeperThanAStackIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	const enough = 500_000
	trace := incident.Trace{ID: "1"}
	for i := range enough {
		trace.Spans = append(trace.Spans, incident.Span{ID: strconv.Itoa(i), Parent: strconv.Itoa(i - 1), Service: strconv.Itoa(i % 2), Name: "n", Kind: incident.KindServer})
	}
	f := grow([]incident.Trace{trace}, nil)
	require.Len(t, f.entries, enough, "each calls the other service")
}
