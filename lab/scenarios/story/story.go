// Package story says what an incident scenario is: its alert, its truth, and the telemetry it writes.
package story

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// Alert is what pages the on-call when the scenario reaches its alert time.
type Alert struct {
	// Name is the alert rule's name.
	Name string
	// Service is the `service.name` of the service the alert speaks of.
	Service string
	// Operation is the name of that service's server span, for example "POST /api/checkout".
	Operation string
	// Threshold is the limit of the alert rule, a ratio between 0 and 1.
	Threshold float64
	// Value is the ratio at the alert's time.
	Value float64
	// Labels are the alert's labels, as Alertmanager would hand them on.
	Labels map[string]string
}

// Truth is what an investigation should find. Nothing in the telemetry says it outright.
type Truth struct {
	// Cause is the root cause in one sentence.
	Cause string
	// Service is the `service.name` in which the cause lies.
	Service string
	// Component is the object to change, for example a Kubernetes network policy.
	Component string
	// Since is when the cause came into being, relative to the alert, so it is negative.
	Since time.Duration
	// Reason is a regular expression that one of the reasons given for the cause must match: what it is to be known by.
	Reason string
	// Remedy is the command that takes the cause away, as it should be suggested; empty where no command does.
	Remedy string
	// Quiet says that nothing is wrong: there is nobody to blame, and all else but Cause is empty.
	Quiet bool
}

// Scenario is an incident that can be played at any time.
type Scenario interface {
	// Name is the scenario's identifier: lower case, no spaces.
	Name() string
	// Title is a headline of a few words.
	Title() string
	// Story tells what happens in a few sentences.
	Story() string
	// Alert is what starts the investigation.
	Alert() Alert
	// Truth is the answer.
	Truth() Truth
	// Start binds the scenario to the time of its alert, truncated to a whole second, and to a seed. Two generators with the
	// same time and seed write the same telemetry.
	Start(alert time.Time, seed uint64) Generator
}

// Remembered is a scenario of whose earlier days the stores hold metrics, as those of a team do that has run for weeks.
type Remembered interface {
	// Past are the same hours of earlier days, the oldest first, for a run with this alert and seed. Nothing is wrong in them.
	Past(alert time.Time, seed uint64) []Generator
}

// Generator writes the telemetry of one run of a scenario. It may be used from several goroutines.
type Generator interface {
	telemetry.Source
	// Alert is the time of the alert, a whole second. History lies before it, live telemetry after it.
	Alert() time.Time
	// Fix removes the cause at the given time, which is moved to the next second not yet generated and never lies before the
	// alert. It returns the time that was taken.
	Fix(at time.Time) time.Time
	// Relapse brings the cause back, under the same rules as Fix.
	Relapse(at time.Time) time.Time
}
