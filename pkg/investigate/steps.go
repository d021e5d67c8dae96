package investigate

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
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
	return slices.Concat(impact.Steps(), example.Steps(), logs.Steps(), cause.Steps(), services.Steps(), checks.Steps(own),
		[]phase.Step{cause.Verdict()}, recovery.Steps())
}
