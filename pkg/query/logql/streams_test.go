package logql_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/query/logql"
)

func TestSelectionsByPatternReadAsAPersonWouldWriteThem(t *testing.T) {
	t.Parallel()
	streams, err := logql.StreamsLike("namespace", "kube-.+")
	require.NoError(t, err)
	errors, err := streams.WhereAny("(?i)err.*", "level", "severity_text")
	require.NoError(t, err)
	text, err := errors.Text()
	require.NoError(t, err)
	require.Equal(t, `{namespace=~"kube-.+"} | ( level=~"(?i)err.*" or severity_text=~"(?i)err.*" )`, text)

	events, err := streams.Logfmt(map[string]string{"event_reason": "reason", "event_kind": "kind"}).WhereAny(".+", "event_reason")
	require.NoError(t, err)
	text, err = events.Text()
	require.NoError(t, err)
	require.Equal(t, "{namespace=~\"kube-.+\"} | logfmt event_kind=\"kind\",event_reason=\"reason\" | event_reason=~\".+\"", text)

	text, err = streams.CountOverTime(5*time.Minute, "namespace")
	require.NoError(t, err)
	require.Equal(t, `sum by (namespace)(count_over_time({namespace=~"kube-.+"}[5m]))`, text)
}

func TestAnInvalidPatternIsAnErrorAndNotAQuery(t *testing.T) {
	t.Parallel()
	_, err := logql.StreamsLike("namespace", "kube-[")
	require.ErrorContains(t, err, `label namespace cannot match "kube-["`)
	_, err = logql.Streams("a", "b").WhereAny("5[", "level")
	require.ErrorContains(t, err, `label level cannot match "5["`)
}
