package investigate

import (
	"encoding/json"
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// writable returns the reading, or one that is not checked where JSON cannot hold what it found or learned: a number that is
// not finite, or a time beyond the year 9999. Without that, one such value would lose the whole investigation, since neither the stream
// nor a saved case can be written then.
func writable(reading phase.Reading) (checked phase.Reading) {
	learned := incident.Facts{}
	err := defect.Contain("facts of a step", func() {
		if reading.Learn != nil {
			reading.Learn(&learned)
		}
	})
	if err == nil {
		_, err = json.Marshal([]any{reading.Findings, learned, learned.Verdict})
	}
	if err == nil {
		return reading
	}
	defect.Note("facts of a step", err)
	return phase.Reading{Outcome: incident.NotChecked, Why: string(source.Defect), Reason: fmt.Sprintf("What it found cannot be written down: %s.", err),
		Advice: "Compare the query's answer in Explore with what the store should hold: it has a value or a time that makes no sense. " + defect.Advice}
}
