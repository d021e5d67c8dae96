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
	"strings"

	"github.com/magefile/mage/mg"
	"github.com/magefile/mage/sh"
)

const (
	pluginID     = "faultline-investigation-app"
	dataSourceID = "faultline-investigation-datasource"
	executable   = "gpx_faultline"
	backendDir   = "dist/datasource"
	linter       = "tools/golangci-lint/go.mod"
)

// goPackages is all of the module but node_modules, where some packages bring Go files along.
var goPackages = []string{"./pkg/...", "./lab/...", "./tools/..."}

// Build compiles the back end for this machine and the front end, into dist/.
func Build(ctx context.Context) {
	mg.SerialCtxDeps(ctx, BuildFrontend, BuildBackend)
}

// BuildBackend compiles the data source's backend into dist/datasource/, for this platform and as it is released.
func BuildBackend(ctx context.Context) error {
	return buildBackendFor(ctx, runtime.GOOS, runtime.GOARCH)
}

// BuildFrontend bundles the app and the data source's editors into dist/, when something of theirs has changed.
func BuildFrontend() error {
	if err := nodeModules(); err != nil {
		return err
	}
	built := stamp{name: "frontend", files: append(frontendSources(), "package.json", "package-lock.json", ".config/webpack/webpack.config.ts",
		".config/webpack/typescript.ts", "tsconfig.json", "CHANGELOG.md", "LICENSE",
		"docs/img/investigation-light.png", "docs/img/investigation-dark.png"), product: "dist/module.js"}
	return built.unlessCurrent(func() error {
		say("bundling the front end")
		if err := npm("run", "build"); err != nil {
			return err
		}
		return weighBundle()
	})
}

// Bench runs the Go benchmarks and prints what they measured.
func Bench() error {
	say("running the benchmarks")
	return run("go", "test", "-run", "^$", "-bench", ".", "-benchmem", "-timeout", "40m", "./pkg/...")
}

// Generate writes the JSON Schemas of cases, the TypeScript types made from them, the file of the page's texts, and the picture of the architecture.
func Generate() error {
	if err := nodeModules(); err != nil {
		return err
	}
	say("writing the schemas in docs/ and src/api/case.gen.ts")
	if err := run("go", "run", "./tools/casetypes"); err != nil {
		return err
	}
	if err := npm("run", "generate"); err != nil {
		return err
	}
	if err := run("go", "run", "./tools/arrows"); err != nil {
		return err
	}
	return writeTexts(textsFile)
}

// nodeModules installs what package-lock.json names, when it has changed since the last time.
func nodeModules() error {
	installed := stamp{name: "packages", files: []string{"package-lock.json"}, product: "node_modules/.package-lock.json"}
	return installed.unlessCurrent(func() error {
		if _, err := exec.LookPath("npm"); err != nil {
			return errors.New("npm is missing: install Node.js 20.19 or newer from https://nodejs.org/ and run this again")
		}
		say("installing Node packages, which takes a minute or two")
		return npm("ci")
	})
}

func buildBackendFor(ctx context.Context, goos, goarch string) error {
	info, err := buildInfo()
	if err != nil {
		return err
	}
	file := fmt.Sprintf("%s/%s_%s_%s", backendDir, executable, goos, goarch)
	if goos == "windows" {
		file += ".exe"
	}
	say("compiling " + file)
	// Grafana's containers have another C library than most machines, or none: the program needs none.
	env := map[string]string{"CGO_ENABLED": "0", "GOOS": goos, "GOARCH": goarch}
	if err := sh.RunWithV(env, "go", "build", "-trimpath", "-ldflags", "-s -w -X "+info, "-o", file, "./pkg"); err != nil {
		return fmt.Errorf("compiling the back end for %s/%s: %w", goos, goarch, err)
	}
	return errors.Join(ctx.Err(), weighBackend(file), writeBuildManifest(filepath.Join(backendDir, "go_plugin_build_manifest")))
}

// buildInfo is the linker's assignment to the variable of Grafana's plugin SDK from which Grafana reads the version.
func buildInfo() (string, error) {
	version, err := packageVersion()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`github.com/grafana/grafana-plugin-sdk-go/build/buildinfo.buildInfoJSON={"pluginID":%q,"version":%q}`, pluginID, version), nil
}

// weighBackend prints what administrators have to carry.
func weighBackend(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	packages, err := sh.Output("go", "list", "-deps", "./pkg")
	if err != nil {
		return fmt.Errorf("counting the backend's packages: %w", err)
	}
	fmt.Printf("%8.1f MB  %s, of %d packages\n", float64(info.Size())/1e6, file, len(strings.Fields(packages)))
	return nil
}

func npm(args ...string) error { return run("npm", args...) }

// run runs a command with its output on the terminal.
func run(command string, args ...string) error {
	if err := sh.RunV(command, args...); err != nil {
		return fmt.Errorf("%s %s: %w", command, strings.Join(args, " "), err)
	}
	return nil
}

// say tells what is being done, for every step that can take longer than a moment.
func say(what string) { fmt.Fprintln(os.Stderr, "> "+what) }
