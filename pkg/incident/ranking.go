package incident

import "time"

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
	Score       float64       `json:"score"`  // 0 to 1, by how much its requests differ at least from before
	Chance      float64       `json:"chance"` // of its least likely evidence, corrected for everything that was compared
	Lasted      time.Duration `json:"lasted"` // ns, from the first to the last request that shows it
	Last        time.Time     `json:"last"`   // of that last one
	ExplainedBy string        `json:"explainedBy,omitempty"`
	Unlinked    bool          `json:"unlinked,omitempty"` // nothing says that it takes part in the subject's requests
	Evidence    []Difference  `json:"evidence"`           // the strongest first
}

// Difference is one change of how a service handles its requests.
type Difference struct {
	Kind     string   `json:"kind"`            // for example "edge latency" or "log pattern"
	What     string   `json:"what"`            // the log line, operation, call or metric
	Peers    []string `json:"peers,omitempty"` // the other ends of the calls that it speaks of
	Now      Counted  `json:"now"`
	Before   Counted  `json:"before"`
	Usual    float64  `json:"usual,omitempty"`   // the usual value, ms or the metric's unit
	Current  float64  `json:"current,omitempty"` // the value now, likewise
	Strength float64  `json:"strength"`
	Example  string   `json:"example,omitempty"` // a log line of the kind
	Failure  bool     `json:"failure,omitempty"` // it tells of a failure by itself: an error, a warning, more time or more of a machine than usual
}

// Counted is how many requests of how many show something; points of how many, for a metric.
type Counted struct {
	Hits int `json:"hits"`
	Of   int `json:"of"`
}

// Witness is a second count of what the ranking says of its first service.
type Witness struct {
	Service string         `json:"service"`
	Kind    string         `json:"kind"`
	What    string         `json:"what"`
	Now     float64        `json:"now"`    // traces that show it, 1/s
	Before  float64        `json:"before"` // likewise, before it began
	Outcome WitnessOutcome `json:"outcome"`
}

// WitnessOutcome is what a second count says of the first.
type WitnessOutcome string

// What a second count can say.
const (
	WitnessConfirms    WitnessOutcome = "confirms"
	WitnessContradicts WitnessOutcome = "contradicts"
	WitnessUnsure      WitnessOutcome = "unsure"
)
