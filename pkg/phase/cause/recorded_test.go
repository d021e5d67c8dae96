package cause_test

import (
	"flag"
	"testing"

	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// What real stores answered to these steps in incidents of other kinds than the walkthrough's.
func TestStepsReadWhatRealStoresAnsweredInIncidentsOfEveryKind(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]phase.Step{
		"node":        {cause.Events(), cause.Surroundings()},
		"queue":       {cause.Surroundings()},
		"certificate": {cause.Events(), cause.Surroundings()},
		"pool":        {cause.Pool(), cause.Events()},
		"surge":       {cause.Limits()},
		"leak":        {cause.Limits(), cause.Pods()},
		"outage":      {cause.Pods(), cause.Events(), cause.ChangeList()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			phasetest.Golden(t, *update, name, steps...)
		})
	}
}
