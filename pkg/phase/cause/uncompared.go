package cause

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// leastKnown is how long a number has to be known before the last minutes, to be compared with what it was.
const leastKnown = 5 * time.Minute

// young says that a course begins too late to tell what was normal.
func young(c *incident.Case, points []incident.Point) bool {
	return len(points) == 0 || points[0].Time.After(c.Window.Last(now).From.Add(-leastKnown))
}

// uncompared takes from a finding that everything is normal what it cannot know: its number has no past.
func uncompared(c *incident.Case, points []incident.Point, f incident.Finding) incident.Finding {
	if f.Severity != incident.Normal || !young(c, points) {
		return f
	}
	f.Severity, f.Baseline = incident.Info, nil
	f.Sentence += " Nothing is known from before, so that this may not be normal."
	return f
}
