//go:build mage

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/magefile/mage/mg"
)

// stopWithin is how long the lab may take to end its servers.
const stopWithin = 10 * time.Second

// Demo plays an incident into real stores, prints its investigation, and serves it at http://localhost:3000 until stopped.
// As long as the stores have to be built, it shows a recording of them; STORES=recorded stays at that, STORES=live waits for the
// stores. SCENARIO=name for another incident (an unknown one is answered with the known ones), LISTEN=127.0.0.1:3001 for another
// address, GRAFANA_HOME=folder for an unpacked Grafana in the place of the lab's page.
func Demo(ctx context.Context) error {
	if os.Getenv("GRAFANA_HOME") != "" {
		sayFirstTime(wholeWait)
		mg.CtxDeps(ctx, BuildFrontend, BuildBackend)
		return lab(ctx, "demo")
	}
	if setting("STORES", "") == "live" || setting("SCENARIO", recorded) != recorded {
		sayFirstTime(wholeWait)
	} else {
		sayFirstTime("some minutes until there is a recorded incident to look at, and then some more for the live one")
	}
	// What waits for the network runs beside what takes the processors.
	mg.CtxDeps(ctx, bundles, compileForLab)
	return labWith(ctx, "demo", "-stores", setting("STORES", ""))
}

// recorded is the scenario of which a recording comes with the plugin.
const recorded = "walkthrough"

// bundles makes all that a browser loads from the lab.
func bundles() error { return errors.Join(BuildFrontend(), buildHostPage()) }

// Investigate plays an incident, prints its investigation and ends. SCENARIO=name (an unknown one is answered with the known
// ones), FORMAT=text|json|markdown. NAMES says what the incident's metrics are called: otel, tempo, collector, istio,
// spring, classic, counts, native, or those of a framework, gateway or store (an unknown one is answered with them). With PROMETHEUS=, TEMPO= and LOKI= it investigates SERVICE=name in these stores instead and
// starts none; OPERATION="POST /api/checkout" narrows it down, NAMESPACE=, ENVIRONMENT= and CLUSTER= say which of several services of
// this name, FROM= and TO= are times such as 2026-01-31T10:00:00Z (the last hour unless set).
func Investigate(ctx context.Context) error {
	flags := storeFlags()
	if len(flags) == 0 {
		sayFirstTime(wholeWait)
	}
	return labWith(ctx, "investigate", flags...)
}

// Audit investigates as Investigate does, with the same variables, and prints a table: statement, said, true. The true numbers are
// read from the stores with queries of the audit's own.
func Audit(ctx context.Context) error {
	flags := storeFlags()
	if len(flags) == 0 {
		sayFirstTime(wholeWait)
	}
	return labWith(ctx, "audit", flags...)
}

// storeFlags are the flags that name stores that run elsewhere and what to investigate in them.
func storeFlags() []string {
	return flagsSet(map[string]string{"PROMETHEUS": "prometheus", "TEMPO": "tempo", "LOKI": "loki", "SERVICE": "service", "OPERATION": "operation",
		"NAMESPACE": "namespace", "ENVIRONMENT": "environment", "CLUSTER": "cluster", "FROM": "from", "TO": "to"})
}

// flagsSet are the flags of those variables of the environment that are set, by the variables' names.
func flagsSet(names map[string]string) []string {
	var flags []string
	for variable, flag := range names {
		if value := setting(variable, ""); value != "" {
			flags = append(flags, fmt.Sprintf("-%s=%s", flag, value))
		}
	}
	return flags
}

// Grafana tests the plugin, as provisioned, in a real Grafana. GRAFANA_HOME=folder of an unpacked one.
func Grafana(ctx context.Context) error {
	if os.Getenv("GRAFANA_HOME") == "" {
		return errors.New("set GRAFANA_HOME to the folder of an unpacked Grafana 12.3 or newer")
	}
	mg.SerialCtxDeps(ctx, BuildFrontend, BuildBackend)
	return run("go", "test", "-tags", "grafana", "-count", "1", "-timeout", "30m", "-run", "RealGrafana", "-v", "./lab/grafana")
}

