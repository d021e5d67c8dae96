package casebook

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	mostText   = 32 << 10 // bytes of one entry
	mostPinned = 2 << 10  // bytes of what is pinned, which is one line of a timeline

	mostKey = 256 // bytes of the key of a step

	clocksApart       = 5 * time.Minute // by which a writer's clock may be ahead
	mostPinnedMoments = 20
	earliestYear      = 2000                 // in which something can have happened
	mostAhead         = 365 * 24 * time.Hour // by which what is pinned may lie ahead, such as the end of a certificate
)

var (
	idPattern      = regexp.MustCompile(`^[A-Za-z0-9-]{1,40}$`)
	entryIDPattern = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
)

// Beginnings of the ids of Faultline's own entries. People's entries have none of these: an entry whose id is taken is not written again,
// so that a note could keep a recovery or a verdict out of the log.
const (
	openedEntry       = "opened"
	investigatedEntry = "investigated-"
)

var ownEntries = []string{openedEntry, investigatedEntry, "alert-", "recovered-", "relapsed-"}

// check says what is wrong with an entry that somebody sends now.
func check(e incident.NewEntry, now time.Time) error {
	switch {
	case !entryIDPattern.MatchString(e.ID):
		return invalid("The entry's id is not of letters, digits and hyphens, at most 64.", "Send a new random id with every entry, and the same one when you send it again.")
	case slices.ContainsFunc(ownEntries, func(own string) bool { return strings.HasPrefix(e.ID, own) }):
		return invalid("The entry's id is one of those that Faultline gives its own entries.", "Send a new random id with every entry.")
	case longKey(e):
		return invalid(fmt.Sprintf("The key of the step is longer than %d bytes.", mostKey), "Set step to its key, for example impact/error-rate.")
	case !slices.Contains(incident.EntryKinds(), e.Kind) || !e.Kind.ByPeople():
		return invalid(fmt.Sprintf("People write no entries of the kind %q.", e.Kind), "Choose for example note, ticked, skipped, fix applied, handed over or closed.")
	case len(e.Text) > mostText:
		return invalid(fmt.Sprintf("The entry has %d bytes of text; it can have %d.", len(e.Text), mostText), "Write it in several entries, or link to a document.")
	case e.Happened != nil && e.Happened.After(now.Add(clocksApart)):
		return invalid("The entry says that it happened at "+e.Happened.UTC().Format(time.RFC3339)+", which lies in the future.", "Check the time, and its zone.")
	}
	if !plausible(e, now) {
		return invalid("The entry says that it happened at a time that makes no sense.", "Check the time and its year; it is RFC 3339, for example 2026-01-02T15:04:05Z.")
	}
	return checkContent(e)
}

// longKey says whether the key of a step is longer than any.
func longKey(e incident.NewEntry) bool {
	return len(e.Step) > mostKey || e.Pin != nil && len(e.Pin.Step) > mostKey
}

// plausible says whether the times of an entry can be: what it says happened, and what it pins, which may lie ahead.
func plausible(e incident.NewEntry, now time.Time) bool {
	if e.Happened != nil && e.Happened.UTC().Year() < earliestYear {
		return false
	}
	return e.Pin == nil || e.Pin.At.IsZero() || e.Pin.At.UTC().Year() >= earliestYear && !e.Pin.At.After(now.Add(mostAhead))
}

func checkContent(e incident.NewEntry) error {
	switch e.Kind {
	case incident.EntryNote, incident.EntryHandedOver:
		if e.Text == "" {
			return invalid("The entry is empty.", "Write something.")
		}
	case incident.EntryTicked, incident.EntryUnticked:
		if e.Step == "" {
			return invalid("The entry names no step.", "Set step to its key, for example impact/error-rate.")
		}
	case incident.EntrySkipped:
		if e.Step == "" || e.Text == "" {
			return invalid("A step is skipped with its key and a reason.", "Set step to its key, and text to the reason.")
		}
	case incident.EntryPinned:
		return checkPin(e.Pin)
	default: // its kind says it all
	}
	return nil
}

func checkPin(pin *incident.Pin) error {
	if pin == nil || pin.Sentence == "" || pin.At.IsZero() {
		return invalid("The entry pins nothing.", "Set pin to a finding's step, sentence and time.")
	}
	if len(pin.Sentence) > mostPinned {
		return invalid(fmt.Sprintf("The pinned sentence has %d bytes; it can have %d.", len(pin.Sentence), mostPinned), "Pin the part that matters, and write the rest as a note.")
	}
	if len(pin.Moments) > mostPinnedMoments || !incident.InOrder(pin.Sentence, pin.Moments) {
		return invalid("The moments of the pinned sentence do not lie in it, or not in their order.", "Send them as the finding has them, or leave them out.")
	}
	return nil
}
