package casebook

// FailureKind sorts what can go wrong with a casebook.
type FailureKind string

// The kinds of failure.
const (
	NotFound    FailureKind = "not found"   // there is no such case
	Conflict    FailureKind = "conflict"    // somebody else has written in between
	Refused     FailureKind = "refused"     // the token may not do that
	Unavailable FailureKind = "unavailable" // the store does not answer, or not sensibly; trying again may help
	TooLarge    FailureKind = "too large"   // the case has reached its size
	Invalid     FailureKind = "invalid"     // the request makes no sense
	Unreadable  FailureKind = "unreadable"  // the stored document is damaged, or of a newer Faultline
)

// Failure is why a case could not be kept or read: a kind for the program, a sentence and advice for the person.
type Failure struct {
	Kind             FailureKind
	Sentence, Advice string
}

// Error makes a Failure an error.
func (f *Failure) Error() string { return f.Sentence + " " + f.Advice }

func invalid(sentence, advice string) error {
	return &Failure{Kind: Invalid, Sentence: sentence, Advice: advice}
}

// Missing is the failure of a case that is not there.
func Missing(id string) error {
	return &Failure{Kind: NotFound, Sentence: "There is no case " + id + ".", Advice: "It may have been deleted: see the list of cases."}
}

// WrittenBetween is the failure of a write that met a newer revision.
func WrittenBetween(id string) error {
	return &Failure{Kind: Conflict, Sentence: "Somebody else has just written to the case " + id + ".", Advice: "Try again."}
}
