package incident

// PracticeCase is a case to practise on: what an alert would say, and what can be asked for. It holds nothing of what was
// found. It is the answer of GET cases/{id}/practice.
type PracticeCase struct {
	ID          string          `json:"id"`
	Environment string          `json:"environment"`
	Subject     Subject         `json:"subject"`
	Window      Window          `json:"window"`
	Phases      []PracticePhase `json:"phases"` // the five, in their order
}

// PracticePhase is a phase with what can be asked for in it.
type PracticePhase struct {
	Phase  Phase          `json:"phase"`
	Budget float64        `json:"budget"` // s that a person has for it
	Steps  []PracticeStep `json:"steps"`  // none in the phase of the recovery, which tells what to mend
}

// PracticeStep is a step that can be asked for.
type PracticeStep struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

// PracticeAnswer is what somebody thinks happened, before they were told. It is the body of POST cases/{id}/practice.
type PracticeAnswer struct {
	ID      string `json:"id"`      // of the entry that keeps the score sheet; the same again is kept once
	Service string `json:"service"` // in which the cause lies; empty for "nothing is wrong"
	Why     string `json:"why"`     // in the person's own words, Markdown
	// Asked are the keys of the steps that were asked for, in that order.
	Asked []string           `json:"asked"`
	Spent map[string]float64 `json:"spent"` // s spent in each phase, by its name
}

// Truth is what really happened, where somebody knows: who injected the fault, or wrote the scenario.
type Truth struct {
	Service   string `json:"service,omitempty"`   // in which the cause lies; empty when nothing was wrong
	Component string `json:"component,omitempty"` // the object to change
	Cause     string `json:"cause"`               // a sentence
}

// ScoreSheet compares an answer with the investigation's verdict, and with the truth where there is one.
type ScoreSheet struct {
	Answer  PracticeAnswer `json:"answer"`
	Verdict string         `json:"verdict"`           // the investigation's, a sentence
	Moments []Moment       `json:"moments,omitempty"` // of Verdict, in their order
	Ranked  []string       `json:"ranked"`            // services that the investigation suspects, each once, the most suspect first
	Place   int            `json:"place"`             // of the answer's service among them, from 1; 0 when it is not there
	Truth   *Truth         `json:"truth,omitempty"`
	Right   *bool          `json:"right,omitempty"`  // with a truth: the answer names its service
	Engine  *bool          `json:"engine,omitempty"` // with a truth: the investigation's first suspect is its service
	Phases  []PhaseScore   `json:"phases"`
	Spent   float64        `json:"spent"`         // s in all phases
	Budget  float64        `json:"budget"`        // s for all phases
	Asked   int            `json:"asked"`         // steps
	Of      int            `json:"of"`            // steps that could have been asked for
	Fix     *AppliedFix    `json:"fix,omitempty"` // what was done about the incident at the time
	Said    string         `json:"said"`          // the score in one sentence
	Kept    bool           `json:"kept"`          // it is in the case's log
}

// PhaseScore is how long somebody took for a phase.
type PhaseScore struct {
	Phase  Phase   `json:"phase"`
	Spent  float64 `json:"spent"`  // s
	Budget float64 `json:"budget"` // s
}
