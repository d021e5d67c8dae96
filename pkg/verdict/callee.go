package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// calledRow is the row of the dependency table that stands for what the culprit calls and nothing traces further, under whatever name the
// metrics keep it; nil where none does, or several might.
func calledRow(c *incident.Case) *incident.Dependency {
	if c.Facts.Culprit == nil || c.Facts.Culprit.External == "" || c.Facts.Dependencies == nil {
		return nil
	}
	names := convention.CalledNames(c.Facts.Culprit.Span)
	var found *incident.Dependency
	for i := range c.Facts.Dependencies.Rows {
		row := &c.Facts.Dependencies.Rows[i]
		called, _ := convention.CalledService(row.Service)
		if !slices.Contains(names, row.Service) && !slices.Contains(names, called) {
			continue
		}
		if found != nil {
			return nil
		}
		found = row
	}
	return found
}

// calledAs is the host that the culprit calls, with the name that the dependency table has for it where that is another one.
func calledAs(c *incident.Case) string {
	host := c.Facts.Culprit.External
	row := calledRow(c)
	if row == nil || row.Service == host {
		return host
	}
	return fmt.Sprintf("%s (%s in the dependency table)", host, row.Service)
}

// SilentCallee is the service of ours that the failing call went to and that has no span in the trace; empty where the trace
// ends elsewhere, or in a host outside.
func SilentCallee(f *incident.Facts) string {
	short, _, _ := strings.Cut(f.FailedHost(), ".")
	if short == "" || f.Callees == nil {
		return ""
	}
	for _, callee := range f.Callees.Services {
		if cluster.SameWorkload(callee, short) {
			return callee
		}
	}
	return ""
}
