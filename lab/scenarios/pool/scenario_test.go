package pool_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/pool"
	"github.com/faultline-investigation/faultline/lab/scenarios/tape"
)

func transfers(r *tape.Tape, from, to time.Duration) float64 {
	return r.ErrorRatio("banking-api", "POST", "/transfers", from, to)
}

func TestBothServicesRunOutOfConnectionsToTheSameDatabase(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, pool.Scenario(), 0)
	for _, service := range []string{"transfer-service", "statement-service"} {
		of := []string{"service.name", service, "db.client.connection.pool.name", "ledger-db", "db.client.connection.state", "used"}
		now, _ := r.Last("db.client.connection.count", 0, of...)
		require.InDelta(t, 40, now, 0, "all of both pods' pools")
		before, _ := r.Last("db.client.connection.count", -30*time.Minute, of...)
		require.Less(t, before, 15.0)
		require.Greater(t, r.Lines(service, "Connection is not available", -5*time.Minute, 0), 100)
	}
	waiting, _ := r.Last("pg_stat_activity_count", 0, "state", "idle in transaction")
	require.Greater(t, waiting, 30.0)
}

func TestTransfersAndStatementsFailAndRatesDoNot(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, pool.Scenario(), 0)
	require.InDelta(t, 0.45, transfers(r, -5*time.Minute, 0), 0.05)
	require.InDelta(t, 0.4, r.ErrorRatio("banking-api", "GET", "/accounts/{id}/statement", -5*time.Minute, 0), 0.06)
	require.Zero(t, r.ErrorRatio("banking-api", "GET", "/rates", -5*time.Minute, 0))
	require.Less(t, transfers(r, -80*time.Minute, -17*time.Minute), 0.004)
}

func TestEndingTheExportFreesTheConnections(t *testing.T) {
	t.Parallel()
	tape.Cured(t, pool.Scenario(), 0.35, 0.005, transfers)
}
