package incident

import "time"

// Outcome says what became of a step. The zero value claims nothing.
type Outcome string

const (
	// Found means the step looked and has something to say.
	Found Outcome = "found"
	// Clear means the step looked and everything was normal.
	Clear Outcome = "clear"
	// NotChecked means the step could not look; the reason says why and what to do.
	NotChecked Outcome = "not checked"
)

// StepResult is what one step did and learned.
type StepResult struct {
	Phase        Phase     `json:"phase"`
	ID           string    `json:"id"` // unique in its phase, for example "error-rate"
	Title        string    `json:"title"`
	Outcome      Outcome   `json:"outcome"`
	Reason       string    `json:"reason,omitempty"` // why it was not checked, a sentence
	Advice       string    `json:"advice,omitempty"` // what to do about that, a sentence
	Root         string    `json:"root,omitempty"`   // key of the step whose failure kept this one from looking
	Findings     []Finding `json:"findings"`
	Queries      []Query   `json:"queries"`
	Notes        []string  `json:"notes,omitempty"` // what limits its findings, a sentence each
	Milliseconds int64     `json:"milliseconds"`
}

// Key names the step within the whole investigation, for example "impact/error-rate".
func (s StepResult) Key() string { return string(s.Phase) + "/" + s.ID }

// Severity is how much a finding should worry its reader.
type Severity string

const (
	// Info is context.
	Info Severity = "info"
	// Normal is a comparison that found nothing unusual.
	Normal Severity = "normal"
	// Warning is unusual.
	Warning Severity = "warning"
	// Critical is unusual and harmful.
	Critical Severity = "critical"
)

// Finding is one statement with what it rests on.
type Finding struct {
	ID       string   `json:"id"`                // unique in its step
	Sentence string   `json:"sentence"`          // for a person; holds no number that Values lacks
	Moments  []Moment `json:"moments,omitempty"` // of the sentence, in their order
	Severity Severity `json:"severity"`
	Values   []Value  `json:"values"`
	Interval *Window  `json:"interval,omitempty"` // the time the sentence speaks of
	Baseline *Window  `json:"baseline,omitempty"` // the time the baselines were taken from
	Method   string   `json:"method,omitempty"`   // how the statement was arrived at, where that is not plain
	Evidence Evidence `json:"evidence,omitzero"`
	// Shows is the id of the exit criterion whose number the first series is; empty where that is none's.
	Shows string `json:"shows,omitempty"`
	// RestatesVerdict says that the sentence is the verdict's, for those who show findings alone.
	RestatesVerdict bool `json:"restatesVerdict,omitempty"`
}

// Value is a number of a finding with what it is normally.
type Value struct {
	Name     string            `json:"name"` // for people; who looks for a number goes by Measure
	Measure  Measure           `json:"measure,omitempty"`
	Value    float64           `json:"value"`
	Unit     Unit              `json:"unit"`
	Baseline *float64          `json:"baseline,omitempty"` // same unit
	Samples  float64           `json:"samples,omitempty"`  // how many requests, traces or lines stand behind the value
	AtLeast  bool              `json:"atLeast,omitempty"`  // the value is a lower bound, because the store stopped counting
	Labels   map[string]string `json:"labels,omitempty"`   // which row of a table, for example {"service": "payment-service"}
}

// Unit is the unit of a value.
type Unit string

// The units that values come in.
const (
	Ratio     Unit = "ratio"     // 0 to 1
	Seconds   Unit = "s"         // durations
	PerSecond Unit = "1/s"       // rates
	Count     Unit = "count"     // whole things
	Bytes     Unit = "bytes"     // sizes
	UnixTime  Unit = "unix time" // seconds since 1970, for moments
)

// Baselined gives a baseline's address, for Value literals.
func Baselined(v float64) *float64 { return &v }

// Query is one question as it was sent, and what answering it took.
type Query struct {
	Text         string `json:"text"`
	Language     string `json:"language"` // promql, logql, traceql, or the API's name for questions without a language
	DataSource   string `json:"dataSource"`
	Window       Window `json:"window"`
	Rows         int    `json:"rows"`
	Milliseconds int64  `json:"milliseconds"`
	Problem      string `json:"problem,omitempty"` // why there is no answer
	Truncated    bool   `json:"truncated,omitempty"`
	// Warnings are why the answer may lack something, as the store said it.
	Warnings []string `json:"warnings,omitempty"`
	// Asked is when the store was asked, where an answer from before was used again.
	Asked time.Time `json:"asked,omitzero"`
	Bytes int64     `json:"bytes"`
	Read  Read      `json:"read,omitzero"`
	Step  float64   `json:"step,omitempty"` // seconds between points, for range queries
}

// Evidence is what a finding shows beside its sentence. Any part may be empty.
type Evidence struct {
	Series []Series     `json:"series,omitempty"`
	Rows   []Dependency `json:"dependencies,omitempty"`
	Lines  []Line       `json:"lines,omitempty"`
	Trace  *Trace       `json:"trace,omitempty"`
	// Patterns are kinds of log lines with their counts now and before.
	Patterns []LogPattern `json:"patterns,omitempty"`
	// Shapes are groups of traces that fail, or are slow, in the same way.
	Shapes []TraceShape `json:"shapes,omitempty"`
	// Traits are attributes that failing traces have more often than passing ones.
	Traits []Trait `json:"traits,omitempty"`
	// Changes are what was changed in the cluster.
	Changes []ClusterChange `json:"changes,omitempty"`
	// Criteria are the numbers that must come back.
	Criteria []ExitCriterion `json:"criteria,omitempty"`
	// Commands are for a person to copy.
	Commands []Command `json:"commands,omitempty"`
}

// Command is a line for a shell, to be copied by a person who has read it. Faultline never runs one.
type Command struct {
	Text    string   `json:"text"`
	Why     string   `json:"why"`               // what it tells or does, a sentence
	Moments []Moment `json:"moments,omitempty"` // of Why, in their order
	Step    string   `json:"step"`              // key of the step whose finding it follows from
	Changes bool     `json:"changes"`           // it changes something, and does not only look
}
