package changes

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// The questions of the list of changes.
const (
	objectsAsked     = "objects"
	linesAsked       = "lines"
	annotationsAsked = "annotations"
	earlierAsked     = "served earlier"
	soonAsked        = "served soon before"
)

// origin is one place that changes are read from.
type origin struct {
	incident.ChangeSource

	changes []incident.ClusterChange
	problem *source.Problem
}

// The keys of the steps that know whether a place is there.
const (
	StepConventions = "impact/conventions"
	StepLabels      = "logs/labels"
	StepEvents      = "cause/events"
	StepCalls       = "cause/calls"
)

// named is a place that was read, or that this stack has not; or that could not be read, where the step that would know of it failed.
func named(c *incident.Case, name string, there bool, step string) origin {
	o := origin{ChangeSource: incident.ChangeSource{Name: name, State: incident.SourceAbsent}}
	if there {
		o.State = incident.SourceRead
		return o
	}
	if why := unread(c, step); why != "" {
		o.State, o.Why = incident.SourceFailed, why
	}
	return o
}

// unread is why a step could not look because a store did not answer, or because another step could not for that reason; empty where it
// looked, or found that what it needs is not there.
func unread(c *incident.Case, step string) string {
	at := slices.IndexFunc(c.Steps, func(s incident.StepResult) bool { return s.Key() == step })
	if at < 0 || c.Steps[at].Outcome != incident.NotChecked {
		return ""
	}
	s := c.Steps[at]
	if s.Root != "" && s.Root != step {
		return unread(c, s.Root)
	}
	if slices.ContainsFunc(s.Queries, func(q incident.Query) bool { return q.Problem != "" }) {
		return s.Reason
	}
	return ""
}
