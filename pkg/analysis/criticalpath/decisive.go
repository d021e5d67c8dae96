package criticalpath

import (
	"maps"
	"regexp"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Why is why a failure beside another one did not make the request fail.
type Why string

// The reasons, in the words in which they are told apart.
const (
	LivedWith    Why = "lived with"      // requests that go well have this failure too
	CalledOff    Why = "called off"      // it was canceled when the other one had failed
	CleansUp     Why = "cleans up"       // it began after the other one had failed, to undo what had been done
	OnlyThen     Why = "asked only then" // it began after the other one had failed, and requests that go well do not ask it
	NotHandedOn  Why = "not handed on"   // what is above says the other one's error
	TookLessLong Why = "took less long"  // nothing tells the two apart but that
)

// follows says that a failure is a consequence of the other one.
func (w Why) follows() bool { return w == CalledOff || w == CleansUp || w == OnlyThen }

// PassedOver is a failed span that another failure goes before, and why.
type PassedOver struct {
	Span int
	For  int // the failed span that goes before it
	Why  Why
}

// skew is by how much clocks of two services may differ where spans are put in an order.
const skew = time.Millisecond

// decisive is that of several failures without one above the other which made the span above them fail (-1: there is none). What is
// canceled, cleans up, or is asked only after another one failed is a consequence of that. Failures that requests live with on a good
// day are passed over. Of those that remain it is the one whose error the span above repeats, else the longest. The others are given
// with the reason.
func (t *Tree) decisive(failures []int, above int, usual Habits) (int, []PassedOver) {
	if len(failures) == 1 {
		return failures[0], nil
	}
	others := map[int]PassedOver{}
	first := t.originsOf(failures, usual)
	left := t.except(failures, others, func(i int) PassedOver { return t.consequence(i, first, usual) })
	left = t.except(left, others, func(i int) PassedOver {
		if usual.livesWith(t, i) {
			return PassedOver{Why: LivedWith}
		}
		return PassedOver{}
	})
	if said := t.saidAbove(left, above); len(said) > 0 {
		left = t.except(left, others, func(i int) PassedOver {
			if said[i] {
				return PassedOver{}
			}
			return PassedOver{Why: NotHandedOn}
		})
	}
	chosen := t.longest(left)
	var listed []PassedOver
	for _, i := range failures {
		if i == chosen || t.same(i, chosen) {
			continue // made again: one failure
		}
		o, noted := others[i]
		if !noted {
			o.Why = TookLessLong
		}
		if o.Span = i; !o.Why.follows() {
			o.For = chosen
		}
		listed = append(listed, o)
	}
	return chosen, listed
}

// except are the spans that nothing speaks against, with what speaks against the others noted; all of them where nothing would be left.
func (t *Tree) except(spans []int, others map[int]PassedOver, against func(i int) PassedOver) []int {
	var left []int
	noted := map[int]PassedOver{}
	for _, i := range spans {
		if o := against(i); o.Why != "" {
			noted[i] = o
			continue
		}
		left = append(left, i)
	}
	if len(left) == 0 {
		return spans
	}
	maps.Copy(others, noted)
	return left
}

// origins are the failures that ended first, of those that others may follow from in each of the ways; -1 for none.
type origins struct{ callsOff, undone, asksFirst int }

func (t *Tree) originsOf(failures []int, usual Habits) origins {
	o := origins{-1, -1, -1}
	first := func(known *int, i int) {
		if *known < 0 || t.Trace.Spans[i].End().Before(t.Trace.Spans[*known].End()) {
			*known = i
		}
	}
	for _, i := range failures {
		if !isCanceled(&t.Trace.Spans[i]) && !usual.livesWith(t, i) {
			first(&o.callsOff, i)
		}
		if !t.cleansUp(i) {
			first(&o.undone, i)
		}
		if !usual.neverAsk(t, i) {
			first(&o.asksFirst, i)
		}
	}
	return o
}

// consequence says of which other failure one is a consequence, and how; nothing where it is of none.
func (t *Tree) consequence(i int, of origins, usual Habits) PassedOver {
	span := &t.Trace.Spans[i]
	endedBy := func(j int, at time.Time) bool {
		return j >= 0 && j != i && !at.Before(t.Trace.Spans[j].End().Add(-skew))
	}
	switch {
	case isCanceled(span) && endedBy(of.callsOff, span.End()) && !endedBy(of.callsOff, span.Start):
		return PassedOver{For: of.callsOff, Why: CalledOff}
	case t.cleansUp(i) && endedBy(of.undone, span.Start):
		return PassedOver{For: of.undone, Why: CleansUp}
	case usual.neverAsk(t, i) && endedBy(of.asksFirst, span.Start):
		return PassedOver{For: of.asksFirst, Why: OnlyThen}
	}
	return PassedOver{}
}

// same says that two failed spans are one call that was made again.
func (t *Tree) same(i, j int) bool {
	one, known := callOf(t, i)
	other, otherKnown := callOf(t, j)
	return known && otherKnown && one == other
}

// saidAbove are the failures whose error the span above repeats.
func (t *Tree) saidAbove(failures []int, above int) map[int]bool {
	if above < 0 || len(failures) < 2 {
		return nil
	}
	words := t.Trace.Spans[above].ErrorMessage()
	said := map[int]bool{}
	for _, i := range failures {
		if message := strings.TrimSpace(t.Trace.Spans[i].ErrorMessage()); len(message) >= tellingMessage && strings.Contains(words, message) {
			said[i] = true
		}
	}
	return said
}

// tellingMessage is the number of bytes from which a message is not found in another one by chance, as "error" is.
const tellingMessage = 8

func (t *Tree) longest(spans []int) int {
	longest := spans[0]
	for _, i := range spans {
		if t.Trace.Spans[i].Duration > t.Trace.Spans[longest].Duration {
			longest = i
		}
	}
	return longest
}

// canceled are the words with which programs and protocols say that a call was called off by whoever made it.
var canceled = regexp.MustCompile(`(?i)context canceled|\bcancel+ed\b|operation (was )?(canceled|cancelled|aborted)|AbortError|CancelledError|CancellationException|\b(StatusCode\.)?CANCELLED\b`)

// waitedTooLong are words with which a call says that it was canceled since it took too long: a failure of its own.
var waitedTooLong = regexp.MustCompile(`(?i)time[d ]{0,2} ?out|deadline|while waiting`)

const (
	clientClosed = "499" // nginx' status for a client that went away
	grpcCanceled = "1"
)

func isCanceled(s *incident.Span) bool {
	if s.Attributes["rpc.grpc.status_code"] == grpcCanceled || s.Attributes["http.response.status_code"] == clientClosed || s.Attributes["http.status_code"] == clientClosed {
		return true
	}
	words := s.ErrorType() + " " + s.ErrorMessage()
	return canceled.MatchString(words) && !waitedTooLong.MatchString(words)
}

// undoing are words in the names of what undoes a part of a request that failed, as sagas and transactions do: whole ones, so that
// neither refundOrder nor undocumented is an undo.
var undoing = regexp.MustCompile(`(^|[^A-Za-z])(ROLLBACK|[Rr]oll[_ -]?[Bb]ack|[Cc]ompensat(e|ion|ing)|[Uu]ndo|[Rr]evert|[Uu]nwind|[Dd]ead[_-]?[Ll]etter)([^a-z]|$)` +
	`|[a-z](Rollback|Compensate|Undo|Revert)([^a-z]|$)`)

func (t *Tree) cleansUp(i int) bool {
	what, _ := callOf(t, i)
	return undoing.MatchString(what.name)
}
