package incident

import (
	"strings"
	"time"
)

// Level is how sure a verdict is.
type Level string

const (
	// Likely means a cause that began before the symptom, with evidence of more than one kind.
	Likely Level = "likely"
	// Possible means a suspect with evidence of one kind, or without a time.
	Possible Level = "possible"
	// NoClearCause means that nothing looked at explains the symptom.
	NoClearCause Level = "no clear cause"
)

// Verdict is what the investigation thinks happened.
type Verdict struct {
	Level            Level       `json:"level"`
	Sentence         string      `json:"sentence"`                   // begins with the level
	Moments          []Moment    `json:"moments,omitempty"`          // of the sentence, in their order
	Statement        string      `json:"statement"`                  // the sentence for those who show the level beside it
	StatementMoments []Moment    `json:"statementMoments,omitempty"` // of the statement, in their order
	Candidates       []Candidate `json:"candidates"`                 // best first
	Chain            []Link      `json:"chain"`                      // cause to symptom, in time order
	Normal           []string    `json:"normal"`                     // what was checked and found normal
	// NormalMoments are those of each sentence of Normal, in their order; empty where none of them holds any.
	NormalMoments [][]Moment `json:"normalMoments,omitempty"`
	Unchecked     []string   `json:"unchecked"` // what could not be checked, an entry for each reason
	// Against are the observations that would contradict the named cause, those that were made first.
	Against []Contradiction `json:"against,omitempty"`
	// Rests are the pieces of evidence without which the verdict would be another one, the one whose loss changes most first.
	Rests []Support `json:"rests,omitempty"`
	// Next is the query that would tell most of a Possible; nil where the verdict is no Possible, or no query would.
	Next *OpenQuery `json:"next,omitempty"`
}

// CauseKind is what kind of cause a candidate is: a stable word, such as "node-pressure". docs/causes.md lists them.
type CauseKind string

// Target is the thing that a candidate is about: what would have to be looked at, or changed.
type Target struct {
	// Type is "service", "operation", "host", "database", "pool", "node", "queue", "table", "certificate" or "workload", or the kind of a changed
	// object as Kubernetes writes it, for example "NetworkPolicy".
	Type      string `json:"type"`
	Name      string `json:"name"`
	Namespace string `json:"namespace,omitempty"` // of Kubernetes, where it is known
}

// Candidate is one possible cause. Service, Kind and Target say which; all else is for people.
type Candidate struct {
	Service string    `json:"service"`
	Kind    CauseKind `json:"kind"`
	Target  Target    `json:"target"`
	// Component is the target in words, for example "DNS lookups of api.stripe.com".
	Component string   `json:"component"`
	Owner     string   `json:"owner,omitempty"` // whose the service is, where the settings say it
	Score     float64  `json:"score"`           // 0 to 1; only the order between candidates has a meaning
	Because   []string `json:"because"`
	// Moments are those of each sentence of Because, in their order; empty where none of them holds any.
	Moments [][]Moment `json:"moments,omitempty"`
}

// ID tells verdicts apart: two that name the same cause as surely have the same one, whatever their words.
func (v *Verdict) ID() string {
	named := v.Blamed()
	if named == nil {
		return string(v.Level)
	}
	return strings.Join([]string{string(v.Level), string(named.Kind), named.Service, named.Target.Type, named.Target.Namespace, named.Target.Name}, "/")
}

// Blamed is the candidate that the verdict names: the first one; nil where the verdict names none.
func (v *Verdict) Blamed() *Candidate {
	if v == nil || v.Level == NoClearCause || len(v.Candidates) == 0 {
		return nil
	}
	return &v.Candidates[0]
}

// Link is one event of the chain from cause to symptom.
type Link struct {
	At       time.Time `json:"at"`
	Sentence string    `json:"sentence"`
	Moments  []Moment  `json:"moments,omitempty"` // of the sentence, in their order
	Step     string    `json:"step"`              // key of the step that knows it
	About    string    `json:"about"`             // id of what it tells of, within the step: that of a change, or of its own
}
