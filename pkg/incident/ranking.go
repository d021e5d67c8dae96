package incident

import (
	"cmp"
	"time"
)

// Neighbours are the services that take part in the subject's requests.
type Neighbours struct {
	Services []string  `json:"services"` // ordered
	Traces   []Trace   `json:"-"`        // a sample of the requests, with the spans at which services call each other
	Sampled  int       `json:"sampled"`  // how many traces that are
	Calls    int       `json:"calls"`    // how many calls between services are in them
	Parts    []Sampled `json:"-"`        // of the window, in the order of time
	Lost     bool      `json:"-"`        // a part of the window could not be read
}

// Sampled is how much of a time its newest requests are.
type Sampled struct {
	Window Window // from the oldest of the requests to the end of the time; the whole of it where all were brought
	Traces int
}

// Risen is what infrastructure metrics of services that the requests do not pass do now, as the store counts it: where there are many, only
// those that rose most are read.
type Risen struct {
	Series int           `json:"series"` // that there are
	Most   []RisenSeries `json:"most"`   // that rose most, the most first
	Usual  []UsualRise   `json:"usual"`  // by metric
}

// RisenSeries is one of these that rose.
type RisenSeries struct {
	Metric  string  `json:"metric"`
	Service string  `json:"service"`
	Pod     string  `json:"pod,omitempty"`
	Label   string  `json:"-"`     // value of the label that names its service, where it has no pod
	Times   float64 `json:"times"` // its level, or rate, now divided by that before; 1,000 at most
}

// UsualRise is by how many times the middle one of a metric's series rose.
type UsualRise struct {
	Metric string  `json:"metric"`
	Times  float64 `json:"times"`
}

// Ranking is which of the services the incident most likely began in, by what their requests, log lines and metrics show.
type Ranking struct {
	Services []RankedService `json:"services"` // the most suspicious first
	Onset    *MovedAt        `json:"onset,omitempty"`
	Compared int             `json:"compared"` // how many changes were looked at, moments of onset included
	Shuffled Counted         `json:"shuffled"` // other orders of the same requests in which some service fails as much as the first one; of none where that was not tried
	Traces   int             `json:"traces"`
	Lines    int             `json:"lines"`
	Metrics  int             `json:"metrics"` // series
}

// RankedService is one service of a ranking.
type RankedService struct {
	Service     string        `json:"service"`
	Score       float64       `json:"score"`           // 0 to 1, by how much its requests differ at least from before
	Chance      float64       `json:"chance"`          // of its least likely evidence, corrected for everything that was compared
	Lasted      time.Duration `json:"lasted"`          // ns, from the first to the last request that shows it
	Last        time.Time     `json:"last"`            // of that last one
	Began       *MovedAt      `json:"began,omitempty"` // as its strongest evidence has it; nil behind the first few services
	ExplainedBy string        `json:"explainedBy,omitempty"`
	Unlinked    bool          `json:"unlinked,omitempty"` // nothing says that it takes part in the subject's requests
	NamedBy     string        `json:"namedBy,omitempty"`  // the service whose error lines name it, where nothing else says that it takes part
	Evidence    []Difference  `json:"evidence"`           // the strongest first
}

// The kinds of differences. What each is stands where they are found, in package rank.
const (
	DifferenceEdgeLatency = "edge latency"
	DifferenceOwnLatency  = "own latency"
	DifferenceLogPattern  = "log pattern"
	DifferenceErrorLines  = "error lines"
	DifferenceOperation   = "operation"
	DifferenceCallPattern = "calls"
	DifferenceErrors      = "errors"
	DifferenceRefused     = "refusals"
	DifferenceCPU         = "cpu"
	DifferenceMemory      = "memory"
	DifferenceDisk        = "disk"
	DifferenceNetwork     = "network"
)

// Difference is one change of how a service handles its requests.
type Difference struct {
	Kind     string   `json:"kind"` // for example "edge latency" or "log pattern"
	About    Aspect   `json:"about"`
	Peers    []string `json:"peers,omitempty"` // the other ends of the calls that it speaks of
	Now      Counted  `json:"now"`
	Before   Counted  `json:"before"`
	Usual    float64  `json:"usual,omitempty"`   // the usual value, ms or the metric's unit
	Current  float64  `json:"current,omitempty"` // the value now, likewise
	Strength float64  `json:"strength"`
	Chance   float64  `json:"chance"`            // that chance alone makes it, corrected for everything that was compared
	Example  string   `json:"example,omitempty"` // a log line of the kind
	Holds    []string `json:"holds,omitempty"`   // what all log lines of the kind hold as it is: what to search for
	Failure  bool     `json:"failure,omitempty"` // it tells of a failure by itself: an error, a warning, more time or more of a machine than usual
}

// Aspect is the part of a service that a difference is about, in fields; which of them are set follows from the kind of the
// difference. Texts are made of it by package difference, and by nobody else.
type Aspect struct {
	Operation string `json:"operation,omitempty"` // name of a span: the service's own or, of a call, the callee's
	Callee    string `json:"callee,omitempty"`    // service that is called
	Status    int    `json:"status,omitempty"`    // HTTP status of the answer
	Level     string `json:"level,omitempty"`     // of a log line, lower case
	Line      string `json:"line,omitempty"`      // place in the code that writes a log line, or its constant words
	Metric    string `json:"metric,omitempty"`    // name of a metric
}

// Compare orders aspects.
func (a Aspect) Compare(b Aspect) int {
	return cmp.Or(cmp.Compare(a.Callee, b.Callee), cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Status, b.Status),
		cmp.Compare(a.Level, b.Level), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Metric, b.Metric))
}

// Counted is how many requests of how many show something; points of how many, for a metric.
type Counted struct {
	Hits int `json:"hits"`
	Of   int `json:"of"`
}

// Witnesses are second counts of what the ranking says of one of its services.
type Witnesses struct {
	Counts []Witness `json:"counts"` // of one service's differences, the strongest first
}

// Witness is a second count of one difference, over everything that its store has and not over a sample, for as long since it began as
// before it.
type Witness struct {
	Service string         `json:"service"`
	Kind    string         `json:"kind"`
	About   Aspect         `json:"about"`
	Peers   []string       `json:"peers,omitempty"` // as the difference has them
	Outcome WitnessOutcome `json:"outcome"`
	Reason  string         `json:"reason,omitempty"` // a sentence: why it could not be counted
	Counted Counting       `json:"counted,omitempty"`
	Now     Tally          `json:"now"`
	Before  Tally          `json:"before"`
}

// Counting is what a second count is of.
type Counting string

// What can be counted over everything.
const (
	CountedTraces Counting = "traces"
	CountedLines  Counting = "log lines"
)

// Tally is how many were counted in which time.
type Tally struct {
	Count float64       `json:"count"`
	Over  time.Duration `json:"over"` // ns; 0 where nothing was counted
}

// Rate is how many there are in a second; 0 where nothing was counted.
func (t Tally) Rate() float64 {
	if t.Over <= 0 {
		return 0
	}
	return t.Count / t.Over.Seconds()
}

// WitnessOutcome is what a second count says of the first.
type WitnessOutcome string

// What a second count can say.
const (
	WitnessConfirms    WitnessOutcome = "confirms"
	WitnessContradicts WitnessOutcome = "contradicts"
	WitnessUnsure      WitnessOutcome = "unsure"
	WitnessUncounted   WitnessOutcome = "uncounted" // it could not be counted, or the store did not answer
)
