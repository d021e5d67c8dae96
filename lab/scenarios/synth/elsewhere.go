package synth

import "math"

// The layouts in which durations are reported under other names.
var (
	// SpanConnector are the bounds of the OpenTelemetry collector's connectors unless configured.
	SpanConnector = newLayout(0.002, 0.004, 0.006, 0.008, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8, 1, 1.4, 2, 5, 10, 15)
	// Istio are the bounds of Istio's durations.
	Istio = newLayout(0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600, 1800, 3600)
	// Micrometer are the bounds of Micrometer's timers between 1 ms and 30 s: each power of four in nine steps.
	Micrometer = newLayout(ninths()...)
	// ClientLibrary are the bounds of Prometheus's client libraries unless configured.
	ClientLibrary = newLayout(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

	// powers are the bounds of an exponential histogram of scale 3: powers of two's eighth root from 2 ms to 17 s.
	powers = newLayout(eighthRoots()...)
)

const (
	powersScale  = 3
	lowestPower  = -72 // 2^(-72/8) s is 1.95 ms
	highestPower = 33  // 2^(33/8) s is 17.4 s
)

func eighthRoots() []float64 {
	var bounds []float64
	for power := lowestPower; power <= highestPower; power++ {
		bounds = append(bounds, math.Exp2(float64(power)/8))
	}
	return bounds
}

func ninths() []float64 {
	const nanosecond, lowest, highest = 1e-9, 20, 34 // powers of two, in nanoseconds
	bounds := []float64{0.001}
	for power := lowest; power <= highest; power += 2 {
		for third := range 9 {
			if bound := math.Exp2(float64(power)) * nanosecond * (1 + float64(third)/3); bound < 30 {
				bounds = append(bounds, bound)
			}
		}
	}
	return append(bounds, 30)
}
