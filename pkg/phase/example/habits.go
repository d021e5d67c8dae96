package example

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/analysis/criticalpath"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// habits are those of the sampled requests that went well, for the subject too; of those from before the onset, where that is known.
func habits(c *incident.Case) criticalpath.Habits {
	if c.Facts.Neighbours == nil {
		return criticalpath.Habits{}
	}
	var well []incident.Trace
	for _, t := range c.Facts.Neighbours.Traces {
		since := c.Facts.Onset != nil && !t.Start.Before(c.Facts.Onset.Earliest)
		failed := slices.ContainsFunc(t.Spans, func(s incident.Span) bool {
			return s.Failed && s.Service == c.Subject.Service && s.Kind == incident.KindServer
		})
		if !since && !failed {
			well = append(well, t)
		}
	}
	return criticalpath.HabitsOf(well)
}

// toldBeside are the failures beside the decisive one that a reason names.
const toldBeside = 3

// passedOver says which other spans of the trace failed, and why it did not go wrong there.
func passedOver(trace *incident.Trace, others []criticalpath.PassedOver) string {
	var said []string
	for _, o := range others {
		span, other := trace.Spans[o.Span], trace.Spans[o.For]
		one := fmt.Sprintf("; %s of %s failed too, %s", span.Name, span.Service, because(o.Why, other))
		if !slices.Contains(said, one) && len(said) < toldBeside {
			said = append(said, one)
		}
	}
	return strings.Join(said, "")
}

// because is why a failure did not decide, held against the span that went before it.
func because(why criticalpath.Why, other incident.Span) string {
	switch why {
	case criticalpath.LivedWith:
		return "as it does in requests that go well"
	case criticalpath.CalledOff:
		return fmt.Sprintf("canceled when %s of %s had failed", other.Name, other.Service)
	case criticalpath.CleansUp:
		return fmt.Sprintf("undoing after %s of %s had failed", other.Name, other.Service)
	case criticalpath.OnlyThen:
		return fmt.Sprintf("called only after %s of %s had failed; requests that go well do not call it", other.Name, other.Service)
	case criticalpath.NotHandedOn:
		return "but the span above repeats the other error"
	case criticalpath.TookLessLong:
	}
	return "and took less time"
}
