package incident

import (
	"strings"
	"time"
)

// Fact names something that a step can learn, so that other steps can say they need it.
type Fact string

// The facts, in the order in which they usually become known.
const (
	FactConventions  Fact = "conventions"
	FactLogLabels    Fact = "log labels"
	FactService      Fact = "service"
	FactErrors       Fact = "errors"
	FactTraffic      Fact = "traffic"
	FactLatency      Fact = "latency"
	FactOnset        Fact = "onset"
	FactCallees      Fact = "callees"
	FactDependencies Fact = "dependencies"
	FactBlastRadius  Fact = "blast radius"
	FactFailing      Fact = "failing traces"
	FactExemplars    Fact = "exemplars"
	FactExample      Fact = "example trace"
	FactCulprit      Fact = "culprit span"
	FactTraceLines   Fact = "log lines of the trace"
	FactPattern      Fact = "failing log pattern"
	FactExternals    Fact = "status of externals"
	FactLookups      Fact = "name lookups"
	FactPool         Fact = "connection pool"
	FactPods         Fact = "pods in trouble"
	FactSaturation   Fact = "saturation"
	FactEvents       Fact = "cluster events"
	FactChanges      Fact = "changes"
	FactInfraLogs    Fact = "infrastructure's logs"
	FactSurroundings Fact = "surroundings"
	FactShared       Fact = "shared connection pool"
	FactVerdict      Fact = "verdict"
	FactRecovery     Fact = "exit criteria"
	FactPatterns     Fact = "changed log patterns"
	FactMentions     Fact = "mentions of the dependency in other logs"
	FactSlow         Fact = "slow traces"
	FactWhole        Fact = "whole traces"
	FactShapes       Fact = "shapes of failing traces"
	FactTraits       Fact = "attributes of failing traces"
	FactNeighbours   Fact = "services of the requests"
	FactRanking      Fact = "ranking of the services"
)

// Facts is what the steps have learned; nil means not learned (yet).
type Facts struct {
	Conventions  *Conventions    `json:"conventions,omitempty"`
	LogLabels    *LogLabels      `json:"logLabels,omitempty"`
	Service      *ServiceSeries  `json:"service,omitempty"`
	Errors       *Change         `json:"errors,omitempty"`
	Traffic      *Change         `json:"traffic,omitempty"`
	Latency      *Change         `json:"latency,omitempty"`
	Onset        *Onset          `json:"onset,omitempty"`
	Callees      *Callees        `json:"callees,omitempty"`
	Dependencies *Dependencies   `json:"dependencies,omitempty"`
	BlastRadius  *BlastRadius    `json:"blastRadius,omitempty"`
	Failing      *FailingTraces  `json:"failingTraces,omitempty"`
	Exemplars    *Exemplars      `json:"exemplars,omitempty"`
	Example      *Example        `json:"example,omitempty"`
	Culprit      *Culprit        `json:"culprit,omitempty"`
	TraceLines   *TraceLines     `json:"traceLines,omitempty"`
	Pattern      *FailingPattern `json:"failingPattern,omitempty"`
	Externals    *Externals      `json:"externals,omitempty"`
	Lookups      *Comparison     `json:"lookups,omitempty"`
	Pool         *Comparison     `json:"pool,omitempty"`
	Patterns     *LogPatterns    `json:"logPatterns,omitempty"`
	Mentions     *Mentions       `json:"mentions,omitempty"`
	Slow         *FailingTraces  `json:"slowTraces,omitempty"`
	Whole        *WholeTraces    `json:"-"` // large, and read from the store whenever they are wanted
	Shapes       *TraceShapes    `json:"traceShapes,omitempty"`
	Traits       *Traits         `json:"traits,omitempty"`
	Pods         *PodTroubles    `json:"pods,omitempty"`
	Saturation   *Saturation     `json:"saturation,omitempty"`
	Events       *ClusterEvents  `json:"events,omitempty"`
	Changes      *Changes        `json:"changes,omitempty"`
	InfraLogs    *InfraLogs      `json:"infraLogs,omitempty"`
	Surroundings *Surroundings   `json:"surroundings,omitempty"`
	Shared       *SharedPool     `json:"sharedPool,omitempty"`
	Neighbours   *Neighbours     `json:"neighbours,omitempty"`
	Ranking      *Ranking        `json:"ranking,omitempty"`
	Blame        *Blame          `json:"blame,omitempty"` // nil where the verdict rests on nothing in the cluster
	Recovery     *ExitCriteria   `json:"recovery,omitempty"`
	Verdict      *Verdict        `json:"-"` // stands at the case itself
}

