package instrument

import "runtime/debug"

func init() {
	NewGaugeFunc("faultline_memory_limit_bytes", "bytes",
		"Memory that the process tries to stay within (GOMEMLIMIT): near it garbage is collected more often, and nothing is refused.",
		func() float64 { return float64(debug.SetMemoryLimit(-1)) }) // a negative limit changes nothing
}
