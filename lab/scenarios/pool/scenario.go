// Package pool plays the exhaustion of the connections to one database behind two services. README.md tells the story.
package pool

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

const (
	ledger     = "ledger-db"
	transfers  = "transfer-service"
	statements = "statement-service"
	exportAt   = -17 * time.Minute
	poolSize   = 20
	mega       = 1 << 20
)

// Scenario is the exhausted database.
func Scenario() story.Scenario {
	return topology.Scenario{
		ID: "pool", Headline: "Transfers fail because ledger-db has no connection left",
		Tells: "The month-end export of statement-service locks the accounts that it reads and keeps its transactions open. Transfers " +
			"wait for the locks, each holding a connection; within two minutes the pools of both services are empty, and whoever asks " +
			"for a connection waits three seconds in vain.",
		Page: story.Alert{Name: "TransferErrorRateHigh", Service: "banking-api", Operation: "POST /transfers", Threshold: 0.01, Value: 0.3,
			Labels: map[string]string{"alertname": "TransferErrorRateHigh", "severity": "critical", "service": "banking-api", "namespace": "bank"}},
		Answer: story.Truth{Cause: "the pools of transfer-service and statement-service to ledger-db are exhausted by transactions that an export keeps open",
			Service: ledger, Component: "connection pool", Since: exportAt, Reason: `connections`, Remedy: "kubectl delete job month-end-statements-29400011 -n bank"},
		System: system,
	}
}

// The pools fill within two minutes of the export's start, and empty as soon as its transactions are ended.
var full = synth.Symptom{
	Onset:  synth.Curve{{At: exportAt + 30*time.Second}, {At: exportAt + 150*time.Second, Level: 1}},
	Relief: synth.Curve{{At: 5 * time.Second, Level: 1}, {At: 25 * time.Second}},
	Return: synth.Curve{{At: 20 * time.Second}, {At: 100 * time.Second, Level: 1}},
}

func system() topology.System {
	job := topology.Event{Kind: "CronJob", Object: "month-end-statements", Reason: "SuccessfulCreate", Message: "Created job month-end-statements-29400011",
		By: "cronjob-controller"}
	return topology.System{
		Cluster: "bank-production", Namespace: "bank", Nodes: topology.Workers("eu-central-1"), Kept: 0.04, Logfmt: true, Fault: full,
		Entrances: []topology.Entrance{{To: "banking-api POST /transfers", Rate: 5}, {To: "banking-api GET /accounts/{id}/statement", Rate: 3},
			{To: "banking-api GET /rates", Rate: 3}},
		Services: services(),
		Also:     database(),
		Story:    []topology.Happening{{At: exportAt, Event: &job}, {At: -58 * time.Minute, Rollout: &topology.Rollout{Service: "rate-service", Version: "2.3.1"}}},
	}
}

func services() []topology.Service {
	return []topology.Service{
		{Name: "banking-api", Version: "8.2.0", Language: "nodejs", Log: topology.Pino, Replicas: 2, CPU: 1, Memory: 512 * mega,
			Operations: []topology.Operation{
				{Name: "POST /transfers", P50: 0.008, P99: 0.04, Everyday: 0.0005, Calls: []topology.Call{{To: transfers + " POST /transfers"}}},
				{Name: "GET /accounts/{id}/statement", P50: 0.007, P99: 0.03, Calls: []topology.Call{{To: statements + " GET /statements/{account}"}}},
				{Name: "GET /rates", P50: 0.004, P99: 0.02, Calls: []topology.Call{{To: "rate-service GET /rates"}}},
			},
			Sayings: []topology.Saying{{Level: "info", By: "session", Text: "session {id} renewed", PerSecond: 0.4}}},
		{Name: transfers, Version: "4.11.3", Language: "java", Log: topology.SpringBoot, Replicas: 2, CPU: 2, Memory: 1024 * mega, Gauges: connections(3, 24),
			Operations: []topology.Operation{{Name: "POST /transfers", P50: 0.015, P99: 0.06, Everyday: 0.0005, Flaw: noConnection(0.45), Calls: []topology.Call{
				{Backend: query("SELECT ledger.accounts")}, {Backend: query("UPDATE ledger.accounts"), Flaw: locked}}}},
			Sayings: []topology.Saying{{Level: "info", By: "c.e.transfers.Settlement", Text: "batch {id} settled, {n} transfers in {ms} ms", PerSecond: 0.1}}},
		{Name: statements, Version: "2.7.0", Language: "java", Log: topology.SpringBoot, Replicas: 2, CPU: 2, Memory: 1024 * mega, Gauges: connections(4, 11),
			Operations: []topology.Operation{{Name: "GET /statements/{account}", P50: 0.02, P99: 0.09, Flaw: noConnection(0.4), Calls: []topology.Call{
				{Backend: query("SELECT ledger.entries")}}}},
			Sayings: []topology.Saying{
				{Level: "info", By: "c.e.statements.Export", Text: "month-end export: {n} accounts written", PerSecond: 0.5, Course: exporting},
				{Level: "info", By: "c.e.statements.Archive", Text: "statement {id} archived", PerSecond: 0.1}}},
		{Name: "rate-service", Version: "2.3.0", Language: "go", Log: topology.Slog, Replicas: 1, CPU: 1, Memory: 256 * mega,
			Operations: []topology.Operation{{Name: "GET /rates", P50: 0.003, P99: 0.02}}},
		{Name: ledger, Version: "16.4", Language: "c", Log: postgres, Replicas: 1, CPU: 8, Memory: 16384 * mega, Sayings: []topology.Saying{
			{Level: "info", By: "checkpointer", Text: "checkpoint complete: wrote {n} buffers (0.4%); 0 WAL file(s) added, 0 removed, 1 recycled", PerSecond: 0.005},
			{Level: "info", By: "client backend", Text: "process 81{n} still waiting for ShareLock on transaction 9918{n} after 1000.118 ms", PerSecond: 0.7,
				Course: func(s topology.Situation) float64 { return s.Level }}}},
	}
}