// Knows says whether the fact has been learned.
func (f *Facts) Knows(fact Fact) bool {
	return map[Fact]bool{
		FactConventions:  f.Conventions != nil,
		FactLogLabels:    f.LogLabels != nil,
		FactService:      f.Service != nil,
		FactErrors:       f.Errors != nil,
		FactTraffic:      f.Traffic != nil,
		FactLatency:      f.Latency != nil,
		FactOnset:        f.Onset != nil,
		FactCallees:      f.Callees != nil,
		FactDependencies: f.Dependencies != nil,
		FactBlastRadius:  f.BlastRadius != nil,
		FactFailing:      f.Failing != nil,
		FactExemplars:    f.Exemplars != nil,
		FactExample:      f.Example != nil,
		FactCulprit:      f.Culprit != nil,
		FactTraceLines:   f.TraceLines != nil,
		FactPattern:      f.Pattern != nil,
		FactExternals:    f.Externals != nil,
		FactLookups:      f.Lookups != nil,
		FactPool:         f.Pool != nil,
		FactPods:         f.Pods != nil,
		FactSaturation:   f.Saturation != nil,
		FactEvents:       f.Events != nil,
		FactChanges:      f.Changes != nil,
		FactInfraLogs:    f.InfraLogs != nil,
		FactSurroundings: f.Surroundings != nil,
		FactShared:       f.Shared != nil,
		FactVerdict:      f.Verdict != nil,
		FactRecovery:     f.Recovery != nil,
		FactPatterns:     f.Patterns != nil,
		FactMentions:     f.Mentions != nil,
		FactSlow:         f.Slow != nil,
		FactWhole:        f.Whole != nil,
		FactShapes:       f.Shapes != nil,
		FactTraits:       f.Traits != nil,
		FactNeighbours:   f.Neighbours != nil,
		FactRanking:      f.Ranking != nil,
	}[fact]
}

// ServiceSeries tells how the subject's service is found in the request metric.
type ServiceSeries struct {
	Label    string        `json:"label"`            // for example service_name
	Value    string        `json:"value"`            // as that label spells the service
	Prefix   string        `json:"prefix,omitempty"` // what the label's values have before a service's name, for example "shop/"
	Interval time.Duration `json:"interval"`         // between two samples, ns
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
	Now      float64  `json:"now"`
	Normal   float64  `json:"normal"`
	Unit     Unit     `json:"unit"`
	Samples  float64  `json:"samples,omitempty"`
	Baseline Window   `json:"baseline"`
	Moved    *MovedAt `json:"moved,omitempty"` // nil when it did not change
	Series   []Series `json:"-"`
	Worse    bool     `json:"worse"` // moved, and in the direction that hurts
	Limit    *float64 `json:"-"`
	Window   Window   `json:"window"`          // what Now speaks of
	Query    string   `json:"query,omitempty"` // PromQL that brings Now at any time
	Scale    float64  `json:"scale,omitempty"` // what its answer is multiplied by; 0 means 1
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

// Onset is when the incident began, as far as the service's own numbers tell.
type Onset struct {
	MovedAt
	First    string        `json:"first"`          // which number moved first: "latency", "errors" or "traffic"
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
	Unknown  Health = "unknown"
)

// Dependency is one callee: what its callers and itself see of it. A nil number is one that nobody measures.
type Dependency struct {
	Service        string   `json:"service"`
	P99            *float64 `json:"p99"`            // s
	P99Baseline    *float64 `json:"p99Baseline"`    // s
	P99View        string   `json:"p99View"`        // "client" or "server": whose clock the p99 is from
	Errors         *float64 `json:"errors"`         // ratio of its requests
	ErrorsBaseline *float64 `json:"errorsBaseline"` // ratio
	ErrorsView     string   `json:"errorsView"`     // "client" or "server"
	Rate           *float64 `json:"rate"`           // calls by the subject's service, 1/s
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
	P99            *float64 `json:"p99"` // s
	P99Baseline    *float64 `json:"p99Baseline"`
	Health         Health   `json:"health"`
}

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
	Reason       string        `json:"reason"`
}

// LogLabels tells how the log store names things.
type LogLabels struct {
	Service   string `json:"service"`             // the label that holds a service's name, for example service_name
	Namespace string `json:"namespace,omitempty"` // the label that holds a Kubernetes namespace, for example k8s_namespace_name
}

// TraceLines are the log lines of the example trace.
type TraceLines struct {
	Lines    []Line `json:"lines"`           // ordered by time
	Spelling string `json:"spelling"`        // where the trace id was found: "text" or "structured metadata"
	Field    string `json:"field,omitempty"` // the metadata or JSON field that holds it, for example trace_id
	Form     string `json:"form"`            // how it is written, for example "upper-case hex"
}

// FailingPattern is what the failing requests write into the log, counted.
type FailingPattern struct {
	Service  string  `json:"service"`
	Text     string  `json:"text"` // the constant part
	Now      float64 `json:"now"`  // lines in Window
	Before   float64 `json:"before"`
	Window   Window  `json:"window"`
	Baseline Window  `json:"baseline"`
}

// Comparison is an infrastructure number now against its baseline.
type Comparison struct {
	What     string   `json:"what"` // for example "DNS lookups of api.stripe.com"
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
