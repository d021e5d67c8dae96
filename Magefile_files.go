//go:build mage

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/tools/pluginzip"
)

// Package builds the plugin for every platform that Grafana runs on, zips it as Grafana expects, and checks the archive.
// PLATFORMS=linux/amd64,darwin/arm64 builds only these. With GRAFANA_ACCESS_POLICY_TOKEN it is signed, for the addresses in
// GRAFANA_ROOT_URLS where it is not for the public catalog.
func Package(ctx context.Context) error {
	if err := BuildFrontend(); err != nil {
		return err
	}
	// What was built for other platforms before is not part of it.
	if err := removeBackends(); err != nil {
		return err
	}
	for _, platform := range platforms() {
		goos, goarch, _ := strings.Cut(platform, "/")
		if err := buildBackendFor(ctx, goos, goarch); err != nil {
			return err
		}
	}
	if err := sign(); err != nil {
		return err
	}
	version, err := packageVersion()
	if err != nil {
		return err
	}
	file := fmt.Sprintf("%s-%s.zip", pluginID, version)
	say("writing " + file)
	if err := pluginzip.Write("dist", pluginID, executable, file); err != nil {
		return err
	}
	manifest, err := pluginzip.Manifest("pkg")
	if err != nil {
		return err
	}
	return pluginzip.Check(file, pluginzip.Expected{App: pluginID, DataSource: dataSourceID, Version: version, Program: executable,
		Platforms: platforms(), Manifest: manifest, Sources: "src"})
}

// signer is Grafana's own tool, which sends the hashes of the files to grafana.com and writes its answer beside them.
const (
	signer    = "@grafana/sign-plugin@3.3.3"
	signature = "dist/MANIFEST.txt"
)

// sign signs what is in dist where there is a token for it. An earlier signature would be of other files.
func sign() error {
	if err := os.Remove(signature); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the old signature: %w", err)
	}
	if os.Getenv("GRAFANA_ACCESS_POLICY_TOKEN") == "" {
		say("not signing: GRAFANA_ACCESS_POLICY_TOKEN is not set")
		return nil
	}
	arguments := []string{"--yes", signer, "--distDir", "dist"}
	if urls := os.Getenv("GRAFANA_ROOT_URLS"); urls != "" {
		arguments = append(arguments, "--rootUrls", urls)
	}
	if err := run("npx", arguments...); err != nil {
		return fmt.Errorf("signing: %w", err)
	}
	if _, err := os.Stat(signature); err != nil {
		return fmt.Errorf("the signer wrote no signature: %w", err)
	}
	return nil
}

func removeBackends() error {
	built, err := filepath.Glob(filepath.Join(backendDir, executable+"_*"))
	for _, file := range built {
		err = errors.Join(err, os.Remove(file))
	}
	return err
}

func platforms() []string {
	if named := os.Getenv("PLATFORMS"); named != "" {
		return strings.Split(named, ",")
	}
	return []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64"}
}

// writeBuildManifest lists the Go files that the backend was built from.
func writeBuildManifest(file string) error {
	lines, err := pluginzip.Manifest("pkg")
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(lines), 0o644)
}

// stamp remembers what files contained when a product was made from them.
type stamp struct {
	name    string
	files   []string
	product string // a file that is there once the product has been made
}

// unlessCurrent makes the product anew when it is missing or one of its files has changed.
func (s stamp) unlessCurrent(makeIt func() error) error {
	want, err := s.hash()
	if err != nil {
		return err
	}
	file := filepath.Join("node_modules", ".stamps", s.name)
	have, _ := os.ReadFile(file) // a missing stamp is an old one
	if _, err := os.Stat(s.product); err == nil && string(have) == want {
		return nil
	}
	if err := makeIt(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(want), 0o644)
}

func (s stamp) hash() (string, error) {
	sum := sha256.New()
	for _, name := range s.files {
		content, err := os.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("reading %s: %w", name, err)
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(content))
		sum.Write(content)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// frontendSources lists the files below src/; none when it cannot be read, which the bundler then reports better.
func frontendSources() []string {
	files, err := filesBelow("src")
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(files, func(name string) bool { return strings.Contains(name, ".test.") })
}

func filesBelow(dir string) ([]string, error) { return pluginzip.FilesBelow(dir) }

// packageVersion is the version of the whole plugin, which package.json holds.
func packageVersion() (string, error) {
	content, err := os.ReadFile("package.json")
	if err != nil {
		return "", err
	}
	var manifest struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		return "", fmt.Errorf("reading package.json: %w", err)
	}
	if manifest.Version == "" {
		return "", errors.New("package.json names no version")
	}
	return manifest.Version, nil
}
