package assistant

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
)

// fullLayouts write a moment with its date, and clockLayouts a time of day; without a zone they are in UTC.
var (
	fullLayouts  = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"}
	clockLayouts = []string{"15:04:05", "15:04"}
)

// momentOf reads a moment. A time of day means the last one of that time that has passed.
func momentOf(text string, now time.Time) (time.Time, error) {
	for _, layout := range fullLayouts {
		if at, err := time.Parse(layout, text); err == nil {
			return past(at.UTC(), now)
		}
	}
	for _, layout := range clockLayouts {
		clock, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		now := now.UTC()
		at := time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0, time.UTC)
		if at.After(now) {
			at = at.AddDate(0, 0, -1)
		}
		return at, nil
	}
	return time.Time{}, failure.New(failure.Invalid, fmt.Sprintf("%q is not a time.", printable(text, longestName)), "Use UTC, such as 2026-03-10T10:30:00Z or 10:30.")
}

func past(at, now time.Time) (time.Time, error) {
	if at.After(now) {
		return at, failure.New(failure.Invalid, fmt.Sprintf("%s is in the future.", at.Format(time.RFC3339)), "Use a time that has passed, in UTC.")
	}
	return at, nil
}

// around is the window to look at for a time that may be empty, which means now.
func (c *caller) around(text string) (incident.Window, error) {
	now := c.environment.Now().UTC().Truncate(time.Second)
	if text == "" {
		return incident.Window{From: now.Add(-time.Hour), To: now}, nil
	}
	at, err := momentOf(text, now)
	if err != nil {
		return incident.Window{}, err
	}
	return links.Around(at, now), nil
}
