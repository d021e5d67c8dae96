// Package rank says which service an incident most likely began in, from the spans, log lines and metrics of all services
// that took part.
//
// Everything is brought to one currency: an event that a request's handling by a service shows or does not show (a log
// line written, an operation run, a call made, an error, a time longer than usual), how often it does since the onset and
// how often it did before. The strength of such a change is the least difference of the two shares that the numbers of
// requests allow: it needs effect and significance both, and it unfolds into four counts. docs/diagnosis.md has the
// method with its formulae and sources. The package is pure, and its results do not depend on the order of its input.
package rank

import (
	"maps"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Input is what is known about a system around an incident. Any part may be empty.
type Input struct {
	Traces  []incident.Trace
	Lines   []Line
	Read    []string // ids of the traces of which Lines are all lines; nil means all traces
	Metrics []Metric
	// Unread are metrics that were compared elsewhere and are not among Metrics, since they rose less; Usual is by how many times the middle
	// one of all of a metric's series rose, by its name, where Metrics are not all of them.
	Unread int
	Usual  map[string]float64
	Window incident.Window // the time that all of it covers
	// Sampled are the times that the traces are from, ordered, where they are not from all of the window; nil means all of it.
	Sampled []incident.Window
	Onsets  []time.Time // moments at which the incident may have begun, as far as others found any
}

// Line is one log line of a service.
type Line struct {
	Time        time.Time
	Service     string
	Trace, Span string // hex, empty where the line does not say; trace ids without leading zeros
	Text, Level string
}

// Kind is what a piece of evidence is about.
type Kind string

// The kinds of evidence.
const (
	EdgeLatency Kind = incident.DifferenceEdgeLatency // calls take longer than the one called works on them
	OwnLatency  Kind = incident.DifferenceOwnLatency  // it takes longer in none of its calls to others: itself, or in what it calls without a trace
	LogPattern  Kind = incident.DifferenceLogPattern  // a line that is new or gone, more or less frequent
	ErrorLines  Kind = incident.DifferenceErrorLines  // lines that tell of a failure and name no request: intervals of time that have them
	Operation   Kind = incident.DifferenceOperation   // work that is new or gone within a request
	CallPattern Kind = incident.DifferenceCallPattern // calls to others that are new or gone
	Errors      Kind = incident.DifferenceErrors      // spans that failed
	Refused     Kind = incident.DifferenceRefused     // requests that were answered with an HTTP status of 400 to 499
	CPU         Kind = incident.DifferenceCPU
	Memory      Kind = incident.DifferenceMemory
	Disk        Kind = incident.DifferenceDisk
	Network     Kind = incident.DifferenceNetwork
)

// Share is how many of how many.
type Share struct {
	Hits, Of int
}

// Ratio is the share as a number from 0 to 1; 0 of none.
func (s Share) Ratio() float64 {
	if s.Of == 0 {
		return 0
	}
	return float64(s.Hits) / float64(s.Of)
}

// Evidence is one change that speaks for a service.
type Evidence struct {
	Kind    Kind
	Service string
	About   incident.Aspect
	Peers   []string // the other ends of the calls it speaks of, ordered
	Example string   // a log line of the kind, shortened
	Holds   []string // what all log lines of the kind hold as it is
	Now     Share    // requests that show it since the onset; points, for a metric
	Before  Share    // requests that showed it before
	Typical float64  // the usual value before: ms, or the metric's unit; 0 where there is none
	Current float64  // the usual value now, likewise
	// Strength is the least difference of the shares that the counts allow, from 0 to 1.
	Strength float64
	// Chance is how likely chance alone is to make the two shares differ so much, or a metric be so far off its usual
	// level, corrected for everything that was compared.
	Chance  float64
	Failure bool // it tells of a failure by itself: an error, a warning, or more time or more of a machine than usual
}

// More says whether it happens more often than before.
func (e Evidence) More() bool { return e.Now.Ratio() > e.Before.Ratio() }

// Score is what pieces of evidence weigh together, by their kinds: of those of one origin the strongest counts, and those of several
// speak for each other as independent witnesses do.
func Score(strengths map[Kind]float64) float64 {
	strongest := map[int]float64{}
	for kind, strength := range strengths {
		strongest[groups[kind]] = max(strongest[groups[kind]], strength)
	}
	none := 1.0
	for _, group := range slices.Sorted(maps.Keys(strongest)) { // the same order makes the same sum
		none *= 1 - strongest[group]
	}
	return 1 - none
}

// Suspect is a service with what speaks for it.
type Suspect struct {
	Service     string
	Score       float64           // 0 to 1
	Evidence    []Evidence        // the strongest first, one of each kind and subject
	Chance      float64           // of its least likely evidence, corrected for everything that was compared
	Lasted      time.Duration     // from the first to the last request, or point, that shows its strongest evidence
	Last        time.Time         // of that last one
	Began       *incident.MovedAt // as its strongest evidence has it; nil behind the first few suspects
	ExplainedBy string            // the service whose change comes with its own; empty where there is none
}

// Ranking is the result.
type Ranking struct {
	Suspects []Suspect
	Onset    *incident.MovedAt // as the first suspect's strongest evidence has it; nil without suspects
	Compared int               // how many changes were looked at
	// Shuffled is in how many other orders of the same requests some service changes as much as the first suspect. It is tried
	// where that one's Chance is above Unsure, and where requests speak against it; elsewhere it is of none.
	Shuffled Share
	Services []string // that were seen, ordered
}
