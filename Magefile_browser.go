//go:build mage

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"github.com/magefile/mage/mg"
	"github.com/magefile/mage/sh"
)

// Browser tests the page in a real browser, over the real backend and real stores. CHROMIUM=path chooses the browser. With
// GRAFANA_URL it is the page of that Grafana, on this machine: INVESTIGATION=the link that the demo printed, GRAFANA_USER and
// GRAFANA_PASSWORD of an administrator.
func Browser(ctx context.Context) error {
	projects := []string{"--project=tests", "--project=speed"}
	if os.Getenv("GRAFANA_URL") != "" {
		projects = append(projects, "--project=grafana")
	}
	return inBrowser(ctx, projects...)
}

// Screenshots writes the pictures that README.md shows, as a browser sees the walkthrough's investigation.
func Screenshots(ctx context.Context) error { return inBrowser(ctx, "--project=screenshots") }

func inBrowser(ctx context.Context, arguments ...string) error {
	if os.Getenv("GRAFANA_URL") == "" {
		if err := buildForBrowser(ctx); err != nil {
			return err
		}
	}
	return playInBrowser(ctx, arguments...)
}

// buildForBrowser builds all that the lab's page is made of.
func buildForBrowser(ctx context.Context) error {
	// What waits for the network runs beside what takes the processors.
	mg.CtxDeps(ctx, bundles, compileForLab)
	return ctx.Err()
}

func playInBrowser(ctx context.Context, arguments ...string) error {
	chromium, err := findChromium()
	if err != nil {
		return err
	}
	env := map[string]string{"CHROMIUM": chromium, "LAB": labBinary, "LAB_BACKEND": labBackend}
	command := append([]string{"playwright", "test", "--config", "tests/browser/playwright.config.ts"}, arguments...)
	if err := sh.RunWithV(env, "npx", command...); err != nil {
		return fmt.Errorf("the browser's part: %w", err)
	}
	return ctx.Err()
}

// findChromium looks for a browser, and installs one where Debian's package manager is there.
func findChromium() (string, error) {
	const advice = "install Chromium or Chrome, or set CHROMIUM to the path of one"
	if named := os.Getenv("CHROMIUM"); named != "" {
		if _, err := os.Stat(named); err != nil {
			return "", fmt.Errorf("CHROMIUM names %s, which is not there: %s", named, advice)
		}
		return named, nil
	}
	if path := installedChromium(); path != "" {
		return path, nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return "", errors.New("there is no Chromium on this machine: " + advice)
	}
	say("installing Chromium with apt-get")
	if err := installChromium(); err != nil {
		return "", fmt.Errorf("installing Chromium failed: %s (%w)", advice, err)
	}
	if path := installedChromium(); path != "" {
		return path, nil
	}
	return "", errors.New("apt-get installed no Chromium that can be found: " + advice)
}

func installedChromium() string {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	if runtime.GOOS == "darwin" {
		names = append(names, "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func installChromium() error {
	apt := []string{"apt-get"}
	if os.Geteuid() != 0 {
		apt = []string{"sudo", "-n", "apt-get"}
	}
	update := append(apt[1:len(apt):len(apt)], "update", "-q")
	install := append(apt[1:len(apt):len(apt)], "install", "-y", "-q", "--no-install-recommends", "chromium")
	stale := run(apt[0], update...) // an old list of packages may do
	if err := run(apt[0], install...); err != nil {
		return errors.Join(stale, err)
	}
	return nil
}
