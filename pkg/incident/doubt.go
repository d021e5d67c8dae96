package incident

import (
	"fmt"
	"strings"
)

// Contradiction is an observation that would speak against the cause that a verdict names, and whether it was made.
type Contradiction struct {
	ID          string   `json:"id"`          // a stable word, for example "began-after"
	Observation string   `json:"observation"` // what would speak against the cause, a clause: "it began after the requests failed"
	Sighting    Sighting `json:"sighting"`
	Detail      string   `json:"detail"`            // what was seen instead, or why it is not known, a clause
	Moments     []Moment `json:"moments,omitempty"` // of the detail, in their order
	// Query tells whether the observation can be made, where that is not known; nil where no query does.
	Query *OpenQuery `json:"query,omitempty"`
}

// Sighting says whether an observation was made. The zero value claims nothing.
type Sighting string

const (
	// NotSeen means that it was looked for, and the opposite was seen.
	NotSeen Sighting = "not seen"
	// Seen means that it was made: the cause may be another one.
	Seen Sighting = "seen"
	// NotKnown means that nothing looked for it, or that what was seen does not tell.
	NotKnown Sighting = "not known"
)

// Text is the contradiction in one clause, with its moments written by a function such as WrittenInUTC.
func (k Contradiction) Text(write func(text string, moments []Moment) string) string {
	return fmt.Sprintf("%s: %s, %s", k.Observation, k.Sighting, write(k.Detail, k.Moments))
}

// Support is a piece of evidence without which the verdict would be another one: weaker, or of another cause.
type Support struct {
	Fact  Fact   `json:"fact"`
	Name  string `json:"name"`  // what was looked at, for people: "pod status"
	Level Level  `json:"level"` // of the verdict without it
	// Statement is that verdict without its level, and Moments are those of the statement.
	Statement string   `json:"statement"`
	Moments   []Moment `json:"moments,omitempty"`
}

// Text says what would be left, with moments written by a function such as WrittenInUTC.
func (s Support) Text(write func(text string, moments []Moment) string) string {
	level := string(s.Level)
	return fmt.Sprintf("Without %s it would be %s: %s", s.Name, strings.ToUpper(level[:min(1, len(level))])+level[min(1, len(level)):], write(s.Statement, s.Moments))
}

// OpenQuery is a query that nobody has sent: a person may.
type OpenQuery struct {
	Text       string `json:"text"`
	Language   string `json:"language"`             // promql, logql or traceql
	DataSource string `json:"dataSource,omitempty"` // empty where no store was asked in this language
	Window     Window `json:"window"`
	Why        string `json:"why"` // what its answer would mean, a sentence
}

// AgainstIn is what would contradict the verdict, a clause each, with the moments written by a function such as WrittenInUTC.
func (v *Verdict) AgainstIn(write func(text string, moments []Moment) string) []string {
	all := []string{}
	for _, k := range v.Against {
		all = append(all, k.Text(write))
	}
	return all
}

// RestsIn says likewise which pieces of evidence carry the verdict; empty where it names no cause, or is from before that was looked at.
func (v *Verdict) RestsIn(write func(text string, moments []Moment) string) []string {
	all := []string{}
	for _, s := range v.Rests {
		all = append(all, s.Text(write))
	}
	if len(all) == 0 && len(v.Against) > 0 && v.Blamed() != nil {
		return []string{NothingCarries}
	}
	return all
}

// NothingCarries says of a verdict that no single piece of evidence carries it.
const NothingCarries = "No single piece of evidence: with any one of them left out, the verdict stays the same."

// AsWritten leaves a text as it is, for those who write all times in UTC and say so once.
func AsWritten(text string, _ []Moment) string { return text }
