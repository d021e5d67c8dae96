// Package stack runs real Prometheus, Loki and Tempo on a machine that has Go and nothing else.
//
// Each server is built once from its Go module (lab/stack/<server>/go.mod) into a cache folder, then started on free loopback
// ports with the configuration beside that module, its data in a temporary folder. Telemetry up to seven days old is taken over
// OTLP and found by queries at once. However the lab ends, its servers and its data end with it: see watchdog.
//
// It runs on Linux and macOS; elsewhere Start says so.
package stack
