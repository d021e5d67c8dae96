//go:build mage

package main

import (
	"os"
)

// Compilers, linters and tests allocate much and live for a short time. With this setting of Go's garbage collector a compiler takes
// about 15% less of the processors' time for a quarter more memory, tests that make telemetry 25% less for twice the memory, and
// the linter 35% less.
const collectGarbage = "300"

// init gives the setting to all that is started from here. The stores and the backend do not get it: they run as they run elsewhere.
func init() {
	if os.Getenv("GOGC") == "" {
		_ = os.Setenv("GOGC", collectGarbage)
	}
}
