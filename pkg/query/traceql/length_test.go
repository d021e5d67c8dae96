package traceql_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
)

const tooLong = 1024

func names() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Repeat(rapid.StringMatching(`[a-z"\\ü/.-]{1,8}`).Draw(t, "part"), rapid.IntRange(1, 60).Draw(t, "times"))
	})
}

func TestNoQueryThatFitsIsLongerThanTempoReads(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		service, operation := names().Draw(rt, "service"), names().Draw(rt, "operation")
		attributes := make([]incident.AttributeName, rapid.IntRange(0, 40).Draw(rt, "attributes"))
		for i := range attributes {
			attributes[i] = incident.AttributeName{Name: names().Draw(rt, "attribute"), Resource: rapid.Bool().Draw(rt, "resource")}
		}
		requests := traceql.Spans(traceql.Service(service), traceql.SpanName(operation), traceql.LongerThan(time.Hour))
		for _, query := range []string{traceql.Calls(traceql.Service(service)), traceql.SelectingStructure(traceql.WithAllSpans(requests), attributes...),
			traceql.Selecting(traceql.WithSpansOf(requests, service, operation), attributes...), requests} {
			if traceql.Fits(query) {
				require.Less(rt, len(traceql.MostRecent(query)), tooLong)
			}
		}
		if traceql.Fits(requests) {
			require.True(rt, traceql.Fits(traceql.Selecting(requests, attributes...)), "attributes make no query too long")
		}
	})
}

func TestASearchNamesAsManyServicesAsLeaveRoomForAttributes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		services := rapid.SliceOfN(rapid.StringMatching(`[a-z-]{1,40}`), 1, 200).Draw(rt, "services")
		attributes := []incident.AttributeName{{Name: "service.version", Resource: true}, {Name: "http.route"}, {Name: "db.system"}}
		n := traceql.Room(services, attributes...)
		query := traceql.SelectingStructure(traceql.Spans(traceql.OfAny(services[:n]...), traceql.BetweenServices()), attributes...)
		require.True(rt, traceql.Fits(query))
		require.Contains(rt, query, "resource.service.version, span.http.route, span.db.system)", "all attributes are asked for")
		require.True(rt, n == len(services) || n >= 5, "it names %d", n)
	})
}
