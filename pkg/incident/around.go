package incident

import "time"

// leadTime is how long before the onset a cause may begin that shows only later.
const leadTime = time.Hour

// Around is the time around the incident: from an hour before the onset to now. What begins in it may be the cause or a
// trace of it. Where no onset is known it is the investigated window.
func (c *Case) Around() Window {
	if c.Facts.Onset == nil {
		return c.Window
	}
	return Window{From: c.Facts.Onset.Earliest.Add(-leadTime).UTC().Truncate(time.Second), To: c.Window.To}
}

// HourBefore is the hour before the time around the incident: what goes on in it goes on without an incident.
func (c *Case) HourBefore() Window {
	start := c.Around().From
	return Window{From: start.Add(-leadTime), To: start}
}

// InTime says whether something that is known to have begun at the given time can have caused the incident: it did not
// begin after the onset. Where no onset is known, nothing can be said against it.
func (f *Facts) InTime(began time.Time) bool {
	return f.Onset == nil || !began.After(f.Onset.Latest)
}

// MovedInTime says the same of what metrics tell.
func (f *Facts) MovedInTime(moved MovedAt) bool {
	return f.Onset == nil || !moved.SurelyAfter(f.Onset.MovedAt)
}

// FailedHost is the host outside that the failing call went to; empty where it is not known.
func (f *Facts) FailedHost() string {
	if f.Culprit == nil {
		return ""
	}
	return f.Culprit.External
}
