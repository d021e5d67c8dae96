package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

var heldLock = Cause{
	Kind:    "held-lock",
	Means:   "a job or a migration holds a lock that the failing statements wait for",
	Needs:   []incident.Fact{incident.FactLocks, incident.FactCulprit, incident.FactExample, incident.FactOnset},
	After:   symptoms,
	Depth:   1,
	Find:    findHeldLock,
	Likely:  []Rule{waitsForTheSameTable},
	Against: []Observation{failElsewhere},
	Advise: func(a *advice.Advice, c *incident.Case, _ incident.Candidate) {
		whoBlocks(a, c)
		endBlockers(a, c)
	},
}

// findHeldLock finds who wrote, before the onset, that it locked the table that the failing statement is for. A lock on something else
// is linked to the failure by nothing but time, and is told by the step that looked.
func findHeldLock(c *incident.Case, symptoms Suspects) Suspects {
	locks, culprit := c.Facts.Locks, c.Facts.Culprit
	if locks == nil || culprit == nil {
		return nil
	}
	var all Suspects
	for _, h := range locks.Holders {
		if !h.Table || !c.Facts.InTime(h.At) {
			continue
		}
		s := newSuspect(h.Service, incident.Target{Type: "table", Name: locks.Table}, "lock on "+locks.Table, "")
		s.saying = wording.Textf("%s took a lock on %s, which %s of %s waits for", h.Service, locks.Table, culprit.Span.Name, culprit.Span.Service)
		s.began = &incident.MovedAt{Earliest: h.At, Latest: h.At}
		s.happens("cause/locks", "%s takes a lock on %s", h.Service, locks.Table)
		s.has(inLogs, "%s wrote at %s: %s", h.Service, wording.Clock(h.At), wording.Quoted(h.Text))
		if locks.Said != "" {
			s.has(inTrace, "%s of %s waits for a lock on it: %s", culprit.Span.Name, culprit.Span.Service, wording.Quoted(locks.Said))
		}
		addOrder(c, s)
		s.inherits(symptoms...)
		all = append(all, s)
	}
	return all
}

// waitsForTheSameTable says that the database itself named the wait for a lock, that one service alone took one on the same table
// shortly before, and that this began no later than the failures.
func waitsForTheSameTable(c *incident.Case, s *Suspect) bool {
	if !s.kinds[inTime] || !s.kinds[inTrace] || c.Facts.Locks == nil || c.Facts.Locks.Said == "" {
		return false
	}
	same := 0
	for _, h := range c.Facts.Locks.Holders {
		if h.Table {
			same++
		}
	}
	return same == 1
}

// waitsForLock says that the database named a wait for a lock as the reason why the culprit failed.
func waitsForLock(c *incident.Case) bool { return c.Facts.Locks != nil && c.Facts.Locks.Said != "" }

// lockedDatabase is the system and the host of the database at which the culprit waits.
func lockedDatabase(c *incident.Case) (system, host string) {
	if c.Facts.Culprit == nil || !waitsForLock(c) {
		return "", ""
	}
	return convention.Database(c.Facts.Culprit.Span)
}

const blockers = "SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity"

// whoBlocks shows, in the database itself, which sessions hold what others wait for.
func whoBlocks(a *advice.Advice, c *incident.Case) {
	const step = "cause/locks"
	system, host := lockedDatabase(c)
	why := fmt.Sprintf("Shows the sessions that others wait for at %s, and their statements.", host)
	switch {
	case host == "":
	case system == "postgresql":
		a.Look(step, why, "psql -h %s -c %s", host, "SELECT pid, application_name, client_addr, now() - xact_start AS open, query FROM pg_stat_activity WHERE pid IN ("+blockers+")")
	case system == "mysql" || system == "mariadb":
		a.Look(step, why, "mysql -h %s -e %s", host, "SELECT * FROM sys.innodb_lock_waits; SELECT * FROM sys.schema_table_lock_waits")
	case system == "mssql" || system == "microsoft.sql_server":
		a.Look(step, why, "sqlcmd -S %s -Q %s", host, "SELECT session_id, blocking_session_id, wait_type, wait_resource FROM sys.dm_exec_requests WHERE blocking_session_id <> 0")
	case system == "mongodb":
		a.Look(step, why, "mongosh --host %s --eval %s", host, "db.currentOp({waitingForLock: true})")
	}
}

// endBlockers ends the sessions that others wait for, where the command for it is known.
func endBlockers(a *advice.Advice, c *incident.Case) {
	system, host := lockedDatabase(c)
	if system == "postgresql" && host != "" {
		a.Change("cause/locks", "Ends the sessions that others wait for, and what they did is undone. Look at them first.", "psql -h %s -c %s", host,
			"SELECT pg_terminate_backend(blocker) FROM ("+blockers+") AS waits(blocker)")
	}
}
