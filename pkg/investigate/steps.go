package investigate

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/changes"
	"github.com/faultline-investigation/faultline/pkg/phase/checks"
	"github.com/faultline-investigation/faultline/pkg/phase/example"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/phase/logs"
	"github.com/faultline-investigation/faultline/pkg/phase/recovery"
	"github.com/faultline-investigation/faultline/pkg/phase/services"
)

// All lists the steps in the order in which a person reads them, with a step for each of people's own checks. They run in
// the order in which their needs are met.
func All(own ...incident.Check) []phase.Step {
	return slices.Concat(impact.Steps(), example.Steps(), logs.Steps(), cause.Steps(), []phase.Step{changes.List()}, services.Steps(), checks.Steps(own),
		[]phase.Step{cause.Verdict()}, recovery.Steps())
}

// within makes steps look at the subject's system alone, where the subject says which that is; but those that find out what tells
// it from others.
func within(scope incident.Scope, steps []phase.Step) []phase.Step {
	if scope == (incident.Scope{}) {
		return steps
	}
	leads := func(fact incident.Fact) bool {
		return fact == incident.FactConventions || fact == incident.FactService || fact == incident.FactApart
	}
	steps = slices.Clone(steps)
	for i, s := range steps {
		if slices.Contains(s.Learns, incident.FactApart) { // traces alone can tell it too
			steps[i].Awaits, steps[i].Needs = slices.Concat(s.Awaits, s.Needs), nil
		}
		if !s.Own && !slices.ContainsFunc(s.Learns, leads) {
			steps[i] = phase.Within(s)
		}
	}
	return steps
}
