package walkthrough_test

import (
	"testing"

	"github.com/faultline-investigation/faultline/lab/scenarios/walkthrough"
)

// BenchmarkHistory generates two hours of telemetry.
func BenchmarkHistory(b *testing.B) {
	for b.Loop() {
		walkthrough.Scenario{}.Start(alert, 7).Generate(alert)
	}
}
