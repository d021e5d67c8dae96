//go:build mage

package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Packages whose tests need neither stores nor a backend process, and much of a processor.
var withoutStores = []string{"./pkg/...", "./tools/...", "./lab/scenarios/...", "./lab/replay"}

// Test runs every check and every test, and says at the end how many of these sections passed. What fails soonest comes first. The
// first time everything is compiled, which takes half an hour on two cores; later it takes some minutes.
func Test(ctx context.Context) error {
	sections := append([]section{{name: "packages and build", run: func() error { return buildForBrowser(ctx) }, needed: true}}, checkSections(ctx)...)
	// What starts stores and browsers has the machine to itself, one after the other: on two cores, stores that are asked by several at
	// once answer none in time.
	return runAll(append(sections,
		section{name: "stores and test programs", run: func() error { return prepareStores(ctx) }},
		section{name: "browser tests", run: func() error { return playInBrowser(ctx, "--project=tests", "--project=speed") }},
		section{name: "Go tests", run: GoTests}))
}

// GoTests runs all Go tests, in real stores too. The one that waits minutes for a recovery begins first.
func GoTests() error {
	say("running the Go tests; the first package to be told of takes some minutes")
	return goTest(append([]string{"./lab", "./lab/score"}, goPackages...)...)
}

// prepareStores builds the stores, and compiles the tests that need them.
func prepareStores(ctx context.Context) error {
	if err := lab(ctx, "build"); err != nil {
		return err
	}
	say("compiling the tests that need stores")
	// With another program in the place of each test nothing runs, and everything is in the build cache afterwards.
	compile := exec.CommandContext(ctx, "go", "test", "-exec", "true", "./lab/...")
	said, err := compile.CombinedOutput()
	if err != nil {
		return fmt.Errorf("compiling the tests: %w\n%s", err, said)
	}
	return nil
}

// Check runs what needs neither stores nor a browser: the linters, the TypeScript tests, and most Go tests.
func Check(ctx context.Context) error {
	return runAll(append([]section{{name: "Node packages", run: nodeModules, needed: true}}, checkSections(ctx)...))
}

// checkSections are in the order in which they tell most soonest: the Go linters compile themselves first.
func checkSections(ctx context.Context) []section {
	return []section{
		{name: "TypeScript types", run: func() error { return npm("run", "typecheck") }},
		{name: "TypeScript tests", run: func() error { return npm("run", "test") }},
		{name: "Go tests without stores", run: func() error { return goTest(withoutStores...) }},
		{name: "damaged inputs", run: func() error { return fuzzBriefly(ctx) }},
		{name: "TypeScript linters", run: lintTypeScript},
		{name: "Go linters", run: lintGo},
	}
}

// Lint runs the linters of both languages, and looks at the TypeScript types.
func Lint() error { return runAll(lintSections()) }

func lintSections() []section {
	return []section{
		{name: "Node packages", run: nodeModules, needed: true},
		{name: "Go linters", run: lintGo},
		{name: "TypeScript types", run: func() error { return npm("run", "typecheck") }},
		{name: "TypeScript linters", run: lintTypeScript},
	}
}

// section is one part of a longer check.
type section struct {
	name   string
	run    func() error
	needed bool // the sections after it can tell nothing without it
}

// runAll runs every section, whatever happened to those before it unless they were needed, and closes with a count of the
// outcomes.
func runAll(sections []section) error {
	passed, failed := 0, []string{}
	for _, s := range sections {
		fmt.Printf("\n=== %s\n", s.name)
		began := time.Now()
		err := s.run()
		outcome := "ok"
		if err != nil {
			failed = append(failed, s.name)
			outcome = "FAILED: " + err.Error()
		} else {
			passed++
		}
		fmt.Printf("--- %s: %s (%.1f s)\n", s.name, outcome, time.Since(began).Seconds())
		if err != nil && s.needed {
			break
		}
	}
	fmt.Printf("\n%d passed, %d failed", passed, len(failed))
	if left := len(sections) - passed - len(failed); left > 0 {
		fmt.Printf(", %d not run", left)
	}
	fmt.Println()
	if len(failed) > 0 {
		return errors.New("failed: " + strings.Join(failed, ", "))
	}
	return nil
}

// goTest runs Go tests. Its flags are always the same, so that Go's cache knows a test that has run.
func goTest(packages ...string) error {
	// One test waits minutes for a recovery; two others at least run beside it.
	parallel := strconv.Itoa(max(3, runtime.NumCPU()))
	return run("go", append([]string{"test", "-timeout", "40m", "-parallel", parallel}, packages...)...)
}

func lintGo() error {
	say("running golangci-lint (the first time it is compiled, which takes minutes)")
	return run("go", append([]string{"tool", "-modfile=" + linter, "golangci-lint", "run", "--allow-serial-runners", "."}, goPackages...)...)
}

func lintTypeScript() error {
	say("running eslint, prettier and knip")
	return errors.Join(npm("run", "lint"), npm("run", "unused"), compareTexts())
}
