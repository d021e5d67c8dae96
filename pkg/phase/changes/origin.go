package changes

import (
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

// named is a place that was read, or that this stack has not.
func named(name string, there bool) origin {
	o := origin{ChangeSource: incident.ChangeSource{Name: name, State: incident.SourceAbsent}}
	if there {
		o.State = incident.SourceRead
	}
	return o
}
