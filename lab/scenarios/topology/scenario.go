package topology

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
)

// Scenario is an incident in a system.
type Scenario struct {
	ID, Headline, Tells string
	Page                story.Alert
	Answer              story.Truth
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

// Start binds the scenario to the time of its alert, truncated to a whole second.
func (s Scenario) Start(alert time.Time, seed uint64) story.Generator {
	return newGenerator(s.System(), alert.UTC().Truncate(time.Second), seed)
}
