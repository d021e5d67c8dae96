package incident

import (
	"strings"
	"time"
)

// ServiceSeries tells how the subject's service is found in the request metric.
type ServiceSeries struct {
	Label    string        `json:"label"`            // for example service_name
	Value    string        `json:"value"`            // as that label spells the service
	Prefix   string        `json:"prefix,omitempty"` // what the label's values have before a service's name, for example "shop/"
	Interval time.Duration `json:"interval"`         // between two samples, ns
	// Scopes are where else the name occurs, as far as labels tell; nil where none does.
	Scopes *SystemLabels `json:"scopes,omitempty"`
}

// Counters tells whether the counters of the request metric can be read as counters.
type Counters struct {
	Resets   float64  `json:"resets"`             // of the series that fell most often, in the time looked at
	Samples  float64  `json:"samples"`            // of one series in that time
	Fall     bool     `json:"fall,omitempty"`     // it falls too often for restarts: nothing can be read from it
	Copies   int      `json:"copies"`             // of a series that differ only in the label of a replica
	Begun    float64  `json:"begun,omitempty"`    // requests that counters began at, which appeared in the time looked at
	Firsts   bool     `json:"firsts,omitempty"`   // these are too many to be missed, so that rates count them
	Replicas []string `json:"replicas,omitempty"` // labels that tell such copies apart; empty where each is stored once
}

// Name is the service that a value of the label means.
func (s ServiceSeries) Name(value string) string { return strings.TrimPrefix(value, s.Prefix) }

// Spell writes other services as the label's values do.
func (s ServiceSeries) Spell(services ...string) []string {
	spelled := make([]string, len(services))
	for i, service := range services {
		spelled[i] = s.Prefix + service
	}
	return spelled
}

// Change is one number of the service now, against what it was before it changed.
type Change struct {
	Now      float64  `json:"now"`    // in Unit
	Normal   float64  `json:"normal"` // in Unit, over Baseline
	Unit     Unit     `json:"unit"`
	Samples  float64  `json:"samples,omitempty"` // requests behind Now
	Baseline Window   `json:"baseline"`
	Moved    *MovedAt `json:"moved,omitempty"` // nil when it did not change
	Worse    bool     `json:"worse"`           // moved, and in the direction that hurts
	Window   Window   `json:"window"`          // what Now speaks of
	Query    string   `json:"query,omitempty"` // PromQL that brings Now at any time
	Scale    float64  `json:"scale,omitempty"` // what its answer is multiplied by; 0 means 1
	// NoBaseline says that nothing is known from before, so that Normal means nothing and nobody can tell whether it changed.
	NoBaseline bool `json:"noBaseline,omitempty"`
	// Mean says that it is a mean of durations and no quantile, since the metric has no more.
	Mean bool `json:"mean,omitempty"`
	// AtLeast says that Now lies in the last bucket of a histogram, whose lower bound is all that is known.
	AtLeast bool `json:"atLeast,omitempty"`
	// Codes are the statuses that make up a rise of requests that clients are to blame for, the largest part first.
	Codes []string `json:"codes,omitempty"`
}

// Latency names what a change of latency is of: "p99 latency", or "mean latency" where no more is known.
func (k *Change) Latency() string {
	if k.Mean {
		return "mean latency"
	}
	return "p99 latency"
}

// MovedAt is when a series left its baseline: some time after Earliest, no later than Latest.
type MovedAt struct {
	Earliest time.Time `json:"earliest"`
	Latest   time.Time `json:"latest"`
}

// Middle is the moment to name when only one can be named.
func (m MovedAt) Middle() time.Time { return m.Earliest.Add(m.Latest.Sub(m.Earliest) / 2) }

// Margin is how far the true moment can be from Middle.
func (m MovedAt) Margin() time.Duration { return m.Latest.Sub(m.Earliest) / 2 }

// sampled is how far apart the samples of a metric may lie of which nobody knows it: what Prometheus' configuration says by default.
const sampled = time.Minute

// SurelyAfter says that one series moved after another did. A metric shows something up to a sample after it began, and each is sampled
// at times of its own: a difference of one sample is no order.
func (m MovedAt) SurelyAfter(other MovedAt) bool {
	return m.Earliest.Add(-sampled).After(other.Latest)
}

