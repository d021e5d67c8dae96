//go:build mage

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
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

func fuzzEach(ctx context.Context, time string) error {
	packages, err := exec.CommandContext(ctx, "go", "list", "./pkg/...").Output()
	if err != nil {
		return fmt.Errorf("listing packages: %w", err)
	}
	for _, name := range strings.Fields(string(packages)) {
		targets, err := fuzzTargets(ctx, name)
		if err != nil {
			return err
		}
		for _, target := range targets {
			say(fmt.Sprintf("fuzzing %s of %s for %s", target, name, time))
			if err := run("go", "test", "-run", "^$", "-fuzz", "^"+target+"$", "-fuzztime", time, "-fuzzminimizetime", "20x", name); err != nil {
				return err
			}
		}
	}
	return nil
}

// fuzzTargets are the names of a package's targets, as its tests spell them.
func fuzzTargets(ctx context.Context, name string) ([]string, error) {
	dir, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}} {{range .TestGoFiles}}{{.}} {{end}}{{range .XTestGoFiles}}{{.}} {{end}}", name).Output()
	if err != nil {
		return nil, fmt.Errorf("listing the tests of %s: %w", name, err)
	}
	parts := strings.Fields(string(dir))
	var targets []string
	for _, file := range parts[1:] {
		content, err := os.ReadFile(parts[0] + "/" + file)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(content)) {
			if rest, is := strings.CutPrefix(line, "func Fuzz"); is {
				target, _, _ := strings.Cut(rest, "(")
				targets = append(targets, "Fuzz"+target)
			}
		}
	}
	return targets, nil
}
