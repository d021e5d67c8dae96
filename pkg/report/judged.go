package report

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

const long = 10 * time.Minute // of waiting, from which a report says that it cost time

// helped says what made the incident short, as far as the case shows it.
func (w writer) helped() []string {
	helped := []string{}
	say := func(format string, values ...any) { helped = append(helped, fmt.Sprintf(format, values...)) }
	c, m := &w.s.Case, w.moments()
	if first := w.s.Entries; len(first) > 0 && first[0].By == incident.Itself() && m.alerted {
		say("The alert opened the case automatically.")
	}
	if !m.concluded.IsZero() {
		say("The investigation took %s and %d queries.", took(time.Duration(c.Cost.Milliseconds)*time.Millisecond), c.Cost.Queries)
	}
	if k := c.Facts.Culprit; k != nil {
		say("A trace shows where the requests ended: %s of %s.", k.Span.Name, k.Span.Service)
		if k.Timeout {
			say("The span itself says that it timed out.")
		}
	}
	if l := c.Facts.TraceLines; l != nil && len(l.Lines) > 0 {
		say("Log lines carry trace ids: %d of them were found by the trace's.", len(l.Lines))
	}
	for _, k := range []*incident.Comparison{c.Facts.Lookups, c.Facts.Pool} {
		if k != nil && k.Abnormal {
			say("It is measured: %s, %s where %s is normal.", k.What, numbers.Say(k.Now, k.Unit), numbers.Say(k.Normal, k.Unit))
		}
	}
	if b := c.Facts.Blame; b != nil && b.Change != nil {
		say("What was changed is on record: %s.", changed(b.Change))
	}
	return helped
}

// slowed says what made the incident long, as far as the case shows it.
func (w writer) slowed() []string {
	slowed := []string{}
	say := func(format string, values ...any) { slowed = append(slowed, fmt.Sprintf(format, values...)) }
	c, m := &w.s.Case, w.moments()
	if !m.onset.IsZero() && m.alert.Sub(m.onset) > long {
		say("The alert came %s after the onset.", took(m.alert.Sub(m.onset)))
	}
	if !m.onset.IsZero() && !m.first.IsZero() && m.onset.Sub(m.first) > long {
		say("No one was notified for %s between the first event (%s) and the onset.", took(m.onset.Sub(m.first)), w.in(c.Verdict.Chain[0].Sentence, c.Verdict.Chain[0].Moments))
	}
	if !m.concluded.IsZero() && m.fixed.Sub(m.concluded) > long {
		say("The fix came %s after the verdict.", took(m.fixed.Sub(m.concluded)))
	}
	for _, u := range c.Verdict.Unchecked {
		say("Could not be looked at: %s", u)
	}
	for _, e := range w.s.Entries {
		if e.Kind == incident.EntryRelapsed {
			say("The numbers left again after a recovery.")
		}
	}
	return slowed
}

// followUps are what the case itself leaves open; people add theirs to the page that the report is copied to.
func (w writer) followUps() []string {
	open := []string{}
	say := func(format string, values ...any) { open = append(open, fmt.Sprintf(format, values...)) }
	c, m := &w.s.Case, w.moments()
	if b := c.Facts.Blame; b != nil && b.Change != nil {
		say("Keep a change like this from happening again: %s.", changed(b.Change))
	}
	if !m.onset.IsZero() && !m.first.IsZero() && m.onset.Sub(m.first) > long {
		say("Alert on the first event of the chain: %s.", w.in(c.Verdict.Chain[0].Sentence, c.Verdict.Chain[0].Moments))
	}
	for _, u := range c.Verdict.Unchecked {
		say("Make it possible to look: %s", u)
	}
	for _, e := range w.s.Entries {
		if e.Kind == incident.EntrySkipped {
			say("Skipped during the incident: %s (%s).", e.Step, firstLine(e.Text))
		}
	}
	if m.fixed.IsZero() {
		say("No fix was recorded.")
	}
	return open
}

func changed(k *incident.ClusterChange) string {
	return fmt.Sprintf("%s was %s", changedObject(k), k.What)
}

// changedObject names what was changed, with its namespace where it has one.
func changedObject(k *incident.ClusterChange) string {
	if k.Namespace == "" {
		return k.Kind + " " + k.Object
	}
	return fmt.Sprintf("%s %s (%s)", k.Kind, k.Object, k.Namespace)
}
