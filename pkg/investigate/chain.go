package investigate

import (
	"slices"
	"time"
)

// chainBefore is how long the longest chain of questions took the stores that a step had to wait for: those of the steps
// that learned, or could have learned, what it needs.
func (r *run) chainBefore(s *running) time.Duration {
	var longest time.Duration
	for _, fact := range slices.Concat(s.Needs, s.NeedsOne, s.Awaits) {
		for _, learner := range r.learners(fact, true) {
			longest = max(longest, learner.chain)
		}
	}
	return longest
}

// longestChain is how long the stores took for the longest chain of questions that need each other.
func (r *run) longestChain() time.Duration {
	var longest time.Duration
	for _, s := range r.steps {
		longest = max(longest, s.chain)
	}
	return longest
}
