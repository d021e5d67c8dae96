package town

import (
	"hash/fnv"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// Offset is by how much a service's clock is wrong: one of five amounts from -most to most, the same for all that it writes.
func Offset(service string, most time.Duration) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(service)) // a hash takes everything
	return most * time.Duration(int64(h.Sum32()%5)-2) / 2
}

// MoveClocks writes the spans and lines of every service as its own clock has it, which is wrong by at most so much.
func MoveClocks(batch telemetry.Batch, most time.Duration) {
	moved := func(resource pcommon.Resource) func(pcommon.Timestamp) pcommon.Timestamp {
		by := time.Duration(0)
		if service, there := resource.Attributes().Get("service.name"); there {
			by = Offset(service.Str(), most)
		}
		return func(at pcommon.Timestamp) pcommon.Timestamp { return pcommon.NewTimestampFromTime(at.AsTime().Add(by)) }
	}
	for _, resource := range batch.Traces.ResourceSpans().All() {
		clock := moved(resource.Resource())
		for _, scope := range resource.ScopeSpans().All() {
			for _, s := range scope.Spans().All() {
				s.SetStartTimestamp(clock(s.StartTimestamp()))
				s.SetEndTimestamp(clock(s.EndTimestamp()))
				for _, event := range s.Events().All() {
					event.SetTimestamp(clock(event.Timestamp()))
				}
			}
		}
	}
	for _, resource := range batch.Logs.ResourceLogs().All() {
		clock := moved(resource.Resource())
		for _, scope := range resource.ScopeLogs().All() {
			for _, l := range scope.LogRecords().All() {
				l.SetTimestamp(clock(l.Timestamp()))
			}
		}
	}
}
