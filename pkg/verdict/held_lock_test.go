package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// lockWait is a case whose failing statement waits for a lock on a table, which the given services say that they took.
func lockWait(said string, holders ...incident.LockHolder) *incident.Case {
	c := caseWithOnset()
	c.Facts.Example = &incident.Example{}
	c.Facts.Culprit = &incident.Culprit{External: "stock-db", Span: incident.Span{Service: "web", Name: "UPDATE stock", Failed: said != "",
		Attributes: map[string]string{"db.system": "postgresql", "server.address": "stock-db"}}}
	c.Facts.Locks = &incident.Locks{Said: said, Service: "web", Database: "stock-db", Table: "stock", Holders: holders}
	return c
}

func holder(service string, at time.Time, table bool) incident.LockHolder {
	return incident.LockHolder{Service: service, At: at, Text: "LOCK TABLE stock", Table: table}
}

func TestTheServiceThatLockedTheTableIsTheCause(t *testing.T) {
	t.Parallel()
	before := caseWithOnset().Facts.Onset.Earliest.Add(-20 * time.Second)
	for name, of := range map[string]struct {
		c     *incident.Case
		level incident.Level
		kind  incident.CauseKind
		says  string
	}{
		"the same table, and the database says so": {lockWait("lock timeout", holder("recount", before, true), holder("search", before, false)), incident.Likely, "held-lock",
			"recount took a lock on stock, which UPDATE stock of web waits for."},
		"two took one": {lockWait("lock timeout", holder("recount", before, true), holder("migration", before, true)), incident.Possible, "held-lock",
			"recount took a lock on stock, which UPDATE stock of web waits for."},
		"no database says so": {lockWait("", holder("recount", before, true)), incident.Possible, "held-lock",
			"recount took a lock on stock, which UPDATE stock of web waits for."},
		"another table": {lockWait("lock timeout", holder("search", before, false)), incident.Possible, "failing-call",
			"calls from web to stock-db fail, waiting for a lock."},
		"taken after the onset": {lockWait("lock timeout", holder("recount", before.Add(time.Hour), true)), incident.Possible, "failing-call",
			"calls from web to stock-db fail, waiting for a lock."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			judged, _ := verdict.Judge(of.c)
			require.Equal(t, of.says, judged.Statement)
			require.Equal(t, of.level, judged.Level)
			require.Equal(t, of.kind, judged.Candidates[0].Kind)
			of.c.Facts.Verdict = &judged
			advised := verdict.Advise(of.c)
			if of.c.Facts.Locks.Said != "" {
				require.Contains(t, advised.Looks[0].Text, "pg_blocking_pids")
			}
			require.Equal(t, of.kind == "held-lock" && of.c.Facts.Locks.Said != "", len(advised.Remedies) > 0, "sessions are ended only where one is known to block")
		})
	}
}
