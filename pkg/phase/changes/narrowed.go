package changes

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	soon         = 10 * time.Minute // before the onset: what begins to serve no earlier may be why
	leastUnknown = time.Minute      // of the time in which something began to serve, from which more requests are asked for
	moreServed   = 100              // traces of either time
	spansServed  = 20               // of one trace
)

// narrowChange asks for more requests of a service of which a version, or a variant of a flag, began to serve at a time that is known too
// vaguely to tell on which side of the onset it lies, or whether it came shortly before: the sample of requests has pauses of many
// minutes. Only one service is asked for: that in which the example went wrong, else the subject.
func narrowChange(c *incident.Case, answers source.Answers) ([]source.Question, error) {
	if _, asked := answers[soonAsked]; asked || c.Facts.Onset == nil || c.Facts.Neighbours == nil {
		return nil, nil
	}
	k, found := vague(c, answers)
	if !found {
		return nil, nil
	}
	onset := c.Facts.Onset
	from, near := k.NotBefore.Truncate(time.Second), onset.Earliest.Add(-soon).UTC().Truncate(time.Second)
	end := onset.Latest.UTC().Truncate(time.Second).Add(time.Second) // a store returns the newest: a later end would lose the moment of the change
	query := traceql.Served(phase.SpansOf(c, k.Of())...)
	var questions []source.Question
	for _, part := range []struct {
		name string
		incident.Window
	}{{earlierAsked, incident.Window{From: from, To: near}}, {soonAsked, incident.Window{From: later(from, near), To: end}}} {
		if !part.From.Before(part.To) {
			continue
		}
		question, err := phase.Search(part.name, query, part.Window, moreServed, spansServed)
		if err != nil {
			return nil, nil //nolint:nilerr // names too long for a query leave the time as it is known
		}
		questions = append(questions, question)
	}
	return questions, nil
}

// vague is the change of a version or a flag that is worth asking for again.
func vague(c *incident.Case, answers source.Answers) (incident.ClusterChange, bool) {
	known := fromBuilds(c, answers).changes
	for _, service := range []string{culpritService(c), c.Subject.Service} {
		for _, k := range append(fromSpans(c, nil).changes, fromFlags(c, nil).changes...) {
			if k.Of() != service || k.At.Sub(k.NotBefore) < leastUnknown || !beforeOnset(c, k) || told(known, k) {
				continue
			}
			return k, true
		}
	}
	return incident.ClusterChange{}, false
}

// told says that metrics tell of the same version, and when.
func told(known []incident.ClusterChange, k incident.ClusterChange) bool {
	for _, other := range known {
		if other.Object == k.Object && other.To == k.To {
			return true
		}
	}
	return false
}

func culpritService(c *incident.Case) string {
	if c.Facts.Culprit == nil {
		return ""
	}
	return c.Facts.Culprit.Span.Service
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
