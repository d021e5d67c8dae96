// Package phase says what a step of an investigation is.
//
// A step plans questions and reads their answers; it does no I/O, so that it can be tested with plain values. The five
// phases are the folders below; package investigate knows their order and runs them.
package phase

import (
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Step is one thing that an experienced engineer would look up.
type Step struct {
	Phase incident.Phase
	ID    string // unique in its phase; also the name of its file
	Title string // what is looked at, in a few words

	// Needs are the facts without which there is nothing to ask. When one of them cannot become known any more, the step
	// is not checked, and says which step could not tell.
	Needs []incident.Fact
	// NeedsOne are facts of which one at least must be known. The step starts once each is known or cannot become known.
	NeedsOne []incident.Fact
	// Awaits are facts that the step uses if they are there: it starts once each is known or cannot become known.
	Awaits []incident.Fact
	// Learns are the facts that Read may bring.
	Learns []incident.Fact
	// Own says that the questions are a person's: they are asked as they are written.
	Own bool

	// Plan makes the questions, each with its own name. It may read the case but not keep or change it, and sees of it the facts
	// that are declared above. No questions is
	// fine: Read then works on the facts alone. An error is a defect of a query builder, or a Skip.
	Plan func(c *incident.Case) ([]source.Question, error)
	// More plans further questions that the answers so far make necessary, with names of their own; nil where Plan's are enough. It is
	// called with every answer there is, again after each round, until it plans none or MostRounds are over.
	More func(c *incident.Case, answers source.Answers) ([]source.Question, error)
	// Read turns the answers into findings and facts. It may read the case but not keep or change it; what it learned
	// goes through Reading.Learn. An error that is a *source.Problem makes the step not checked.
	Read func(c *incident.Case, answers source.Answers) (Reading, error)
}

// MostRounds is how often a step may ask for more.
const MostRounds = 6

// Reads are the facts that the step may read.
func (s Step) Reads() []incident.Fact { return slices.Concat(s.Needs, s.NeedsOne, s.Awaits) }

// View is the case as the step may see it: without the facts that it does not declare.
func (s Step) View(c *incident.Case) *incident.Case {
	view := *c
	view.Facts = c.Facts.Only(s.Reads()...)
	return &view
}

// Key names the step within an investigation, for example "impact/error-rate".
func (s Step) Key() string { return string(s.Phase) + "/" + s.ID }

// Reading is what a step made of its answers.
type Reading struct {
	Outcome  incident.Outcome
	Reason   string // with NotChecked: why
	Advice   string // with NotChecked: what to do
	Root     string // with NotChecked: key of the step whose failure is behind it; set by the runner
	Why      string // with NotChecked: the reason in a word or two, for the metrics; set by the runner
	Findings []incident.Finding
	Learn    func(*incident.Facts) // may be nil
}

// FoundThat is a reading with something to say.
func FoundThat(findings ...incident.Finding) Reading {
	return Reading{Outcome: incident.Found, Findings: findings}
}

// ClearBecause is a reading of a look that found everything normal.
func ClearBecause(findings ...incident.Finding) Reading {
	return Reading{Outcome: incident.Clear, Findings: findings}
}

// Teaching adds facts to a reading.
func (r Reading) Teaching(learn func(*incident.Facts)) Reading {
	r.Learn = learn
	return r
}

// Skip is why a step could not look although the stores were willing: a missing metric, an empty store. It is no failure.Failure, because
// it refuses nobody anything and has no kind: it becomes the step's result, which says the same to program and person: not checked.
type Skip struct {
	Reason string
	Advice string
}

// Error makes a Skip an error.
func (s *Skip) Error() string { return s.Reason + " " + s.Advice }

// Skipf makes a Skip without arguments in the advice.
func Skipf(advice, reason string, args ...any) *Skip {
	return &Skip{Reason: fmt.Sprintf(reason, args...), Advice: advice}
}
