package topology

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// Scenario is an incident in a system.
type Scenario struct {
	ID, Headline, Tells string
	Page                story.Alert
	Answer              story.Truth
	// Days are how many days before the alert there are metrics of the same hours.
	Days []int
	// System makes the system of a new run.
	System func() System
}

// Name is its identifier.
func (s Scenario) Name() string { return s.ID }

// Title is its headline.
func (s Scenario) Title() string { return s.Headline }

// Story tells what happens.
func (s Scenario) Story() string { return s.Tells }

// Alert is what pages the on-call.
func (s Scenario) Alert() story.Alert { return s.Page }

// Truth is the answer.
func (s Scenario) Truth() story.Truth { return s.Answer }

// Past are the same hours of earlier days, the oldest first: the system with its daily course, and without its fault and its
// story.
func (s Scenario) Past(alert time.Time, seed uint64) []story.Generator {
	past := []story.Generator{}
	for _, day := range slices.Backward(slices.Sorted(slices.Values(s.Days))) {
		system := s.System()
		system.Fault, system.Story = synth.Symptom{}, nil
		past = append(past, newGenerator(system, alert.UTC().Truncate(time.Second).AddDate(0, 0, -day), seed+uint64(day))) // #nosec G115 -- days are positive
	}
	return past
}

// Start binds the scenario to the time of its alert, truncated to a whole second.
func (s Scenario) Start(alert time.Time, seed uint64) story.Generator {
	return newGenerator(s.System(), alert.UTC().Truncate(time.Second), seed)
}
