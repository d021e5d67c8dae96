package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/lab/progress"
)

// unusedFor is how long a cached program may lie unused before a later build clears it away.
const unusedFor = 30 * 24 * time.Hour

// builder makes programs and keeps them in the cache.
type builder struct {
	root     string
	cache    string
	progress *progress.Reporter
}

// ensure returns the path of the built program, building it if the cache lacks it. Any number of processes may call it at once:
// one builds, the others wait for it and use what it built.
func (b builder) ensure(ctx context.Context, p program) (string, error) {
	path, err := b.path(ctx, p)
	if err != nil || isCached(path) {
		return path, err
	}
	if err := os.MkdirAll(b.cache, 0o750); err != nil {
		return "", fmt.Errorf("cannot make the cache folder; set %s to one that can be written: %w", cacheVariable, err)
	}
	return path, b.buildOnce(ctx, p, b.module(p), path)
}

// path is where the program lies in the cache once it is built.
func (b builder) path(ctx context.Context, p program) (string, error) {
	version, err := goVersion(ctx, b.module(p))
	if err != nil {
		return "", err
	}
	key, err := p.key(b.module(p), version)
	if err != nil {
		return "", err
	}
	return filepath.Join(b.cache, p.file+"-"+key), nil
}

// module is the folder of the Go module that the program is built from.
func (b builder) module(p program) string { return filepath.Join(b.root, "lab", "stack", p.folder) }

// buildOnce builds under the cache's lock, unless another process did while this one waited for it.
func (b builder) buildOnce(ctx context.Context, p program, module, path string) error {
	var lock *fileLock
	err := b.progress.During("waiting for another build in "+b.cache, func() (err error) {
		lock, err = awaitLock(ctx, filepath.Join(b.cache, "build.lock"))
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot lock the cache folder %s: %w", b.cache, err)
	}
	defer lock.release()
	if isCached(path) {
		return nil
	}
	sweepCache(b.cache)
	label := fmt.Sprintf("building %s (first time only, %s)", p.name, p.duration)
	return b.progress.During(label, func() error { return build(ctx, p, module, path) })
}

// build writes to a folder of its own first: what stands at path is always whole.
func build(ctx context.Context, p program, module, path string) error {
	work, err := os.MkdirTemp(filepath.Dir(path), ".build-")
	if err != nil {
		return fmt.Errorf("cannot write to the cache folder; set %s to one that can be written: %w", cacheVariable, err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	made := filepath.Join(work, p.file)
	cmd := goCommand(ctx, module, append(p.arguments(), "-o", made, p.pkg)...)
	if output, err := cmd.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("building %s was interrupted: %w", p.name, context.Cause(ctx))
		}
		lines := lastLines(string(output), 20)
		return &Failure{Sentence: fmt.Sprintf("%s could not be built (%v): %s.", p.name, err, adviceFor(lines)), Tail: lines}
	}
	if err := os.Rename(made, path); err != nil {
		return fmt.Errorf("cannot keep the built %s in the cache: %w", p.name, err)
	}
	return nil
}

// goVersion asks the go command in the module's folder, because the module may choose its toolchain.
func goVersion(ctx context.Context, module string) (string, error) {
	if _, err := os.Stat(filepath.Join(module, "go.mod")); err != nil {
		return "", fmt.Errorf("the module %s is missing; check out the whole repository: %w", module, err)
	}
	cmd := goCommand(ctx, module, "env", "GOVERSION")
	output, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return "", errors.New("the lab builds its servers with Go, and there is no go command on PATH; install Go from https://go.dev/dl/")
	}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		lines := lastLines(string(exit.Stderr), 20)
		return "", &Failure{Sentence: "The go command does not work: " + adviceFor(lines) + ".", Tail: lines}
	}
	if err != nil {
		return "", fmt.Errorf("cannot run the go command: %w", err)
	}
	return strings.TrimSpace(string(output)), nil
}

// goCommand runs go in a module's folder, free of what a surrounding workspace or a person's settings would change.
func goCommand(ctx context.Context, module string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly",
		"GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	// An interrupted go command ends its compilers; a killed one would leave them behind.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// isCached says whether the program is there, and notes that it is in use.
func isCached(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	now := time.Now()
	// A cache that cannot be written to can still be used.
	_ = os.Chtimes(path, now, now)
	return true
}

// sweepCache removes what an interrupted build left and what nobody used for long. The caller holds the cache's lock.
func sweepCache(cache string) {
	entries, err := os.ReadDir(cache)
	if err != nil {
		return
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			continue
		}
		abandoned := entry.IsDir() && strings.HasPrefix(entry.Name(), ".build-")
		unused := info.Mode().IsRegular() && isProgramFile(entry.Name()) && time.Since(info.ModTime()) > unusedFor
		if abandoned || unused {
			_ = os.RemoveAll(filepath.Join(cache, entry.Name()))
		}
	}
}

func isProgramFile(name string) bool {
	for _, p := range []program{prometheusProgram, lokiProgram, tempoProgram, traceqlProgram, alertmanagerProgram, victoriaMetricsProgram, largeTownProgram} {
		if strings.HasPrefix(name, p.file+"-") {
			return true
		}
	}
	return false
}
