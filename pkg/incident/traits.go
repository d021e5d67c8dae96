package incident

// TraceShapes groups the traces looked at by where and how they fail.
type TraceShapes struct {
	Shapes []TraceShape `json:"shapes"`           // the commonest first
	Of     int          `json:"of"`               // traces looked at, sampled evenly over time; since the onset where that is known
	Before int          `json:"before,omitempty"` // traces that failed before the onset, looked at to tell what is new
	// Attributes are those that the spans of these traces have and that could tell why these and not others; identifiers
	// and what only describes the failure are left out. As TraceQL names them, without scope.
	Attributes []AttributeName `json:"attributes"`
	Chosen     string          `json:"chosen"` // id of the trace that stands for the commonest shape
	Spans      [][]Span        `json:"-"`      // of the traces looked at, as far as the search brought them
}

// TraceSlice is a short time and the traces found in it.
type TraceSlice struct {
	Window Window   `json:"window"` // whole seconds
	Traces []string `json:"traces"` // ids, newest first
}

// WholeTraces are traces that were read with all that their spans say.
type WholeTraces struct {
	Traces []Trace
}

// TraceShape is one way to fail.
type TraceShape struct {
	Shape string `json:"shape"` // for example "charge of payment-service: PoolExhaustedError"
	// Service and Operation are of the span where these traces go wrong; empty where they came without spans.
	Service   string `json:"service,omitempty"`
	Operation string `json:"operation,omitempty"`
	Failed    bool   `json:"failed,omitempty"` // that span failed; else most of the time went there
	Count     int    `json:"count"`
	Before    int    `json:"before,omitempty"` // of the traces that failed before the onset
	Trace     string `json:"trace"`            // id of the longest one
}

// AttributeName is an attribute of spans, or of the resource that recorded them.
type AttributeName struct {
	Resource bool   `json:"resource,omitempty"`
	Name     string `json:"name"`
}

// Traits is what failing traces have in common and passing ones do not.
type Traits struct {
	Traits  []Trait `json:"traits"`  // the largest difference first
	Failing int     `json:"failing"` // traces compared
	Passing int     `json:"passing"`
}

// Trait is an attribute's value on the spans of a service.
type Trait struct {
	Service   string  `json:"service"`
	Attribute string  `json:"attribute"`
	Value     string  `json:"value"`
	Failing   int     `json:"failing"`   // failing traces that have it
	FailingOf int     `json:"failingOf"` // failing traces that touch the service
	Passing   int     `json:"passing"`
	PassingOf int     `json:"passingOf"`
	Chance    float64 `json:"chance"` // how likely chance alone does that, corrected for the number of values compared
}
