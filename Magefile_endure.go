//go:build mage

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Soak uses the backend at random, investigations, watches, alerts, cases and the disposal of instances, and fails where goroutines or
// memory are left of it. DURATION=10m for another time than an hour, SEED=number to have two runs alike.
func Soak() error { return run("go", "run", "./lab/cmd/soak") }

// Race runs the Go tests of the backend with the race detector.
func Race() error {
	say("running the backend's tests with the race detector, which takes some minutes")
	return run("go", "test", "-race", "-timeout", "40m", "./pkg/...")
}

// Fuzz runs each fuzz target of the backend for a minute; FUZZTIME=10s for another time. What it finds is written below the package's
// testdata/fuzz/, to be committed with what mends it.
func Fuzz(ctx context.Context) error { return fuzzEach(ctx, setting("FUZZTIME", "60s")) }

func fuzzEach(ctx context.Context, duration string) error {
	fuzzed, err := fuzzedPackages(ctx)
	if err != nil {
		return err
	}
	for _, p := range fuzzed {
		for _, target := range p.targets {
			say(fmt.Sprintf("fuzzing %s of %s for %s", target, p.path, duration))
			if err := run("go", "test", "-run", "^$", "-fuzz", "^"+target+"$", "-fuzztime", duration, "-fuzzminimizetime", "20x", p.path); err != nil {
				return err
			}
		}
	}
	return nil
}

const (
	fewInputs  = "2000x" // of most targets in every run of the tests
	slowInputs = "10x"
)

// slowTargets take a whole investigation or a whole saved case for each input.
var slowTargets = []string{"FuzzInvestigation", "FuzzSavedCases"}

// fuzzBriefly gives each target a number of inputs, so that it ends in seconds on any machine. The test programs are the ordinary ones: Go's
// fuzzing changes the seeds as ever, but does not learn from what it covers, for which it would compile a thousand packages anew.
func fuzzBriefly(ctx context.Context) error {
	fuzzed, err := fuzzedPackages(ctx)
	if err != nil {
		return err
	}
	programs, err := os.MkdirTemp("", "faultline-fuzz-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(programs) }()
	compile := []string{"test", "-c", "-ldflags", "-s -w", "-o", programs + string(os.PathSeparator)}
	for _, p := range fuzzed {
		compile = append(compile, p.path)
	}
	if err := run("go", compile...); err != nil {
		return err
	}
	for _, p := range fuzzed {
		for _, target := range p.targets {
			if err := fuzzTarget(ctx, programs, p, target); err != nil {
				return err
			}
		}
	}
	return nil
}

func fuzzTarget(ctx context.Context, programs string, p fuzzedPackage, target string) error {
	inputs := fewInputs
	if slices.Contains(slowTargets, target) {
		inputs = slowInputs
	}
	began := time.Now()
	program := exec.CommandContext(ctx, filepath.Join(programs, path.Base(p.path)+".test"), "-test.run", "^$", "-test.fuzz", "^"+target+"$",
		"-test.fuzztime", inputs, "-test.fuzzminimizetime", "20x", "-test.fuzzcachedir", filepath.Join(programs, "cache"))
	program.Dir = p.dir
	said, err := program.CombinedOutput()
	if err != nil {
		return fmt.Errorf("fuzzing %s of %s: %w\n%s", target, p.path, err, said)
	}
	fmt.Printf("%6.1f s  %s, %s\n", time.Since(began).Seconds(), target, inputs)
	return nil
}

// fuzzedPackage is a package of the backend with the names of its fuzz targets.
type fuzzedPackage struct {
	path, dir string
	targets   []string
}

// fuzzedPackages are those with targets, which are named as their tests spell them.
func fuzzedPackages(ctx context.Context) ([]fuzzedPackage, error) {
	listed, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.ImportPath}} {{.Dir}} {{range .TestGoFiles}}{{.}} {{end}}{{range .XTestGoFiles}}{{.}} {{end}}", "./pkg/...").Output()
	if err != nil {
		return nil, fmt.Errorf("listing the packages' tests: %w", err)
	}
	var fuzzed []fuzzedPackage
	for line := range strings.Lines(string(listed)) {
		parts := strings.Fields(line)
		p := fuzzedPackage{path: parts[0], dir: parts[1]}
		for _, file := range parts[2:] {
			content, err := os.ReadFile(filepath.Join(p.dir, file))
			if err != nil {
				return nil, err
			}
			for _, found := range fuzzFunction.FindAllSubmatch(content, -1) {
				p.targets = append(p.targets, string(found[1]))
			}
		}
		if len(p.targets) > 0 {
			fuzzed = append(fuzzed, p)
		}
	}
	return fuzzed, nil
}

var fuzzFunction = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)
