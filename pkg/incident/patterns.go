package incident

import "time"

// PatternChange is what became of a pattern of log lines.
type PatternChange string

// The ways in which a pattern changes.
const (
	PatternNew    PatternChange = "new"
	PatternGone   PatternChange = "gone"
	PatternRisen  PatternChange = "risen"
	PatternFallen PatternChange = "fallen"
)

// LogPatterns is what changed in the log of some services.
type LogPatterns struct {
	Services []string     `json:"services"` // whose lines were read
	Changed  []LogPattern `json:"changed"`  // the worst first
	Window   Window       `json:"window"`   // what the lines of now were read from
	Baseline Window       `json:"baseline"` // within which the slices of before lie
	Now      LogSample    `json:"now"`
	Before   LogSample    `json:"before"`
}

// LogSample is how many lines were read, and what time they cover.
type LogSample struct {
	Lines     int           `json:"lines"`
	Covered   time.Duration `json:"covered"`             // ns
	Truncated bool          `json:"truncated,omitempty"` // there were more lines in the time asked for
}

// LogPattern is one kind of line now against before. Counts are of the samples, unless they are exact.
type LogPattern struct {
	Service string        `json:"service"`
	Level   string        `json:"level,omitempty"`
	Text    string        `json:"text"` // with <*> where lines differ
	Change  PatternChange `json:"change"`
	Now     float64       `json:"now"`              // lines
	Before  float64       `json:"before"`           // lines
	Covers  [2]float64    `json:"covers"`           // s that Now and Before were counted over
	Ratio   float64       `json:"ratio"`            // of the rates; above 1 is more than before
	Chance  float64       `json:"chance"`           // how likely chance alone does that
	Exact   bool          `json:"exact,omitempty"`  // the log store counted, over all lines
	Example Line          `json:"example,omitzero"` // one of its lines
}

// Mentions is who else's log names the host that the culprit called.
type Mentions struct {
	Host     string    `json:"host"`
	Services []Mention `json:"services"` // the most frequent first
	Window   Window    `json:"window"`
	Baseline Window    `json:"baseline"`
}

// Mention is how often one service's log names the host.
type Mention struct {
	Service string  `json:"service"`
	Now     float64 `json:"now"`    // lines in the window
	Before  float64 `json:"before"` // lines in the baseline
}

// LogLabels tells how the log store names things.
type LogLabels struct {
	Service   string `json:"service"`             // the label that holds a service's name, for example service_name
	Namespace string `json:"namespace,omitempty"` // the label that holds a Kubernetes namespace, for example k8s_namespace_name
	// Scopes are, for each part of a scope, the labels that may hold it.
	Scopes map[ScopePart][]string `json:"scopes,omitempty"`
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
	// NoBaseline says that the service wrote no line of any kind in Baseline, so that Before tells nothing.
	NoBaseline bool `json:"noBaseline,omitempty"`
}