// Practice plays an incident for you to find the cause of, at http://localhost:3000 until stopped. Ask for what you would look
// up, against the clock, and answer before you are told. RECORDINGS=folder picks a recorded incident.
func Practice(ctx context.Context) error {
	sayFirstTime(wholeWait)
	mg.CtxDeps(ctx, bundles, compileForLab)
	return labWith(ctx, "practice", "-recordings", os.Getenv("RECORDINGS"))
}

// Fix applies the running incident's fix.
func Fix(ctx context.Context) error { return lab(ctx, "fix") }

// Relapse lets the running incident's fault come back.
func Relapse(ctx context.Context) error { return lab(ctx, "relapse") }

// wholeWait is how long the first time takes where nothing can be shown before the stores run.
const wholeWait = "about a quarter of an hour on two cores"

// sayFirstTime prepares a person for the long wait that there is once.
func sayFirstTime(wait string) {
	if _, err := os.Stat(labBinary); err != nil {
		say("the first time, this downloads and compiles all that it needs: " + wait + ". Later it takes seconds. " +
			"Ctrl-C ends it; the next time goes on from there")
	}
}

// lab compiles the lab and the backend, and runs the lab's command. Its exit status becomes this one's.
func lab(ctx context.Context, verb string) error { return labWith(ctx, verb) }

// labWith is lab with flags of the command's own.
func labWith(ctx context.Context, verb string, flags ...string) error {
	mg.CtxDeps(ctx, compileForLab)
	arguments := append([]string{"-backend", labBackend, "-scenario", setting("SCENARIO", recorded), "-names", os.Getenv("NAMES"),
		"-format", setting("FORMAT", "text"), "-listen", setting("LISTEN", "127.0.0.1:3000")}, flags...)
	cmd := exec.CommandContext(ctx, labBinary, append(arguments, verb)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopWithin
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting the lab: %w", err)
	}
	ended := make(chan struct{})
	defer close(ended)
	go endWithParent(cmd.Process, ended)
	var exit *exec.ExitError
	if err := cmd.Wait(); errors.As(err, &exit) {
		// The lab has said why.
		return mg.Fatal(max(1, exit.ExitCode()), "the lab's command ended with status ", exit.ExitCode())
	} else if err != nil {
		return fmt.Errorf("running the lab: %w", err)
	}
	return nil
}

// What the lab runs, compiled for this machine alone.
var (
	labBinary  = filepath.Join(".lab", "lab")
	labBackend = filepath.Join(".lab", "backend")
)

// compileForLab compiles the backend and the lab with the go command's own flags, as tests, linters and the stores are: packages
// are compiled anew for every other set of flags. One command makes both, so that the one is linked while the other is compiled.
func compileForLab() error {
	say("compiling the backend and the lab")
	info, err := buildInfo()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(".lab", 0o755); err != nil {
		return err
	}
	built, err := os.MkdirTemp(".lab", "build-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(built) }()
	if err := run("go", "build", "-ldflags", "-s -w -X "+info, "-o", built+"/", "./pkg", "./lab/cmd/lab"); err != nil {
		return err
	}
	suffix := map[string]string{"windows": ".exe"}[runtime.GOOS]
	return errors.Join(os.Rename(filepath.Join(built, "pkg"+suffix), labBackend), os.Rename(filepath.Join(built, "lab"+suffix), labBinary))
}

// buildHostPage bundles the page that stands in for Grafana, when something of it has changed.
func buildHostPage() error {
	sources, err := filesBelow("lab/host/web")
	if err != nil {
		return err
	}
	built := stamp{name: "host", files: append(sources, "package-lock.json", ".config/webpack/typescript.ts"), product: "dist-host/build/host.js"}
	return built.unlessCurrent(func() error {
		say("bundling the host page, which takes half a minute")
		return npm("run", "build:host")
	})
}

// endWithParent ends the lab when mage is ended by a signal that reaches mage alone.
func endWithParent(lab *os.Process, ended <-chan struct{}) {
	parent := os.Getppid()
	for {
		select {
		case <-ended:
			return
		case <-time.After(time.Second):
			if os.Getppid() != parent {
				_ = lab.Signal(syscall.SIGTERM) // it may have ended already
				return
			}
		}
	}
}

func setting(name, usual string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return usual
}
