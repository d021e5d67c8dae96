package services_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/services"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// waiting is a case whose failing statement was answered with the given words.
func waiting(said string, attributes map[string]string) *incident.Case {
	c := caseWithOnset()
	c.Facts.Culprit = &incident.Culprit{Span: incident.Span{Service: "web", Name: "UPDATE stock", Kind: incident.KindClient, Failed: said != "", StatusMessage: said, Attributes: attributes}}
	return c
}

func wrote(service string, before time.Duration, level, text string) incident.Line {
	return incident.Line{Time: ago(20*time.Minute + before), Text: text, Level: level, Labels: map[string]string{"service_name": service}}
}

func locksOf(t *testing.T, c *incident.Case, around, before []incident.Line) phase.Reading {
	t.Helper()
	r, err := services.Locks().Read(c, source.Answers{"around": {Lines: around}, "before": {Lines: before}})
	require.NoError(t, err)
	if r.Learn != nil {
		r.Learn(&c.Facts)
	}
	return r
}

func TestWhoLockedTheTableBeforeTheOnsetIsNamed(t *testing.T) {
	t.Parallel()
	postgres := map[string]string{"db.system": "postgresql", "server.address": "stock-db", "db.statement": "UPDATE stock SET n = ?"}
	for name, of := range map[string]struct {
		said string
		line string
	}{
		"a batch that locks a table":      {"canceling statement due to lock timeout", "recount began, LOCK TABLE stock IN EXCLUSIVE MODE"},
		"a migration that alters a table": {"Lock wait timeout exceeded; try restarting transaction", "Migrating schema to version 7: ALTER TABLE stock ADD COLUMN eol DATE"},
		"a report that locks rows":        {"Transaction was deadlocked on lock resources", "SELECT * FROM stock WHERE eol < now() FOR UPDATE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := waiting(of.said, postgres)
			questions, err := services.Locks().Plan(c)
			require.NoError(t, err)
			require.Len(t, questions, 2)
			require.Contains(t, questions[0].Text, `{service_name=~".+"}`)
			require.False(t, questions[0].Window.To.After(c.Facts.Onset.Latest.Add(time.Second)), "what is locked after the onset is no cause")
			r := locksOf(t, c, []incident.Line{
				wrote("recount", 30*time.Second, "info", of.line),
				wrote("search", 5*time.Minute, "info", "CREATE INDEX words_word ON words (word)"),
				wrote("web", 0, "error", "UPDATE stock: "+of.said+" LOCK TABLE stock"),
			}, nil)
			require.Equal(t, incident.Critical, r.Findings[0].Severity)
			require.Len(t, c.Facts.Locks.Holders, 2)
			require.Equal(t, "recount", c.Facts.Locks.Holders[0].Service)
			require.True(t, c.Facts.Locks.Holders[0].Table)
			require.False(t, c.Facts.Locks.Holders[1].Table, "another table's lock is told, as another's")
		})
	}
}

func TestALockThatIsTakenAllDayAccusesNobody(t *testing.T) {
	t.Parallel()
	c := waiting("canceling statement due to lock timeout", map[string]string{"db.system": "postgresql"})
	everyday := "picked order 12: SELECT * FROM stock FOR UPDATE"
	r := locksOf(t, c, []incident.Line{wrote("picker", time.Minute, "info", everyday)}, []incident.Line{wrote("picker", time.Hour, "info", "picked order 7: SELECT * FROM stock FOR UPDATE")})
	require.Empty(t, c.Facts.Locks.Holders)
	require.Equal(t, incident.Found, r.Outcome)
	require.Contains(t, r.Findings[0].Sentence, `UPDATE stock of web waited for a lock: "canceling statement due to lock timeout". No line of any service reports a statement that locked`)
}

func TestWhereNothingSpeaksOfLocksNothingIsAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*incident.Case{
		"another error":    waiting("duplicate key value violates unique constraint", map[string]string{"db.system": "postgresql"}),
		"no database's":    waiting("", nil),
		"lines of another": withChanged(waiting("error", nil), "other", "Lock wait timeout exceeded"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			questions, err := services.Locks().Plan(c)
			require.NoError(t, err)
			require.Empty(t, questions)
			require.Empty(t, locksOf(t, c, nil, nil).Findings)
			require.Nil(t, c.Facts.Locks)
		})
	}
	for name, c := range map[string]*incident.Case{
		"a slow statement":          waiting("", map[string]string{"db.system": "mysql"}),
		"the service's lines alone": withChanged(waiting("error", nil), "web", "PSQLException: ERROR: canceling statement due to lock timeout"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			questions, err := services.Locks().Plan(c)
			require.NoError(t, err)
			require.Len(t, questions, 2)
		})
	}
}

func withChanged(c *incident.Case, service, text string) *incident.Case {
	c.Facts.Patterns = &incident.LogPatterns{Changed: []incident.LogPattern{{Service: service, Change: incident.PatternNew, Text: text, Example: incident.Line{Text: text, Level: "error"}}}}
	return c
}
