package casebook

import "github.com/faultline-investigation/faultline/pkg/failure"

// Failure is why a case could not be kept or read.
type Failure = failure.Failure

// FailureKind sorts what can go wrong with a casebook.
type FailureKind = failure.Kind

// The kinds of failure that a casebook has.
const (
	NotFound    = failure.NotFound
	Conflict    = failure.Conflict
	Refused     = failure.Refused
	Unavailable = failure.Unavailable
	TooLarge    = failure.TooLarge
	Invalid     = failure.Invalid
	Unreadable  = failure.Unreadable
)

func invalid(sentence, advice string) error {
	return &Failure{Kind: Invalid, Sentence: sentence, Advice: advice}
}

// Missing is the failure of a case that is not there.
func Missing(id string) error {
	return &Failure{Kind: NotFound, Sentence: "There is no case " + id + ".", Advice: "It may have been deleted: see the list of cases."}
}

// WrittenBetween is the failure of a write that met a newer revision.
func WrittenBetween(id string) error {
	return &Failure{Kind: Conflict, Sentence: "Someone else has just written to the case " + id + ".", Advice: "Try again."}
}
