package cause

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const now = 5 * time.Minute // what "now" averages over

// usualTime is the part of a chart that its normal value was taken from: all of it, or what lies before the move.
func usualTime(c *incident.Case, moved *incident.MovedAt) incident.Window {
	w := phase.Lookback(c)
	if moved != nil && moved.Earliest.After(w.From) {
		w.To = moved.Earliest
	}
	return w
}

// since writes when a number moved, where that is known.
func since(moved *incident.MovedAt) wording.Text {
	if moved == nil {
		return wording.Text{}
	}
	return wording.Textf(", since %s", wording.Clock(moved.Middle()))
}

func noCluster() *phase.Skip {
	return phase.Skipf("Have kube-state-metrics scraped into this metrics store, if the services run on Kubernetes.",
		"No metric of Kubernetes' pods is known in this metrics store.")
}

// ofCulprit builds an expression of the culprit's series of a metric: those under the label that its request metric uses,
// where the metric may have that label too, and those under the metric's usual one. Metrics of different origin can name
// the same service under different labels.
func ofCulprit(c *incident.Case, labels []string, build func(service promql.Matcher) promql.Expr) promql.Expr {
	service := c.Facts.Culprit.Span.Service
	usual := build(promql.Equal(labels[0], service))
	known := c.Facts.Service
	if known == nil || known.Label == labels[0] && known.Prefix == "" || !slices.Contains(labels, known.Label) {
		return usual
	}
	return promql.Or(build(promql.Equal(known.Label, known.Spell(service)[0])), usual)
}

// serviceLabel is the label under which a metric keeps the service: that of the request metric where it has that too.
func serviceLabel(c *incident.Case, labels []string) string {
	if known := c.Facts.Service; known != nil && slices.Contains(labels, known.Label) {
		return known.Label
	}
	return labels[0]
}

// surroundingRead is what the surroundings of one kind have to say: findings where something is wrong, else why it is well.
type surroundingRead struct {
	findings []incident.Finding
	well     string
	values   []incident.Value
}

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
