package numbers

import (
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// StoresRead says what stores read to answer, for example "1,204,330 samples, 12 MiB of log lines and 3.1 MiB of traces"; empty
// where no store says it.
func StoresRead(r incident.Read) string {
	var parts []string
	if r.Samples > 0 {
		parts = append(parts, Count(float64(r.Samples))+" samples")
	}
	if r.LogBytes > 0 {
		parts = append(parts, Bytes(float64(r.LogBytes))+" of log lines")
	}
	if r.TraceBytes > 0 {
		parts = append(parts, Bytes(float64(r.TraceBytes))+" of traces")
	}
	if len(parts) < 2 { //nolint:mnd // a list of one needs no word between
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
