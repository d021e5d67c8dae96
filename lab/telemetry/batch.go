// Package telemetry pushes OTLP telemetry over HTTP to the stores of the lab: history at once, and live telemetry as time passes.
package telemetry

import (
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Batch is the telemetry of a stretch of time.
type Batch struct {
	Traces  ptrace.Traces
	Metrics pmetric.Metrics
	Logs    plog.Logs
}

// Source writes telemetry in order of time.
type Source interface {
	// Begin is where the telemetry begins.
	Begin() time.Time
	// Alert is where history ends.
	Alert() time.Time
	// Generate writes everything from where the last call ended, or Begin, up to a time. A second that has not ended yet is
	// left to the next call. Metrics are sampled at the ends of intervals, so a sample at `until` belongs to this call.
	Generate(until time.Time) Batch
}

// Endpoints are the full addresses that take OTLP protobuf by POST. An empty address leaves that signal out.
type Endpoints struct {
	// Metrics is for example http://127.0.0.1:9090/api/v1/otlp/v1/metrics.
	Metrics string
	// Logs is for example http://127.0.0.1:3100/otlp/v1/logs.
	Logs string
	// Traces is for example http://127.0.0.1:4318/v1/traces.
	Traces string
}

// Volume counts what was pushed.
type Volume struct {
	// Traces, Spans, Lines (log records) and Points (metric data points; a histogram is one) in numbers.
	Traces, Spans, Lines, Points int
	// Requests is the number of HTTP requests that were accepted, and Bytes their size before compression.
	Requests, Bytes int
}

func (v *Volume) add(other Volume) {
	v.Traces += other.Traces
	v.Spans += other.Spans
	v.Lines += other.Lines
	v.Points += other.Points
	v.Requests += other.Requests
	v.Bytes += other.Bytes
}
