package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// calledOut is a case whose example fails in a call of web that says why; nothing traces further what is called.
func calledOut(host, said string, attributes map[string]string) *incident.Case {
	c := caseWithOnset()
	c.Facts.Example = &incident.Example{Trace: incident.Trace{Duration: 3 * time.Second}}
	c.Facts.Culprit = &incident.Culprit{Self: time.Minute, External: host, Span: incident.Span{Service: "web", Name: "GET", Kind: incident.KindClient, Failed: said != "", StatusMessage: said, Attributes: attributes}}
	c.Facts.Callees = &incident.Callees{Services: []string{"ledger", "mailer"}}
	return c
}

func TestWhatIsCalledIsNamedAndNotItsCallerWhereTheCallShowsIt(t *testing.T) {
	t.Parallel()
	db := func(system string) map[string]string { return map[string]string{"db.system": system} }
	for name, of := range map[string]struct {
		c          *incident.Case
		says, kind string
		who        string
	}{
		"a cache that refuses":        {calledOut("seats.shop.svc", "connection refused", db("redis")), "calls from web to seats.shop.svc fail: the connection is refused.", "database", "seats"},
		"a database that is crowded":  {calledOut("pg-main", "FATAL: sorry, too many clients already", db("postgresql")), "calls from web to pg-main fail: it accepts no more connections.", "database", "pg-main"},
		"a database without a host":   {calledOut("", "the database system is shutting down", map[string]string{"db.system": "postgresql", "db.name": "orders"}), "calls from web to orders (postgresql) fail: it is up and cannot serve.", "database", "orders"},
		"a broker":                    {calledOut("kafka-0", "LEADER_NOT_AVAILABLE", map[string]string{"messaging.system": "kafka", "messaging.destination.name": "orders"}), "calls from web to kafka-0 fail: it is up and cannot serve.", "queue", "kafka-0"},
		"a topic without a host":      {calledOut("", "timed out", map[string]string{"messaging.system": "kafka", "messaging.destination.name": "orders"}), "calls from web to orders (kafka) fail: it does not answer in time.", "queue", "orders"},
		"a host outside":              {calledOut("api.example.com", "read: connection reset by peer", nil), "calls from web to api.example.com fail: the connection is cut off.", "host", "api.example.com"},
		"a service that says nothing": {calledOut("ledger.shop.svc.cluster.local", "connect: connection refused", nil), "calls from web to ledger.shop.svc.cluster.local fail: the connection is refused.", "service", "ledger"},
	} {
		v := judged(t, of.c)
		require.Equal(t, of.says, v.Statement, name)
		require.Equal(t, incident.Possible, v.Level, name)
		require.Equal(t, of.who, v.Candidates[0].Service, name)
		require.Equal(t, incident.Target{Type: of.kind, Name: of.who}, v.Candidates[0].Target, name)
		require.Contains(t, v.Candidates[0].Because, "only web reports it: nothing traces "+of.who+" itself", name)
	}
}

func TestTheCallerIsNamedWhereTheReasonMayBeItsOwn(t *testing.T) {
	t.Parallel()
	for said, why := range map[string]string{
		`duplicate key value violates unique constraint "orders_pkey"`:  "",
		"getaddrinfo ENOTFOUND pg-main":                                 ": the name does not resolve",
		`FATAL: password authentication failed for user "web"`:          ": the credentials are refused",
		"HikariPool-1 - Connection is not available, request timed out": ": no connection of the caller's own pool is free",
		"x509: certificate is valid for pg-old, not pg-main":            ": TLS fails",
	} {
		v := judged(t, calledOut("pg-main", said, map[string]string{"db.system": "postgresql"}))
		require.Equal(t, "web", v.Candidates[0].Service, said)
		require.Equal(t, "calls from web to pg-main fail"+why+".", v.Statement)
	}
}

func TestASlowCallIsTheStoresOnlyWhereLatencyRose(t *testing.T) {
	t.Parallel()
	c := calledOut("pg-main", "", map[string]string{"db.system": "postgresql"})
	require.Equal(t, "web", judged(t, c).Candidates[0].Service, "it may take so long on any day")
	c.Facts.Latency = &incident.Change{Now: 3, Normal: 0.4, Unit: incident.Seconds, Worse: true}
	v := judged(t, c)
	require.Equal(t, "pg-main", v.Candidates[0].Service)
	require.Equal(t, "Possible: calls from web to pg-main take most of the time.", v.Sentence)
}

func TestWhatTheRankingSaysOfTheCallerSpeaksForWhatItCalls(t *testing.T) {
	t.Parallel()
	ranking := func(kind string) incident.RankedService {
		r := failing("web", 0.95, 1e-9)
		r.Evidence[0].Kind = kind
		return r
	}
	for kind, who := range map[string]string{"errors": "seats", "lines": "seats", "own latency": "seats", "edge latency": "web", "cpu": "web"} {
		c := calledOut("seats", "connection refused", map[string]string{"db.system": "redis"})
		r := ranking(kind)
		c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{r}}
		c.Facts.Witness = countedAs(incident.WitnessConfirms, &r)
		v := judged(t, c)
		require.Equal(t, who, v.Candidates[0].Service, kind)
		if who == "seats" {
			require.Equal(t, incident.Possible, v.Level, "its caller alone tells of it")
			require.Len(t, v.Candidates, 1)
		}
	}
}

func TestARolloutOfTheCallerExplainsItsFailingCalls(t *testing.T) {
	t.Parallel()
	c := changed(calledOut("seats", "connection refused", map[string]string{"db.system": "redis"}), changeOf("Deployment", "web", incident.RolledOut, 25*time.Minute))
	require.Equal(t, incident.CauseKind("service-change"), judged(t, c).Candidates[0].Kind)
}
