package incident_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestMostOfTheTimeIsMoreThanHalfOfIt(t *testing.T) {
	t.Parallel()
	span := func(id, service string, kind incident.SpanKind, ms int) incident.Span {
		return incident.Span{ID: id, Service: service, Kind: kind, Duration: time.Duration(ms) * time.Millisecond}
	}
	trace := incident.Trace{Duration: 6 * time.Second, Spans: []incident.Span{span("1", "web", incident.KindServer, 6000), span("2", "web", incident.KindClient, 620),
		span("3", "stock", incident.KindServer, 610), span("4", "stock", incident.KindClient, 600)}}
	c := incident.Culprit{Span: trace.Spans[3], Self: 600 * time.Millisecond, Path: []string{"1", "2", "3", "4"}}
	require.False(t, c.MostOf(&trace, "web"), "a tenth of the request, though all of one call of it")
	require.True(t, c.MostOf(&trace, "stock"), "nearly all of the request that stock handled")
	require.False(t, c.MostOf(&trace, "elsewhere"))
	c.Self = 3100 * time.Millisecond
	require.True(t, c.MostOf(&trace, "elsewhere"))
}
