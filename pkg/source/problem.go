package source

import (
	"errors"
	"fmt"
)

// ProblemKind sorts every failure once, at the border.
type ProblemKind string

// The kinds of problem.
const (
	Unconfigured ProblemKind = "unconfigured" // no such store is set
	Unreachable  ProblemKind = "unreachable"  // no connection, or it broke
	Timeout      ProblemKind = "timeout"      // no answer within the question's time
	Canceled     ProblemKind = "canceled"     // the run was ended
	Refused      ProblemKind = "refused"      // 401 or 403
	NotFound     ProblemKind = "not found"    // 404: wrong address, or nothing there
	Rejected     ProblemKind = "rejected"     // another 4xx: the store did not like the query
	Overloaded   ProblemKind = "overloaded"   // 429 or 503
	ServerError  ProblemKind = "server error" // another 5xx
	TooLarge     ProblemKind = "too large"    // more than the size limit
	BadAnswer    ProblemKind = "bad answer"   // not what the API promises
	BadQuestion  ProblemKind = "bad question" // our query does not parse; never sent
	Unrecorded   ProblemKind = "unrecorded"   // a recording that was never asked this
	Defect       ProblemKind = "defect"       // our fault
)

// ProblemKinds are all kinds of problem.
func ProblemKinds() []ProblemKind {
	return []ProblemKind{Unconfigured, Unreachable, Timeout, Canceled, Refused, NotFound, Rejected, Overloaded, ServerError, TooLarge, BadAnswer,
		BadQuestion, Unrecorded, Defect}
}

// Problem is why a question has no answer: a kind for the program, a sentence and advice for the person. It is no failure.Failure,
// because it is data and ends nothing: recordings keep it beside answers, its kind decides what is asked again, and its signal says
// which store to look at.
type Problem struct {
	Kind     ProblemKind `json:"kind"`
	Signal   Signal      `json:"signal"`
	Sentence string      `json:"sentence"` // what happened
	Advice   string      `json:"advice"`   // what to do about it
}

// Error makes a Problem an error; it is the sentence and the advice.
func (p *Problem) Error() string { return fmt.Sprintf("%s %s", p.Sentence, p.Advice) }

// Innermost is the reason at the bottom of an error: "connection refused" without the addresses and verbs around it.
func Innermost(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}