// postgres writes as PostgreSQL does with %m [%p] as its prefix.
func postgres(l topology.Line) string {
	return l.At.UTC().Format("2006-01-02 15:04:05.000 UTC") + " [" + l.At.Format("405") + "] LOG:  " + l.Text
}

func exporting(s topology.Situation) float64 {
	if s.Level > 0 || s.Since > exportAt && s.Since < exportAt+time.Minute {
		return 1
	}
	return 0
}

func query(statement string) *topology.Backend {
	return &topology.Backend{Name: ledger, Kind: "database", Span: statement, P50: 0.004, P99: 0.02, Attributes: synth.Attributes{
		{Key: "db.system.name", Value: "postgresql"}, {Key: "db.namespace", Value: "ledger"}, {Key: "db.query.summary", Value: statement},
		{Key: "server.address", Value: ledger}, {Key: "server.port", Value: 5432}}}
}

// noConnection lets a share of requests wait for a free connection in vain.
func noConnection(share float64) func(topology.Situation) topology.Flaw {
	return func(s topology.Situation) topology.Flaw {
		if s.Level < 1 || s.Chance.Float64() >= share {
			return topology.Flaw{}
		}
		const says = "HikariPool-1 - Connection is not available, request timed out after 3000ms (total=20, active=20, idle=0, waiting=24)"
		return topology.Flaw{Status: 503, Early: true, Wait: 3 * time.Second, Within: "HikariDataSource.getConnection", Type: "java.sql.SQLTransientConnectionException",
			Message: says, By: "o.h.engine.jdbc.spi.SqlExceptionHelper", Says: says}
	}
}

// locked lets those who have a connection wait for a lock.
func locked(s topology.Situation) topology.Flaw {
	if s.Chance.Float64() >= 0.6*s.Level {
		return topology.Flaw{}
	}
	return topology.Flaw{Wait: time.Duration(float64(2200*time.Millisecond) * s.Chance.Float64())}
}

// connections is what a pool of a service says of itself.
func connections(usual, waiting float64) []topology.Gauge {
	of := synth.Attribute{Key: "db.client.connection.pool.name", Value: ledger}
	used := func(s topology.Situation) float64 {
		wave := float64(s.At.Unix() / 30 % 3)
		return float64(int(usual + wave + (poolSize-usual-wave)*s.Level + 0.5))
	}
	return []topology.Gauge{
		{Name: "db.client.connection.count", Unit: "{connection}", Attributes: synth.Attributes{of, {Key: "db.client.connection.state", Value: "used"}}, Read: used},
		{Name: "db.client.connection.count", Unit: "{connection}", Attributes: synth.Attributes{of, {Key: "db.client.connection.state", Value: "idle"}},
			Read: func(s topology.Situation) float64 { return poolSize - used(s) }},
		{Name: "db.client.connection.max", Unit: "{connection}", Attributes: synth.Attributes{of}, Read: func(topology.Situation) float64 { return poolSize }},
		{Name: "db.client.connection.pending_requests", Unit: "{request}", Attributes: synth.Attributes{of},
			Read: func(s topology.Situation) float64 { return float64(int(waiting * s.Level)) }},
	}
}

// database is what the exporter tells of the database.
func database() []topology.Gauge {
	state := func(name string, read func(topology.Situation) float64) topology.Gauge {
		return topology.Gauge{From: "postgres-exporter", Name: "pg_stat_activity_count", Attributes: synth.Attributes{{Key: "server", Value: ledger + ":5432"},
			{Key: "datname", Value: "ledger"}, {Key: "state", Value: name}}, Read: read}
	}
	return []topology.Gauge{
		state("active", func(s topology.Situation) float64 { return float64(int(6 + 34*s.Level)) }),
		state("idle in transaction", func(s topology.Situation) float64 { return float64(int(1 + 38*s.Level)) }),
		state("idle", func(s topology.Situation) float64 { return float64(int(73 - 72*s.Level)) }),
		{From: "postgres-exporter", Name: "pg_settings_max_connections", Attributes: synth.Attributes{{Key: "server", Value: ledger + ":5432"}},
			Read: func(topology.Situation) float64 { return 200 }},
	}
}
