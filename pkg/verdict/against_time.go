package verdict

import (
	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// beganAfter: a cause begins before its symptom.
func beganAfter(c *incident.Case, s *Suspect) *incident.Contradiction {
	const id, observation = "began-after", "it began after the requests were affected"
	onset := c.Facts.Onset
	switch {
	case onset == nil:
		return contradiction(id, observation, incident.NotKnown, "no number of %s is known to have moved", c.Subject.Service)
	case s.began == nil:
		return contradiction(id, observation, incident.NotKnown, "nothing shows when it began")
	}
	at, moved := movedAt(*s.began), movedAt(onset.MovedAt)
	switch {
	case s.began.SurelyAfter(onset.MovedAt):
		return contradiction(id, observation, incident.Seen, "it began %s, the numbers of %s moved %s", at, c.Subject.Service, moved)
	case s.began.Latest.After(onset.Earliest):
		return contradiction(id, observation, incident.NotKnown, "it began %s and the numbers of %s moved %s: which came first is closer than either is known",
			at, c.Subject.Service, moved)
	}
	return contradiction(id, observation, incident.NotSeen, "it began %s, the numbers of %s moved %s", at, c.Subject.Service, moved)
}

// asBefore: what was as bad before is no incident.
func asBefore(c *incident.Case, _ *Suspect) *incident.Contradiction {
	const id, observation = "as-before", "the requests were as bad before"
	f := &c.Facts
	latency := "p99 latency"
	if f.Latency != nil {
		latency = f.Latency.Latency()
	}
	compared := 0
	for _, k := range []struct {
		name   string
		change *incident.Change
	}{{"error rate", f.Errors}, {latency, f.Latency}, {"share of client errors", f.Refused}, {"request rate", f.Traffic}} {
		switch {
		case k.change == nil || k.change.NoBaseline:
		case k.change.Worse:
			return contradiction(id, observation, incident.NotSeen, "the %s of %s is %s, normally %s", k.name, c.Subject.Service,
				numbers.Bound(k.change.Now, k.change.Unit, k.change.AtLeast), numbers.Say(k.change.Normal, k.change.Unit))
		default:
			compared++
		}
	}
	if compared > 0 {
		return contradiction(id, observation, incident.Seen, "no number of %s that was compared got worse", c.Subject.Service)
	}
	return contradiction(id, observation, incident.NotKnown, "no number of %s is known from before", c.Subject.Service)
}

// loadRoseFirst: a shortage that follows from more requests is no fault of what runs short.
func loadRoseFirst(c *incident.Case, s *Suspect) *incident.Contradiction {
	const id, observation = "load-rose", "many more requests than usual arrived"
	t := c.Facts.Traffic
	switch {
	case t == nil || t.NoBaseline || t.Normal <= 0:
		return contradiction(id, observation, incident.NotKnown, "no request rate of %s is known from before", c.Subject.Service)
	case t.Now >= muchMoreLoad*t.Normal && (t.Moved == nil || s.began == nil || !t.Moved.Earliest.After(s.began.Latest)):
		return contradiction(id, observation, incident.Seen, "%s serves %s, normally %s", c.Subject.Service, numbers.Say(t.Now, t.Unit), numbers.Say(t.Normal, t.Unit))
	}
	return contradiction(id, observation, incident.NotSeen, "%s serves %s, normally %s", c.Subject.Service, numbers.Say(t.Now, t.Unit), numbers.Say(t.Normal, t.Unit))
}

// otherChange: what else was changed between a change and the onset is closer to it.
func otherChange(c *incident.Case, s *Suspect) *incident.Contradiction {
	const id, observation = "other-change", "something else was changed in between"
	if s.change == nil || c.Facts.Changes == nil || c.Facts.Onset == nil {
		return nil
	}
	for _, k := range c.Facts.Changes.List {
		if k.BeforeOnset && k.Action != incident.Scaled && k.Began().Latest.After(s.change.Began().Earliest) && k.Key() != s.change.Key() && (k.Object != s.change.Object || k.Namespace != s.change.Namespace) {
			return contradiction(id, observation, incident.Seen, "%s %s", cluster.DescribeChange(k), changedAt(k))
		}
	}
	from, to := wording.Clock(s.change.Began().Earliest), wording.Clock(c.Facts.Onset.Middle())
	looked := c.Facts.Changes.Looked
	if failed := incident.InState(looked, incident.SourceFailed); len(failed) > 0 {
		return contradiction(id, observation, incident.NotKnown, "no other change is known between %s and %s, but this could not be read: %s", from, to, wording.List(failed))
	}
	read, absent := incident.InState(looked, incident.SourceRead), incident.InState(looked, incident.SourceAbsent)
	switch {
	case len(read) == 0:
		return contradiction(id, observation, incident.NotSeen, "no other change is known between %s and %s", from, to)
	case len(absent) == 0:
		return contradiction(id, observation, incident.NotSeen, "no other change is known between %s and %s from %s", from, to, wording.List(read))
	}
	return contradiction(id, observation, incident.NotSeen, "no other change is known between %s and %s from %s; not there: %s", from, to, wording.List(read), wording.List(absent))
}

// unhealthyBefore: a change breaks nothing that was broken already.
func unhealthyBefore(_ *incident.Case, s *Suspect) *incident.Contradiction {
	const id, observation = "unhealthy-before", "its pods were unhealthy before the change"
	if s.change == nil || s.unhealthy == nil || s.unhealthy.trouble == nil {
		return nil
	}
	since := s.unhealthy.trouble.Since
	switch {
	case since.Latest.Before(s.change.At):
		return contradiction(id, observation, incident.Seen, "the trouble began %s, the change was %s", movedAt(since), changedAt(*s.change))
	case since.Earliest.Before(s.change.At):
		return contradiction(id, observation, incident.NotKnown, "the trouble began %s, the change was %s", movedAt(since), changedAt(*s.change))
	}
	return contradiction(id, observation, incident.NotSeen, "the trouble began %s, the change was %s", movedAt(since), changedAt(*s.change))
}
