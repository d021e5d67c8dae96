package incident

import "time"

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
	Level      Level       `json:"level"`
	Sentence   string      `json:"sentence"`
	Candidates []Candidate `json:"candidates"` // best first
	Chain      []Link      `json:"chain"`      // cause to symptom, in time order
	Normal     []string    `json:"normal"`     // what was checked and found normal
	Unchecked  []string    `json:"unchecked"`  // what could not be checked, an entry for each reason
}

// Candidate is one possible cause.
type Candidate struct {
	Service   string   `json:"service"`
	Component string   `json:"component"` // the part of it, for example "DNS lookups of api.stripe.com"
	Score     float64  `json:"score"`     // 0 to 1; only the order between candidates has a meaning
	Because   []string `json:"because"`
}

// Link is one event of the chain from cause to symptom.
type Link struct {
	At       time.Time `json:"at"`
	Sentence string    `json:"sentence"`
	Step     string    `json:"step"` // key of the step that knows it
}
