//go:build mage

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// MeasureStart measures what a newcomer waits for: the demo, and then the tests, each in a fresh clone with empty caches of Go, of
// its modules, of npm and of the lab. It prints the seconds of each part. COMMANDS=demo or COMMANDS=test measures one alone.
func MeasureStart(ctx context.Context) error {
	for _, command := range strings.Split(setting("COMMANDS", "demo,test"), ",") {
		if err := measureCold(ctx, command); err != nil {
			return fmt.Errorf("measuring %s: %w", command, err)
		}
	}
	return nil
}

// moments are what a command says when a part of it is ready.
var moments = map[string][]moment{
	"demo": {
		{"task runner", regexp.MustCompile(`^> `)},
		{"recorded investigation on its page", regexp.MustCompile(`^The page is at (\S+)`)},
		{"live incident on its page", regexp.MustCompile(`^The live incident runs`)},
	},
	"test": {
		{"task runner", regexp.MustCompile(`^=== `)},
		{"", regexp.MustCompile(`^--- (.*): (?:ok|FAILED)`)},
	},
}

// moment is a line that tells of a part; one without a name names the part in its first group.
type moment struct {
	name string
	line *regexp.Regexp
}

func measureCold(ctx context.Context, command string) (err error) {
	awaited, known := moments[command]
	if !known {
		return errors.New("choose from demo and test")
	}
	folder, err := os.MkdirTemp("", "faultline-measure-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	clone := filepath.Join(folder, "faultline")
	if err := run("git", "clone", "--quiet", ".", clone); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "tool", "mage", command)
	cmd.Dir, cmd.Env = clone, append(os.Environ(), cold(folder)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = time.Minute
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	say("go tool mage " + command + " in a fresh clone with empty caches")
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		ended <- cmd.Wait()
		_ = writer.Close()
	}()
	follow(ctx, reader, command, awaited, began, func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
	err = <-ended
	fmt.Printf("| %s | whole | %.0f |\n", command, time.Since(began).Seconds())
	if command == "demo" {
		return nil // it was told to stop
	}
	return err
}

// follow prints the seconds of each part as a row of a table, and ends a demo after its last part.
func follow(ctx context.Context, reader io.Reader, command string, awaited []moment, began time.Time, stop func()) {
	fmt.Printf("%s/%s, %d cores, %s\n| command | part | s |\n|---|---|---|\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	last, next := began, 0
	lines := bufio.NewScanner(reader)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fmt.Fprintln(os.Stderr, lines.Text())
		if next >= len(awaited) {
			continue
		}
		m := awaited[next]
		match := m.line.FindStringSubmatch(lines.Text())
		if match == nil {
			continue
		}
		name := m.name
		if name == "" {
			name = match[1] // the next part's line looks alike
		} else {
			next++
		}
		if len(match) > 1 && strings.HasPrefix(match[1], "http") && !serves(ctx, match[1]) {
			name += " (which does not answer)"
		}
		fmt.Printf("| %s | %s | %.0f |\n", command, name, time.Since(last).Seconds())
		last = time.Now()
		if command == "demo" && next == len(awaited) {
			stop()
		}
	}
}

func serves(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

// cold is the environment of a machine on which nothing has been done yet.
func cold(folder string) []string {
	in := func(name string) string { return filepath.Join(folder, name) }
	return []string{"GOCACHE=" + in("go-build"), "GOMODCACHE=" + in("go-mod"), "GOFLAGS=" + strings.TrimSpace(os.Getenv("GOFLAGS")+" -modcacherw"),
		"npm_config_cache=" + in("npm"), "FAULTLINE_CACHE=" + in("lab"), "GOLANGCI_LINT_CACHE=" + in("golangci-lint"), "XDG_CACHE_HOME=" + in("cache"),
		"LISTEN=127.0.0.1:0", "STORES="}
}
