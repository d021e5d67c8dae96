//go:build mage

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/magefile/mage/sh"
)

// Packages whose tests need neither stores nor a backend process, and much of a processor.
var withoutStores = []string{"./pkg/...", "./tools/...", "./lab/scenarios/...", "./lab/replay"}

// Test runs every check and every test, and says at the end how many of these sections passed. What fails soonest comes first. The
// first time everything is compiled, which with the tests takes 31 minutes on two cores; later it takes 18.
func Test(ctx context.Context) error {
	sections := append([]section{{name: "packages and build", run: func() error { return buildForBrowser(ctx) }, needed: true}}, checkSections(ctx)...)
	// What is compiled is so by now: what waits for stores and pages has the machine to itself. One of each kind at a time waits half of
	// it, and both bear each other: a question to a store of the lab may take a minute.
	return runAll(append(sections,
		section{name: "stores and test programs", run: func() error { return prepareStores(ctx) }},
		section{name: "browser tests, and the Go tests beside them", run: func() error { return playBesideGoTests(ctx) }},
		section{name: "speed of the page", run: func() error { return playInBrowser(ctx, "--project=speed", "--no-deps") }}))
}

// knownWithin is how long the go command takes to say that nothing has changed since all Go tests passed.
const knownWithin = 30 * time.Second

// playBesideGoTests keeps back what the Go tests print until the browser's have ended. Where their results are known already, the
// browser's tests have the machine to themselves, and as many of them run at a time as it has processors.
func playBesideGoTests(ctx context.Context) error {
	say("running the browser's tests, and beside them the Go tests, whose results follow")
	var said bytes.Buffer
	ended := make(chan error, 1)
	go func() { ended <- goTestInto(ctx, &said, withStores()...) }()
	arguments := []string{"--project=tests"}
	select {
	case err := <-ended:
		ended <- err
		arguments = append(arguments, fmt.Sprintf("--workers=%d", runtime.NumCPU()))
	case <-time.After(knownWithin):
	}
	err := playInBrowser(ctx, arguments...)
	say("waiting for the Go tests")
	errGo := <-ended
	fmt.Print(said.String())
	return errors.Join(err, errGo)
}

// withStores are all Go packages, those first whose tests take longest.
func withStores() []string { return append([]string{"./lab", "./lab/score"}, goPackages...) }

// GoTests runs all Go tests, in real stores too. The one that waits minutes for a recovery begins first.
func GoTests(ctx context.Context) error {
	say("running the Go tests; the first package to be told of takes some minutes")
	return goTest(ctx, withStores()...)
}

// prepareStores builds the stores, and compiles the tests that need them.
func prepareStores(ctx context.Context) error {
	if err := lab(ctx, "build"); err != nil {
		return err
	}
	say("compiling the tests that need stores")
	// To tell where a package is compiled to the go command compiles it, those of tests too, and links none of the large programs.
	compile := exec.CommandContext(ctx, "go", "list", "-test", "-export", "-deps", "-f", "{{with .Error}}{{.}}{{end}}", "./lab/...")
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
		{name: "Go tests without stores", run: func() error { return goTest(ctx, withoutStores...) }},
		{name: "damaged inputs", run: func() error { return fuzzBriefly(ctx) }},
		{name: "TypeScript linters", run: lintTypeScript},
		{name: "GitHub workflows", run: lintWorkflows},
		{name: "Go linters", run: lintGo},
	}
}

// Lint runs the linters of both languages, and looks at the TypeScript types.
func Lint() error { return runAll(lintSections()) }

func lintSections() []section {
	return []section{
		{name: "Node packages", run: nodeModules, needed: true},
		{name: "GitHub workflows", run: lintWorkflows},
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

func goTest(ctx context.Context, packages ...string) error {
	return goTestInto(ctx, os.Stdout, packages...)
}

// goTestInto runs Go tests. Its flags are always the same, so that Go's cache knows a test that has run.
func goTestInto(ctx context.Context, w io.Writer, packages ...string) error {
	// One test waits minutes for a recovery; two others at least run beside it.
	parallel := strconv.Itoa(max(3, runtime.NumCPU()))
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-timeout", "40m", "-parallel", parallel}, packages...)...)
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the Go tests of %s: %w", strings.Join(packages, ", "), err)
	}
	return nil
}

// lintersMemory is what the Go linters should get along with; near to it they collect garbage more often.
const lintersMemory = "4GiB"

func lintGo() error {
	say("running golangci-lint (the first time it is compiled, which takes minutes)")
	arguments := append([]string{"tool", "-modfile=" + linter, "golangci-lint", "run", "--allow-serial-runners", "."}, goPackages...)
	if err := sh.RunWithV(map[string]string{"GOMEMLIMIT": setting("GOMEMLIMIT", lintersMemory)}, "go", arguments...); err != nil {
		return fmt.Errorf("golangci-lint: %w", err)
	}
	return nil
}

func lintWorkflows() error {
	say("running actionlint")
	return run("go", "tool", "-modfile=tools/actionlint/go.mod", "actionlint")
}

func lintTypeScript() error {
	say("running eslint, prettier and knip")
	return errors.Join(npm("run", "lint"), npm("run", "unused"), compareTexts())
}
