package stack

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// beside is a shell script that plays a program; another server says that it is ready.
func beside(t *testing.T, s *Stack, script string, status int) Beside {
	t.Helper()
	ready := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "/api/health", r.URL.Path)
		w.WriteHeader(status)
	}))
	t.Cleanup(ready.Close)
	folder, err := s.Folder("grafana")
	require.NoError(t, err)
	return Beside{Name: "Grafana", Binary: "/bin/sh", Args: []string{"-c", script}, Env: []string{"SAYS=good night"},
		Folder: folder, URL: ready.URL, Ready: "/api/health", Within: 20 * time.Second}
}

func TestWhatRunsBesideTheServersIsAskedToEndWithThem(t *testing.T) {
	t.Parallel()
	s, said := bare(t), filepath.Join(t.TempDir(), "said")
	server, err := s.StartBeside(context.Background(), beside(t, s,
		"trap 'echo $SAYS > "+said+"; exit 0' TERM; echo up; while :; do sleep 0.05; done", http.StatusOK))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(server.Tail(1)) == 1 }, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, s.Stop(context.Background()))
	<-server.Exited()
	require.NoError(t, server.Err())
	words, err := os.ReadFile(said)
	require.NoError(t, err)
	assert.Equal(t, "good night\n", string(words))
}

func TestWhatRunsBesideTheServersAndDiesIsReported(t *testing.T) {
	t.Parallel()
	s := bare(t)
	_, err := s.StartBeside(context.Background(), beside(t, s, "sleep 0.3; echo database is locked; exit 1", http.StatusOK))
	require.NoError(t, err)
	require.ErrorContains(t, <-s.Failed(), "Grafana ended by itself (exit status 1)")
}

func TestWhatAProgramStartedItselfDoesNotOutliveIt(t *testing.T) {
	t.Parallel()
	for how, ends := range map[string]func(*Stack, *Server) error{
		"stopped": func(s *Stack, _ *Server) error { return s.Stop(context.Background()) },
		"killed":  func(_ *Stack, server *Server) error { return server.Kill() },
		"watchdog": func(s *Stack, server *Server) error {
			s.watchdog.close() // as when the lab is killed
			<-server.Exited()
			return nil
		},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			s := bare(t)
			program := beside(t, s, "sleep 60 & echo $! > child; echo up; wait", http.StatusOK)
			server, err := s.StartBeside(context.Background(), program)
			require.NoError(t, err)
			require.Eventually(t, func() bool { return len(server.Tail(1)) == 1 }, 10*time.Second, 10*time.Millisecond)
			written, err := os.ReadFile(filepath.Join(program.Folder, "child"))
			require.NoError(t, err)
			child, err := strconv.Atoi(strings.TrimSpace(string(written)))
			require.NoError(t, err)
			require.True(t, runs(child))
			require.NoError(t, ends(s, server))
			require.Eventually(t, func() bool { return !runs(child) }, 10*time.Second, 10*time.Millisecond)
		})
	}
}

// runs says whether a process is there, and not one that is dead and only waits to be collected by whoever inherited it.
func runs(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil || process.Signal(syscall.Signal(0)) != nil {
		return false
	}
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	return err != nil || !strings.Contains(string(status), "State:\tZ")
}

func TestWhatIsNeverReadyIsNotLeftRunning(t *testing.T) {
	t.Parallel()
	s := bare(t)
	program := beside(t, s, "echo $$ > pid; exec sleep 60", http.StatusServiceUnavailable)
	program.Within = 5 * time.Second // as long as a busy machine may take to let it answer once
	_, err := s.StartBeside(context.Background(), program)
	require.ErrorContains(t, err, "Grafana was not ready after 5s (readiness: 503")
	pid, err := os.ReadFile(filepath.Join(program.Folder, "pid"))
	require.NoError(t, err)
	assert.NoDirExists(t, filepath.Join("/proc", string(pid[:len(pid)-1])))
}
