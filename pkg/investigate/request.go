package investigate

import (
	"fmt"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
)

const (
	usualWindow   = time.Hour
	earliestYear  = 2000 // of a window and of an alert: what is earlier is a mistake
	longestWindow = 24 * time.Hour
	leastWindow   = 10 * time.Minute
)

// Request says what to investigate.
type Request struct {
	Environment string           `json:"-"`
	Origin      Origin           `json:"-"` // what began it, for the metrics
	Naming      incident.Naming  `json:"-"` // from the environment's settings
	Subject     incident.Subject `json:"subject"`
	Window      incident.Window  `json:"window,omitzero"`  // zero means the last hour
	Phases      []incident.Phase `json:"phases,omitempty"` // to walk; empty means all
	// Knowledge is from the environment's settings, never from who asks.
	Knowledge incident.Knowledge `json:"-"`
}

// complete fills in what was left out and checks the rest. Its error is an Invalid *failure.Failure.
func (r Request) complete(now time.Time) (Request, error) {
	if r.Subject.Service == "" {
		return r, failure.New(failure.Invalid, "The request names no service.", "Set subject.service to the service whose alert fired.")
	}
	if alert := r.Subject.Alert; alert != nil {
		r.Subject.Scope = r.Subject.Scope.Or(convention.ScopeIn(alert.Labels, r.Naming.Labels))
	}
	r.Subject.Scope = r.Subject.Scope.Or(r.Naming.Scope)
	for _, p := range r.Phases {
		if !slices.Contains(incident.Phases(), p) {
			return r, failure.New(failure.Invalid, fmt.Sprintf("There is no phase %q.", p), fmt.Sprintf("Choose from %q, or leave phases out.", incident.Phases()))
		}
	}
	if alert := r.Subject.Alert; alert != nil && alert.Began != nil && !plausible(*alert.Began, now) {
		return r, failure.New(failure.Invalid, "The alert did not begin at a time that makes sense.", "Send subject.alert.began as the alert's startsAt, or leave it out.")
	}
	// Whole seconds, so that every question speaks of the same time whatever its store's resolution.
	now = now.UTC().Truncate(time.Second)
	if r.Window.To.IsZero() {
		r.Window.To = now
	}
	if r.Window.From.IsZero() {
		r.Window.From = r.Window.To.Add(-usualWindow)
	}
	r.Window = incident.Window{From: r.Window.From.UTC().Truncate(time.Second), To: r.Window.To.UTC().Truncate(time.Second)}
	switch length := r.Window.Length(); {
	case r.Window.From.Year() < earliestYear || r.Window.To.Year() < earliestYear:
		return r, failure.New(failure.Invalid, fmt.Sprintf("The window begins before the year %d.", earliestYear), "Send from and to as RFC 3339, for example 2026-01-02T15:04:05Z.")
	case length < leastWindow:
		return r, failure.New(failure.Invalid, fmt.Sprintf("The window from %s to %s is shorter than %s.", r.Window.From.Format(time.RFC3339),
			r.Window.To.Format(time.RFC3339), leastWindow), "Choose an earlier start.")
	case length > longestWindow:
		return r, failure.New(failure.Invalid, fmt.Sprintf("The window is longer than %s.", longestWindow), "Choose a later start: the time around the alert is enough.")
	case r.Window.From.After(now):
		return r, failure.New(failure.Invalid, "The window lies in the future.", "Choose a time that has passed.")
	}
	return r, nil
}

// plausible says whether something can have happened then: the clock of who says so may be wrong, but not by years.
func plausible(at, now time.Time) bool {
	return at.UTC().Year() >= earliestYear && at.Before(now.AddDate(1, 0, 0))
}

// among gives the steps of the phases that are asked for.
func (r Request) among(steps []phase.Step) []phase.Step {
	if len(r.Phases) == 0 {
		return steps
	}
	return slices.DeleteFunc(slices.Clone(steps), func(s phase.Step) bool { return !slices.Contains(r.Phases, s.Phase) })
}