// Onset is when the incident began, as far as the service's own numbers tell.
type Onset struct {
	MovedAt
	First    string        `json:"first"`          // which number moved first: "latency", "errors", "client errors" or "traffic"
	Lead     time.Duration `json:"lead,omitempty"` // by how much latency moved before errors, ns; negative when after
	Baseline Window        `json:"baseline"`       // the time before it that counts as normal
}

// Callees names the services that the subject's service calls.
type Callees struct {
	Services []string `json:"services"` // ordered
}

// Dependencies is the table of callees.
type Dependencies struct {
	Rows []Dependency `json:"rows"`
}

// Health is a callee's state in one word.
type Health string

// The states of a callee.
const (
	Healthy  Health = "healthy"
	Degraded Health = "degraded"
	Failing  Health = "failing"
	Unknown  Health = "unknown" // nothing measures it
	// Uncompared: its numbers are known, fewer than half of its requests fail, and nothing is known from before.
	Uncompared Health = "not compared"
)

// Dependency is one callee: what its callers and itself see of it. A nil number is one that nobody measures.
type Dependency struct {
	Service        string   `json:"service"`
	P99            *float64 `json:"p99"`                  // s
	P99AtLeast     bool     `json:"p99AtLeast,omitempty"` // P99 is a lower bound: it lies in the last bucket of its histogram
	P99Baseline    *float64 `json:"p99Baseline"`          // s
	P99View        string   `json:"p99View"`              // "client" or "server": whose clock the p99 is from
	Errors         *float64 `json:"errors"`               // ratio of its requests
	ErrorsBaseline *float64 `json:"errorsBaseline"`       // ratio
	ErrorsView     string   `json:"errorsView"`           // "client" or "server"
	Rate           *float64 `json:"rate"`                 // calls by the subject's service, 1/s
	Health         Health   `json:"health"`
	Requests       float64  `json:"requests"` // behind Errors
	// OwnErrors is the ratio of its requests that it fails by its own view without a failed call of its own behind them; nil
	// where it does not tell.
	OwnErrors *float64 `json:"ownErrors"`
	// InheritedFrom are the callees of its own that fail it, ordered; empty where none is known.
	InheritedFrom []string `json:"inheritedFrom"`
}

// BlastRadius is whom the incident hurts.
type BlastRadius struct {
	Operations []Affected `json:"operations"` // of the subject's service, the worst hurt first
	Callers    []Affected `json:"callers"`    // services that call it, as they see it
}

// Affected is an operation or a caller with its numbers now and in the hour before the onset. A nil number is one that
// nobody measures.
type Affected struct {
	Name           string   `json:"name"`
	Rate           float64  `json:"rate"` // 1/s
	RateBaseline   *float64 `json:"rateBaseline"`
	Errors         *float64 `json:"errors"` // ratio
	ErrorsBaseline *float64 `json:"errorsBaseline"`
	P99            *float64 `json:"p99"`                  // s
	P99AtLeast     bool     `json:"p99AtLeast,omitempty"` // P99 is a lower bound: it lies in the last bucket of its histogram
	P99Baseline    *float64 `json:"p99Baseline"`
	Health         Health   `json:"health"`
}

// Comparison is an infrastructure number now against its baseline.
type Comparison struct {
	What     string   `json:"what"`         // for example "DNS lookups of api.stripe.com"
	Of       string   `json:"of,omitempty"` // the name of what is compared, where a service has several, for example "api.stripe.com"
	Service  string   `json:"service"`
	Now      float64  `json:"now"`
	Normal   float64  `json:"normal"`
	Limit    *float64 `json:"limit,omitempty"` // the most it can be, where that is known
	Unit     Unit     `json:"unit"`
	Abnormal bool     `json:"abnormal"`
	Moved    *MovedAt `json:"moved,omitempty"`
	Query    string   `json:"query,omitempty"` // PromQL that brings Now at any time
	Scale    float64  `json:"scale,omitempty"` // what its answer is multiplied by; 0 means 1
	// Tolerable is up to what it is no trouble, however low the normal one is.
	Tolerable float64 `json:"tolerable,omitempty"`
}
