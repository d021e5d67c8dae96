package stack

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/faultline-investigation/faultline/lab/progress"
)

var tiny = program{name: "Tiny", file: "tiny", folder: "tiny", pkg: "./cmd/tiny", duration: "a moment"}

// tinyBuilder builds from a repository of its own, whose only program says hello.
func tinyBuilder(t *testing.T) (builder, string) {
	t.Helper()
	root := t.TempDir()
	module := filepath.Join(root, "lab", "stack", "tiny")
	require.NoError(t, os.MkdirAll(filepath.Join(module, "cmd", "tiny"), 0o755))
	write(t, filepath.Join(module, "go.mod"), "module example.org/tiny\n\ngo 1.26\n")
	write(t, filepath.Join(module, "go.sum"), "")
	write(t, filepath.Join(module, "cmd", "tiny", "main.go"), "package main\n\nfunc main() { println(\"hello\") }\n")
	return builder{root: root, cache: filepath.Join(t.TempDir(), "cache"), progress: progress.New(&bytes.Buffer{})}, module
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

func outputOf(t *testing.T, path string) string {
	t.Helper()
	output, err := exec.Command(path).CombinedOutput()
	require.NoError(t, err)
	return strings.TrimSpace(string(output))
}

func TestAProgramIsBuiltOnceUntilItsSourcesChange(t *testing.T) {
	t.Parallel()
	b, module := tinyBuilder(t)
	first, err := b.ensure(context.Background(), tiny)
	require.NoError(t, err)
	assert.Equal(t, "hello", outputOf(t, first))

	// What stands in the cache is taken as it is: this proves that nothing was built again.
	write(t, first, "#!/bin/sh\necho from the cache\n")
	second, err := b.ensure(context.Background(), tiny)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	assert.Equal(t, "from the cache", outputOf(t, second))

	write(t, filepath.Join(module, "cmd", "tiny", "main.go"), "package main\n\nfunc main() { println(\"changed\") }\n")
	third, err := b.ensure(context.Background(), tiny)
	require.NoError(t, err)
	assert.NotEqual(t, first, third)
	assert.Equal(t, "changed", outputOf(t, third))
}

func TestTheKeyFollowsEverythingThatDecidesTheBuild(t *testing.T) {
	t.Parallel()
	_, module := tinyBuilder(t)
	keys := map[string]bool{}
	add := func(p program, version string) {
		key, err := p.key(module, version)
		require.NoError(t, err)
		assert.Len(t, key, 16)
		keys[key] = true
	}
	tagged := tiny
	tagged.tags = "small"
	add(tiny, "go1.26.1")
	add(tiny, "go1.26.2")
	add(tagged, "go1.26.1")
	write(t, filepath.Join(module, "go.sum"), "example.org/x v1.0.0 h1:x\n")
	add(tiny, "go1.26.1")
	write(t, filepath.Join(module, "go.mod"), "module example.org/tiny\n\ngo 1.25\n")
	add(tiny, "go1.26.1")
	assert.Len(t, keys, 5)
}

func TestManyWhoWantOneProgramGetTheSame(t *testing.T) {
	t.Parallel()
	b, _ := tinyBuilder(t)
	paths := make([]string, 4)
	var group errgroup.Group
	for i := range paths {
		group.Go(func() (err error) {
			paths[i], err = b.ensure(context.Background(), tiny)
			return err
		})
	}
	require.NoError(t, group.Wait())
	for _, path := range paths {
		assert.Equal(t, paths[0], path)
	}
	assert.Equal(t, "hello", outputOf(t, paths[0]))
	assert.Equal(t, []string{"build.lock", filepath.Base(paths[0])}, namesIn(t, b.cache))
}

func TestABuildThatFailsShowsTheCompilersWordsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	b, module := tinyBuilder(t)
	write(t, filepath.Join(module, "cmd", "tiny", "main.go"), "package main\n\nfunc main() { nonsense }\n")
	_, err := b.ensure(context.Background(), tiny)
	require.ErrorContains(t, err, "Tiny could not be built (exit status 1)")
	require.ErrorContains(t, err, "undefined: nonsense")
	assert.Equal(t, []string{"build.lock"}, namesIn(t, b.cache))
}

func TestAModuleThatCannotBeDownloadedSaysWhatToCheck(t *testing.T) {
	t.Parallel()
	lines := []string{"go: example.org/x@v1.0.0: Get \"https://proxy.example/\": dial tcp: lookup proxy.example: no such host"}
	assert.Contains(t, adviceFor(lines), "check the network, or set GOPROXY")
}

func TestWhoeverWaitsForABuildCanBeInterrupted(t *testing.T) {
	t.Parallel()
	b, _ := tinyBuilder(t)
	require.NoError(t, os.MkdirAll(b.cache, 0o755))
	lock, err := takeLock(filepath.Join(b.cache, "build.lock"))
	require.NoError(t, err)
	defer lock.release()

	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, err = b.ensure(ctx, tiny)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestTheCacheIsClearedOfWhatNobodyUses(t *testing.T) {
	t.Parallel()
	cache, long := t.TempDir(), time.Now().Add(-2*unusedFor)
	for _, name := range []string{"loki-0123", "loki-4567", "mine-0123"} {
		write(t, filepath.Join(cache, name), "program")
	}
	require.NoError(t, os.Mkdir(filepath.Join(cache, ".build-1"), 0o755))
	for _, name := range []string{"loki-0123", "mine-0123"} {
		require.NoError(t, os.Chtimes(filepath.Join(cache, name), long, long))
	}
	sweepCache(cache)
	assert.Equal(t, []string{"loki-4567", "mine-0123"}, namesIn(t, cache))
}

// Not parallel: it changes the environment.
func TestAMissingGoCommandIsNamed(t *testing.T) {
	b, _ := tinyBuilder(t)
	t.Setenv("PATH", t.TempDir())
	_, err := b.ensure(context.Background(), tiny)
	assert.ErrorContains(t, err, "there is no go command on PATH; install Go from https://go.dev/dl/")
}

func TestAnIncompleteCheckoutIsNamed(t *testing.T) {
	t.Parallel()
	b := builder{root: t.TempDir(), cache: t.TempDir(), progress: progress.New(&bytes.Buffer{})}
	_, err := b.ensure(context.Background(), lokiProgram)
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "check out the whole repository")
}

func TestWhatIsInTheCacheIsKnownWithoutBuildingIt(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	built, err := Built(t.Context(), Options{Cache: cache})
	require.NoError(t, err)
	assert.False(t, built)
	b := builder{root: "../..", cache: cache}
	for _, p := range []program{prometheusProgram, lokiProgram, tempoProgram} {
		path, err := b.path(t.Context(), p)
		require.NoError(t, err)
		write(t, path, "")
	}
	built, err = Built(t.Context(), Options{Cache: cache})
	require.NoError(t, err)
	assert.True(t, built)
}
