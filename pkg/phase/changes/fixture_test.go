package changes_test

import "github.com/faultline-investigation/faultline/pkg/phase/phasetest"

// end is when the tests' investigations look; the incident began twenty minutes before.
var end = phasetest.End

var ago, caseWithOnset, points = phasetest.Ago, phasetest.CaseWithOnset, phasetest.Points
