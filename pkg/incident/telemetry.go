package incident

import "time"

// Series is one line of numbers over time.
type Series struct {
	Name   string            `json:"name,omitempty"` // what it shows, for a legend
	Unit   Unit              `json:"unit,omitempty"`
	Labels map[string]string `json:"labels,omitempty"`
	Points []Point           `json:"points"` // ordered by time, no two at the same time
}

// Point is one number at one time.
type Point struct {
	Time  time.Time `json:"t"`
	Value float64   `json:"v"`
}

// Exemplar is a request that a metric names as an example of what it measured.
type Exemplar struct {
	Trace string    `json:"trace"` // its trace's id: lower-case hex without leading zeros
	Time  time.Time `json:"time"`
	Value float64   `json:"value"` // as the metric measured it
}

// Line is one log line.
type Line struct {
	Time   time.Time         `json:"time"`
	Text   string            `json:"text"`
	Level  string            `json:"level,omitempty"` // lower case, as far as it is known
	Labels map[string]string `json:"labels,omitempty"`
}

// Trace is one request with its spans, ordered by start, parents before children that start with them.
type Trace struct {
	ID       string        `json:"id"` // lower-case hex without leading zeros
	Start    time.Time     `json:"start"`
	Duration time.Duration `json:"duration"` // ns
	Spans    []Span        `json:"spans"`
	// Partial says that some of its spans are missing: more match than the store brought, or their parents are not stored.
	Partial bool `json:"-"`
}

// Services counts the services that took part.
func (t *Trace) Services() int {
	seen := map[string]bool{}
	for _, s := range t.Spans {
		seen[s.Service] = true
	}
	return len(seen)
}

// SpanKind tells which side of a call a span recorded.
type SpanKind string

// The kinds of OpenTelemetry, in lower case.
const (
	KindUnset    SpanKind = ""
	KindInternal SpanKind = "internal"
	KindServer   SpanKind = "server"
	KindClient   SpanKind = "client"
	KindProducer SpanKind = "producer"
	KindConsumer SpanKind = "consumer"
)

// Span is one piece of work of one service within a trace.
type Span struct {
	ID            string            `json:"id"`
	Parent        string            `json:"parent,omitempty"` // empty at a root
	Service       string            `json:"service"`
	Name          string            `json:"name"`
	Kind          SpanKind          `json:"kind,omitempty"`
	Start         time.Time         `json:"start"`
	Duration      time.Duration     `json:"duration"` // ns
	Failed        bool              `json:"failed,omitempty"`
	StatusMessage string            `json:"statusMessage,omitempty"`
	Attributes    map[string]string `json:"attributes,omitempty"`
	Resource      map[string]string `json:"resource,omitempty"`
	Events        []SpanEvent       `json:"events,omitempty"`
	// Within is how many spans the store has of the subtree that begins here, this one included, whether they were brought
	// or not; 0 where that is not known.
	Within int `json:"-"`
}

// End is when the span ended.
func (s Span) End() time.Time { return s.Start.Add(s.Duration) }

// SpanEvent is something that happened during a span; a skewed clock can put it outside.
type SpanEvent struct {
	Name       string            `json:"name"`
	Time       time.Time         `json:"time"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// TraceSummary is what a search tells of a trace without fetching it.
type TraceSummary struct {
	ID       string        `json:"id"`
	Service  string        `json:"service"` // of the root span
	Name     string        `json:"name"`    // of the root span
	Start    time.Time     `json:"start"`
	Duration time.Duration `json:"duration"`          // ns
	Spans    []Span        `json:"spans,omitempty"`   // matching ones, where these were asked for; with the attributes asked for
	Matched  int           `json:"matched,omitempty"` // how many match; more than Spans where the store brought only some
}
