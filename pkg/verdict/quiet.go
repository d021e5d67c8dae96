package verdict

import (
	"math"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// nothingMoved says that the service's own numbers were all looked at and did not move, and that errors were few before
// and are no more now than chance gives: there is nothing to explain, and so nothing to blame.
func nothingMoved(f incident.Facts) bool {
	const (
		ordinary = 0.02 // ratio of errors that is no incident by itself
		spreads  = 4.0  // standard deviations that chance gives
	)
	for _, change := range []*incident.Change{f.Errors, f.Latency, f.Traffic, f.Refused} {
		if change != nil && (change.Worse || change.NoBaseline) {
			return false
		}
	}
	if f.Errors == nil || f.Latency == nil || f.Onset != nil {
		return false
	}
	n := math.Max(f.Errors.Samples, 1)
	chance := spreads * math.Sqrt(math.Max(f.Errors.Normal, 1/n)/n)
	return f.Errors.Normal < ordinary && f.Errors.Now < f.Errors.Normal+chance
}
