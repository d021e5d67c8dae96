package convention_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestDatabasesSayInTheirOwnWordsThatAStatementWaited(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"ERROR: canceling statement due to lock timeout",
		`ERROR: could not obtain lock on relation "stock"`,
		"process 4711 still waiting for AccessExclusiveLock on relation 16423 after 1000.1 ms",
		"ERROR: deadlock detected",
		"Lock wait timeout exceeded; try restarting transaction",
		"Deadlock found when trying to get lock; try restarting transaction",
		"Waiting for table metadata lock",
		"Lock request time out period exceeded.",
		"Transaction (Process ID 52) was deadlocked on lock resources with another process and has been chosen as the deadlock victim.",
		"ORA-00054: resource busy and acquire with NOWAIT specified or timeout expired",
		"ORA-04021: timeout occurred while waiting to lock object",
		"Unable to acquire IX lock on '{8154: Collection, shop.stock}' within a max lock request timeout of '5ms' milliseconds.",
		"LockTimeout",
		"database is locked",
		"SQL0911N The current transaction has been rolled back because of a deadlock or timeout.",
		"org.springframework.dao.CannotAcquireLockException: could not execute statement",
	} {
		require.True(t, convention.SaysLockWait(text), text)
	}
	for _, text := range []string{"fatal error: all goroutines are asleep - deadlock!", "account is locked", "canceling statement due to statement timeout", "block timeout", "device or resource busy"} {
		require.False(t, convention.SaysLockWait(text), text)
	}
}

func TestStatementsThatKeepOthersOutAreKnown(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"LOCK TABLE stock IN SHARE ROW EXCLUSIVE MODE", "LOCK TABLES stock WRITE", "Migrating to version 12: alter table stock add column eol date",
		"running CREATE INDEX stock_sku ON stock (sku)", "VACUUM FULL stock", "truncate stock", "SELECT * FROM stock WITH (TABLOCKX)", "acquired exclusive lock on stock", "createIndexes stock"} {
		require.True(t, convention.SaysLockTaken(text), text)
	}
	for _, text := range []string{"UPDATE stock SET n = 1", "CREATE INDEX CONCURRENTLY stock_sku ON stock (sku)", "released the lock on stock", "block table of contents", "login locked"} {
		require.False(t, convention.SaysLockTaken(text), text)
	}
}

func TestTheTableOfAStatementIsFoundInWhatTheSpanSays(t *testing.T) {
	t.Parallel()
	span := func(name string, attributes map[string]string) incident.Span {
		return incident.Span{Name: name, Attributes: attributes}
	}
	for want, s := range map[string]incident.Span{
		"stock":  span("UPDATE", map[string]string{"db.statement": `UPDATE "shop"."stock" SET n = ?`}),
		"carts":  span("query", map[string]string{"db.query.text": "select * from [dbo].[carts] where id = ?"}),
		"orders": span("SELECT", map[string]string{"db.sql.table": "public.orders", "db.statement": "SELECT 1 FROM stock"}),
		"ledger": span("INSERT INTO ledger", nil),
		"":       span("GET /stock", nil),
	} {
		require.Equal(t, want, convention.Table(s))
	}
	require.Equal(t, "stock", convention.TableOfWait(`could not obtain lock on relation "stock"`))
	require.True(t, convention.NamesTable("LOCK TABLE shop.Stock IN EXCLUSIVE MODE", "stock"))
	require.False(t, convention.NamesTable("ALTER TABLE stock_history ADD x int", "stock"))
	require.False(t, convention.NamesTable("LOCK TABLE x", ""))
}
