// Package failure holds why something that a person asked for could not be done. What a store did not answer is a
// source.Problem, and what a step could not look at a phase.Skip: both are part of an investigation, and end nothing.
package failure

import "errors"

// Kind sorts failures for a program.
type Kind string

// The kinds of failure.
const (
	Invalid     Kind = "invalid"     // the request makes no sense
	NotFound    Kind = "not found"   // there is no such thing
	Conflict    Kind = "conflict"    // somebody else has written in between
	Refused     Kind = "refused"     // who asks, or the token, may not do that
	Unusable    Kind = "unusable"    // the environment's settings do not allow anything to be asked
	Busy        Kind = "busy"        // others take too long; trying again may help
	Unavailable Kind = "unavailable" // the store does not answer, or not sensibly; trying again may help
	TooLarge    Kind = "too large"   // it has reached its size
	Unreadable  Kind = "unreadable"  // the stored document is damaged, or of a newer Faultline
)

// Failure is why something could not be done: a kind for the program, a sentence and advice for the person.
type Failure struct {
	Kind             Kind
	Sentence, Advice string
}

// New makes a failure.
func New(kind Kind, sentence, advice string) *Failure { return &Failure{kind, sentence, advice} }

// Error makes a Failure an error: the sentence and the advice.
func (f *Failure) Error() string { return f.Sentence + " " + f.Advice }

// Of is the failure that an error is, or is behind it; nil where it is none.
func Of(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return nil
}
