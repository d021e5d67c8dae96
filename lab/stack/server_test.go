package stack

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bare is a stack without servers, for processes that play one.
func bare(t *testing.T) *Stack {
	t.Helper()
	options, err := Options{Data: t.TempDir(), Grace: 100 * time.Millisecond, ReadyWithin: 20 * time.Second}.withDefaults()
	require.NoError(t, err)
	s, err := prepare(options)
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, s.Stop(context.Background()))
		assert.Empty(t, namesIn(t, options.Data))
	})
	return s
}

func shell(name, script string) launch {
	return launch{name: name, binary: "/bin/sh", args: []string{"-c", script}}
}

func answering(t *testing.T, status int, body string) probe {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return probe{what: "readiness", method: http.MethodGet, url: server.URL, accepts: isOK}
}

func TestAServerThatDiesSaysHowAndWhatToDo(t *testing.T) {
	t.Parallel()
	for said, advice := range map[string]string{
		"write /data/wal: no space left on device":       "the disk is full; free some space",
		"listen tcp :3100: bind: address already in use": "stop what listens there, or choose another port",
		"open /data/x: too many open files":              "ulimit -n",
		"failed parsing config: loki.yaml: line 3":       "its configuration is not accepted",
		"something else": "see why below",
	} {
		s := bare(t)
		server, err := startServer(shell("Loki", "echo first; echo '"+said+"' >&2; exit 3"), s.watchdog)
		require.NoError(t, err)
		<-server.Exited()
		require.ErrorContains(t, server.Err(), "Loki ended by itself (exit status 3)")
		require.ErrorContains(t, server.Err(), advice)
		require.ErrorContains(t, server.Err(), said)
		assert.Equal(t, []string{said}, server.Tail(1))
	}
}

func TestAServerWithoutAProgramNamesTheFile(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "loki")
	_, err := startServer(launch{name: "Loki", binary: missing, remedy: "have " + missing + " built again"}, bare(t).watchdog)
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "cannot start Loki; have "+missing+" built again")
}

func TestAStartWaitsUntilEveryProbeIsAccepted(t *testing.T) {
	t.Parallel()
	s := bare(t)
	asked := 0
	slow := answering(t, http.StatusOK, "")
	slow.accepts = func(int, []byte) bool { asked++; return asked == 3 }
	l := shell("Tempo", "exec sleep 60")
	server, err := startServer(l, s.watchdog)
	require.NoError(t, err)
	s.Tempo = server
	require.NoError(t, server.awaitReady(context.Background(), []probe{answering(t, http.StatusOK, ""), slow}, time.Minute))
	assert.Equal(t, 3, asked)
}

func TestAServerThatNeverGetsReadyIsReportedWithItsLastAnswer(t *testing.T) {
	t.Parallel()
	s := bare(t)
	server, err := startServer(shell("Tempo", "echo waiting for the ring; exec sleep 60"), s.watchdog)
	require.NoError(t, err)
	s.Tempo = server
	require.Eventually(t, func() bool { return len(server.Tail(1)) == 1 }, time.Minute, time.Millisecond)

	err = server.awaitReady(context.Background(), []probe{answering(t, http.StatusServiceUnavailable, "no ring")}, 5*time.Second)
	require.ErrorContains(t, err, "Tempo was not ready after 5s (readiness: ")
	require.ErrorContains(t, err, "503 Service Unavailable no ring")
	assert.ErrorContains(t, err, "waiting for the ring")
}

func TestAPortThatIsLostBeforeTheServerHasItIsReplaced(t *testing.T) {
	t.Parallel()
	s := bare(t)
	tried := [][]int{}
	ready := answering(t, http.StatusOK, "")
	play := plan{program: lokiProgram, fixed: []int{0}, launch: func(_, _ string, ports []int) launch {
		tried = append(tried, ports)
		l := shell("Loki", "echo bind: address already in use; exit 1")
		l.probes = []probe{{method: http.MethodGet, url: address(ports[0]), accepts: isOK}}
		if len(tried) == tries {
			l = shell("Loki", "exec sleep 60")
			l.probes = []probe{ready}
		}
		return l
	}}
	// The plan's own binary is a shell here; its arguments come from the launch.
	require.NoError(t, s.startOne(context.Background(), play, "/bin/sh", &s.Loki))
	assert.Len(t, tried, tries)
	assert.NoError(t, s.Loki.Err())
}

func TestAServerThatIgnoresTheRequestToEndIsKilled(t *testing.T) {
	t.Parallel()
	s := bare(t)
	server, err := startServer(shell("Tempo", "trap '' TERM; echo deaf; while :; do sleep 1; done"), s.watchdog)
	require.NoError(t, err)
	s.Tempo = server
	require.Eventually(t, func() bool { return len(server.Tail(1)) == 1 }, time.Minute, time.Millisecond)
	require.NoError(t, s.Stop(context.Background()))
	<-server.Exited()
	assert.NoError(t, server.Err())
	assert.NoError(t, server.Kill(), "it is gone already")
}

func TestOnlyARingWithAnActiveMemberIsReady(t *testing.T) {
	t.Parallel()
	assert.True(t, hasActiveMember(http.StatusOK, []byte(`{"shards":[{"state":"LEAVING"},{"state":"ACTIVE"}]}`)))
	assert.False(t, hasActiveMember(http.StatusOK, []byte(`{"shards":[{"state":"JOINING"}]}`)))
	assert.False(t, hasActiveMember(http.StatusOK, []byte(`not JSON`)))
	assert.False(t, hasActiveMember(http.StatusInternalServerError, []byte(`{"shards":[{"state":"ACTIVE"}]}`)))
}

func TestFreePortsDifferAndChosenOnesStay(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", loopback+":0")
	require.NoError(t, err)
	port := portOf(listener)
	require.NoError(t, listener.Close())

	ports, err := choosePorts("Tempo", []int{port, 0, 0})
	require.NoError(t, err)
	assert.Equal(t, port, ports[0])
	assert.NotEqual(t, ports[1], ports[2])
	assert.NotContains(t, ports, 0)
}
