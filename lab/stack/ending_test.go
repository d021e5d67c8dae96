package stack

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const doomedVariable = "FAULTLINE_LAB_DOOMED"

// footprint is what a running stack must not leave behind.
type footprint struct {
	PIDs      []int
	Addresses []string
	Folder    string
}

func footprintOf(s *Stack) footprint {
	f := footprint{PIDs: []int{s.watchdog.cmd.Process.Pid}, Folder: s.folder.path}
	for _, server := range s.Servers() {
		f.PIDs = append(f.PIDs, server.PID())
		f.Addresses = append(f.Addresses, strings.TrimPrefix(server.URL, "http://"))
	}
	return f
}

func (f footprint) remains() []string {
	remains := []string{}
	for _, pid := range f.PIDs {
		// A zombie is gone for all but its parent, which may be a container's careless first process.
		state, _ := exec.Command("ps", "-o", "stat=", "-p", fmt.Sprint(pid)).Output()
		if word := strings.TrimSpace(string(state)); word != "" && !strings.HasPrefix(word, "Z") {
			remains = append(remains, fmt.Sprintf("process %d (%s)", pid, word))
		}
	}
	for _, address := range f.Addresses {
		if connection, err := net.Dial("tcp", address); err == nil {
			_ = connection.Close()
			remains = append(remains, "listener on "+address)
		}
	}
	if _, err := os.Stat(f.Folder); err == nil {
		remains = append(remains, "folder "+f.Folder)
	}
	return remains
}

// runDoomed is a lab that comes to a bad end: it starts a stack, says what that consists of, and panics when its input closes.
func runDoomed() int {
	s, err := Start(context.Background(), Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := json.NewEncoder(os.Stdout).Encode(footprintOf(s)); err != nil {
		return 1
	}
	_, _ = io.ReadAll(os.Stdin)
	panic("as a test wants it")
}

func TestALabLeavesNoServerAndNoFolderHoweverItDies(t *testing.T) {
	t.Parallel()
	for name, die := range map[string]func(lab *os.Process, input io.Closer) error{
		"killed":      func(lab *os.Process, _ io.Closer) error { return lab.Kill() },
		"terminated":  func(lab *os.Process, _ io.Closer) error { return lab.Signal(syscall.SIGTERM) },
		"interrupted": func(lab *os.Process, _ io.Closer) error { return lab.Signal(os.Interrupt) },
		"by a panic":  func(_ *os.Process, input io.Closer) error { return input.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := exec.Command(os.Args[0])
			lab.Env = append(os.Environ(), doomedVariable+"=1")
			input, err := lab.StdinPipe()
			require.NoError(t, err)
			output, err := lab.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, lab.Start())
			line, err := bufio.NewReader(output).ReadBytes('\n')
			var left footprint
			if assert.NoError(t, err) && assert.NoError(t, json.Unmarshal(line, &left)) {
				assert.Len(t, left.remains(), 8, "before: four processes, three listeners and a folder")
			}

			require.NoError(t, die(lab.Process, input))
			require.Error(t, lab.Wait())
			require.EventuallyWithT(t, func(t *assert.CollectT) { assert.Empty(t, left.remains()) }, time.Minute, 100*time.Millisecond)
		})
	}
}

func TestAStackComesQuietlyFromTheCacheAndGoesWithAllItHad(t *testing.T) {
	t.Parallel()
	sharedStack(t) // builds what is missing
	var said bytes.Buffer
	s, err := Start(context.Background(), Options{Progress: &said})
	require.NoError(t, err)
	left := footprintOf(s)
	assert.Len(t, left.remains(), 8, "while it runs")

	require.NoError(t, s.Stop(context.Background()))
	assert.Empty(t, left.remains())
	require.NoError(t, s.Stop(context.Background()), "a second stop does nothing")
	assert.NotContains(t, said.String(), "building")
	assert.Empty(t, s.Failed(), "an orderly end is no failure")
	for _, server := range s.Servers() {
		assert.NoError(t, server.Err())
	}
}

func TestAStackEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	s, err := Start(ctx, Options{})
	require.NoError(t, err)
	left := footprintOf(s)
	cancel()
	for _, server := range s.Servers() {
		<-server.Exited()
	}
	require.NoError(t, s.Stop(context.Background()))
	assert.Empty(t, left.remains())
}

func TestAStartThatIsCanceledSaysSoAndLeavesNothing(t *testing.T) {
	t.Parallel()
	sharedStack(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Start(ctx, Options{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestServersCanBeStalledKilledAndCrash(t *testing.T) {
	t.Parallel()
	s, err := Start(context.Background(), Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Stop(context.Background())) })

	require.NoError(t, s.Prometheus.Pause())
	hasty := &http.Client{Transport: direct.Transport, Timeout: 300 * time.Millisecond}
	// A request that was being answered when the signal came may still get its answer.
	require.Eventually(t, func() bool {
		_, err = hasty.Get(s.Prometheus.URL + "/-/ready")
		return err != nil
	}, time.Minute, time.Millisecond)
	require.ErrorContains(t, err, "Client.Timeout")
	require.NoError(t, s.Prometheus.Resume())
	_, err = ask[vector](s.Prometheus.URL, "/api/v1/query", url.Values{"query": {"vector(1)"}})
	require.NoError(t, err)

	require.NoError(t, s.Loki.Kill())
	<-s.Loki.Exited()
	require.NoError(t, s.Loki.Err(), "an end that was asked for")

	crashed, err := os.FindProcess(s.Tempo.PID())
	require.NoError(t, err)
	require.NoError(t, crashed.Kill())
	failure := <-s.Failed()
	require.ErrorContains(t, failure, "Tempo ended by itself (signal: killed)")
	assert.Equal(t, failure, s.Tempo.Err())
}

func TestATakenPortIsNamedBeforeAnythingStarts(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	port := portOf(listener)

	_, err = Start(context.Background(), Options{Ports: Ports{Loki: port}})
	require.ErrorContains(t, err, fmt.Sprintf("Port %d, asked for Loki, is not free", port))
	assert.ErrorContains(t, err, "choose another port")
}

func TestAServerThatRejectsItsConfigurationIsReportedWithItsLog(t *testing.T) {
	t.Parallel()
	root := rootWithConfigs(t, func(server string) string {
		if server == "loki" {
			return "no_such_setting: true\n"
		}
		return ""
	})
	data := t.TempDir()
	_, err := Start(context.Background(), Options{Root: root, Data: data})
	var failure *Failure
	require.ErrorAs(t, err, &failure)
	assert.Contains(t, failure.Sentence, "Loki ended by itself (exit status 1): its configuration is not accepted")
	assert.Contains(t, strings.Join(failure.Tail, "\n"), "no_such_setting")
	assert.NotContains(t, err.Error(), "interrupted", "one cause, not its consequences")
	assert.Empty(t, namesIn(t, data))
}

func namesIn(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// rootWithConfigs is a repository with the real modules, and configurations that change replaces unless it returns nothing.
func rootWithConfigs(t *testing.T, change func(server string) string) string {
	t.Helper()
	origin, err := findRoot()
	require.NoError(t, err)
	root := t.TempDir()
	copied := func(name string, replaced string) {
		text := []byte(replaced)
		if replaced == "" {
			text, err = os.ReadFile(filepath.Join(origin, "lab", "stack", name))
			require.NoError(t, err)
		}
		to := filepath.Join(root, "lab", "stack", name)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(t, os.WriteFile(to, text, 0o644))
	}
	for _, p := range []program{prometheusProgram, lokiProgram, tempoProgram} {
		copied(filepath.Join(p.folder, "go.mod"), "")
		copied(filepath.Join(p.folder, "go.sum"), "")
		copied(filepath.Join(p.file, p.file+".yaml"), change(p.file))
	}
	return root
}
