package incident

import (
	"slices"
	"time"
)

// FailingTraces is what a search for the failing requests found.
type FailingTraces struct {
	Count   int            `json:"count"`
	AtLeast bool           `json:"atLeast"` // the store stopped at its limit
	Traces  []TraceSummary `json:"traces"`  // newest first, as many as were returned
	Sampled []string       `json:"sampled"` // ids of those in Slices
	Slices  []TraceSlice   `json:"slices"`  // short times spread over all of them, in which traces are looked at together
	Longest []string       `json:"longest"` // ids of the longest ones, which show the fault best
	Window  Window         `json:"window"`
	Slow    bool           `json:"slow,omitempty"` // nothing failed; these are the slowest instead
	// Refused are the statuses with which these were refused, where nothing failed and more are refused than before.
	Refused []string `json:"refused,omitempty"`
}

// Exemplars are the traces that the request metric names.
type Exemplars struct {
	Metric string   `json:"metric"`
	Traces []string `json:"traces"` // ids, ordered, each once
}

// Example is the trace that stands for the others.
type Example struct {
	Trace  Trace  `json:"trace"`
	Reason string `json:"reason"`
	Shape  string `json:"shape"` // what it and its like have in common
	Like   int    `json:"like"`  // how many of the traces looked at have the same shape
	Of     int    `json:"of"`    // how many were looked at
}

// Culprit is the span where the example went wrong.
type Culprit struct {
	Span         Span          `json:"span"`
	Self         time.Duration `json:"self"`         // time in none of its children, ns
	Path         []string      `json:"path"`         // span ids from the root to the culprit
	CriticalPath []string      `json:"criticalPath"` // span ids that the request's duration consists of
	External     string        `json:"external,omitempty"`
	Timeout      bool          `json:"timeout,omitempty"`
	GaveUp       *Span         `json:"gaveUp,omitempty"`  // the failed call that gave up while the culprit was at work
	Refused      string        `json:"refused,omitempty"` // the status with which the request was refused here
	Reason       string        `json:"reason"`
}

// MostOf says that the culprit's own time is more than half of what the request took that a service handled above it, or of the whole
// trace where it handled none there.
func (c *Culprit) MostOf(t *Trace, service string) bool {
	whole := t.Duration
	for _, span := range t.Spans {
		handles := span.Kind == KindServer || span.Kind == KindConsumer
		if handles && span.Service == service && slices.Contains(c.Path, span.ID) && span.Duration < whole {
			whole = span.Duration
		}
	}
	return 2*c.Self > whole
}
