package convention_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestHowACallFailedIsReadFromWhatClientsSay(t *testing.T) {
	t.Parallel()
	for is, all := range map[convention.CallFailure][]string{
		convention.Refused: {"dial tcp 10.0.0.9:8080: connect: connection refused", "connect ECONNREFUSED 10.96.31.7:6379", "Error 111 connecting to cache:6379. Connection refused.",
			"java.net.ConnectException: Connection refused", "No connection could be made because the target machine actively refused it.", "upstream: no healthy upstream"},
		convention.Unreachable: {"dial tcp 10.0.0.9:443: connect: no route to host", "connect EHOSTUNREACH 10.0.0.9:5432", "failed to connect to all addresses; last error: UNKNOWN"},
		convention.CutOff: {"read tcp 10.0.0.1:4312->10.0.0.9:5432: read: connection reset by peer", "socket hang up", "Lost connection to MySQL server during query", "MySQL server has gone away",
			"unexpected EOF", "write: broken pipe", "Remote end closed connection without response"},
		convention.TimedOut: {"context deadline exceeded", "java.net.SocketTimeoutException: Read timed out", "ETIMEDOUT", "canceling statement due to statement timeout", "4 DEADLINE_EXCEEDED: Deadline exceeded"},
		convention.Unresolved: {"dial tcp: lookup ledger-db on 10.96.0.10:53: no such host", "getaddrinfo ENOTFOUND cache.shop", "java.net.UnknownHostException: bank", "Temporary failure in name resolution",
			`could not translate host name "pg" to address: Name or service not known`},
		convention.Untrusted: {"x509: certificate signed by unknown authority", "PKIX path building failed", "tls: failed to verify certificate", "SSL routines: wrong version number"},
		convention.Unwelcome: {`FATAL: password authentication failed for user "shop"`, "Access denied for user 'shop'@'10.0.0.3' (using password: YES)", "WRONGPASS invalid username-password pair or user is disabled.",
			"Login failed for user 'sa'.", "NOAUTH Authentication required.", "MongoServerError: Authentication failed.", "ORA-01017: invalid username/password; logon denied"},
		convention.Crowded: {"FATAL: sorry, too many clients already", "ERROR 1040 (HY000): Too many connections", "ERR max number of clients reached", "FATAL: remaining connection slots are reserved for non-replication superuser connections"},
		convention.Unready: {"FATAL: the database system is starting up", "LOADING Redis is loading the dataset in memory", "READONLY You can't write against a read only replica.", "NotWritablePrimary: not primary",
			"OOM command not allowed when used memory > 'maxmemory'.", "could not extend file \"base/16384/2619\": No space left on device", "CLUSTERDOWN The cluster is down", "LEADER_NOT_AVAILABLE",
			"No suitable servers found: serverSelectionTimeoutMS expired", "MySQL server is running with the --read-only option"},
		convention.PoolEmpty: {"HikariPool-1 - Connection is not available, request timed out after 3000ms", "QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00",
			"timeout exceeded when trying to connect"},
		"": {`duplicate key value violates unique constraint "orders_pkey"`, "syntax error at or near \"FORM\"", "relation \"orders\" does not exist", "WRONGTYPE Operation against a key holding the wrong kind of value", ""},
	} {
		for _, said := range all {
			require.Equal(t, is, convention.FailureOf(incident.Span{StatusMessage: said}), said)
			told := incident.Span{Events: []incident.SpanEvent{{Name: "exception", Attributes: map[string]string{"exception.message": said}}}}
			require.Equal(t, is, convention.FailureOf(told), said)
			require.Equal(t, said, convention.Said(told))
		}
	}
}

func TestAStatusTellsHowACallFailedWhereNoWordsDo(t *testing.T) {
	t.Parallel()
	for code, is := range map[string]convention.CallFailure{"503": convention.Broken, "500": convention.Broken, "504": convention.TimedOut, "429": convention.Throttled, "404": "", "200": "", "": ""} {
		require.Equal(t, is, convention.FailureOf(incident.Span{Attributes: map[string]string{"http.response.status_code": code}}), code)
	}
	require.Equal(t, convention.Unreachable, convention.FailureOf(incident.Span{Attributes: map[string]string{"rpc.grpc.status_code": "14"}}))
}

func TestWhatTheCallerGotWrongDoesNotLieAtTheCallee(t *testing.T) {
	t.Parallel()
	for _, f := range []convention.CallFailure{convention.PoolEmpty, convention.Unresolved, convention.Untrusted, convention.Unwelcome, ""} {
		require.False(t, f.LiesAtCallee(), f)
	}
	require.True(t, convention.Refused.LiesAtCallee())
	require.True(t, convention.Crowded.LiesAtCallee())
}
