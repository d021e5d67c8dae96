package walkthrough

import (
	"time"
)

// The failing checkout that the walkthrough shows, relative to the alert. Its clock says 10:43:18.940 when that of the alert says
// 10:47:00.
const (
	shownTrace     = uint64(0x8f2e4a1b7c9d3e5f)
	shownWhole     = 2.847
	shownCharge    = 2.650
	shownCall      = 2620 * time.Millisecond
	shownAuth      = 42 * time.Millisecond
	shownReserve   = 67 * time.Millisecond
	shownEnd       = -3*time.Minute - 41*time.Second - 60*time.Millisecond
	shownAttempt1  = -3*time.Minute - 47*time.Second - 900*time.Millisecond
	shownAttempt2  = -3*time.Minute - 45*time.Second - 800*time.Millisecond
	shownAttempt3  = -3*time.Minute - 43*time.Second - 700*time.Millisecond
	shownAmount    = 4999
	shownUser      = "usr_123"
	shownOrder     = "ord_8f2e4a1b_charge"
	logBeforeFirst = 150 * time.Millisecond // from the first log line to the first attempt
)

// pin turns the timeout nearest in time into the failure that the walkthrough shows.
func pin(failures []failure, alert time.Time) {
	best, nearest := -1, time.Duration(1<<62)
	for i, f := range failures {
		if apart := f.end.Sub(alert.Add(shownEnd)).Abs(); f.kind == stripeTimeout && apart < nearest {
			best, nearest = i, apart
		}
	}
	f := &failures[best]
	f.pinned = true
	f.end = alert.Add(shownEnd)
	f.whole, f.charge = shownWhole, shownCharge
	f.trace = shortTraceID(shownTrace)
	f.amount, f.user = shownAmount, shownUser
	f.attempts = [3]time.Time{alert.Add(shownAttempt1), alert.Add(shownAttempt2), alert.Add(shownAttempt3)}
}
