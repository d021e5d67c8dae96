package walkthrough

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// shortTraceID is a trace id of 64 bits, as older tracers make them; OTLP fills it up with zeros.
func shortTraceID(low uint64) pcommon.TraceID {
	id := pcommon.TraceID{}
	binary.BigEndian.PutUint64(id[8:], low|1)
	return id
}

// longTraceID is a trace id of 128 bits.
func longTraceID(random *rand.Rand) pcommon.TraceID {
	id := pcommon.TraceID{}
	binary.BigEndian.PutUint64(id[:8], random.Uint64()|1)
	binary.BigEndian.PutUint64(id[8:], random.Uint64()|1)
	return id
}

func spanID(random *rand.Rand) pcommon.SpanID {
	id := pcommon.SpanID{}
	binary.BigEndian.PutUint64(id[:], random.Uint64()|1)
	return id
}

// printed is how the payment service writes a trace id into its log lines: without leading zeros of 64 bits.
func printed(id pcommon.TraceID) string {
	if [8]byte(id[:8]) == [8]byte{} {
		return hex.EncodeToString(id[8:])
	}
	return hex.EncodeToString(id[:])
}

func userName(number int) string { return fmt.Sprintf("usr_%04d", 1000+number) }
