package impact

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// leastInherited is the share of a callee's failures that one of its own callees has to fail to be named.
const leastInherited = 0.1

// behind are the failures per second of the calls that a callee makes itself, by whom it calls.
func behind(c *incident.Case, series []incident.Series, callee string) map[string]float64 {
	edges := c.Facts.Conventions.Edges
	failed := map[string]float64{}
	for _, s := range series {
		if s.Labels[edges.Clients[0]] == callee && len(s.Points) > 0 && s.Points[0].Value > 0 {
			failed[s.Labels[edges.Server]] += s.Points[0].Value
		}
	}
	return failed
}

// ownErrors parts what a callee fails by its own view into what failed calls of its own explain and what they do not:
// the ratio of the latter, and whom it inherits from. A failed request may have several failed calls behind it, since
// calls are retried, so that it has no own errors where there are as many failed calls. Nil where it does not tell.
func ownErrors(own *view, failed map[string]float64) (*float64, []string) {
	inheritedFrom := []string{}
	if own == nil || own.rate == 0 {
		return nil, inheritedFrom
	}
	inherited := 0.0
	for _, callee := range slices.Sorted(maps.Keys(failed)) {
		inherited += failed[callee]
		if own.failed > 0 && failed[callee] >= leastInherited*own.failed {
			inheritedFrom = append(inheritedFrom, callee)
		}
	}
	ratio := math.Max(0, own.failed-inherited) / own.rate
	return &ratio, inheritedFrom
}

// whose says whether a callee's errors are its own; nothing where it has hardly any, or does not tell.
func whose(d incident.Dependency) string {
	switch {
	case d.OwnErrors == nil || d.Errors == nil || *d.Errors < degradedFrom:
		return ""
	case len(d.InheritedFrom) == 0:
		return "; the errors are its own, as far as the service graph knows"
	case *d.OwnErrors < leastInherited**d.Errors:
		return fmt.Sprintf("; it inherits the errors from %s", wording.List(d.InheritedFrom))
	}
	return fmt.Sprintf("; %s are its own, and it inherits the rest from %s", numbers.Percent(*d.OwnErrors), wording.List(d.InheritedFrom))
}
