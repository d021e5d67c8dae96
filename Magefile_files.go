//go:build mage

package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Package builds dist/ for PLATFORMS (default: all that Grafana runs on) and zips it as Grafana expects a plugin.
func Package(ctx context.Context) error {
	if err := BuildFrontend(); err != nil {
		return err
	}
	for _, platform := range platforms() {
		goos, goarch, _ := strings.Cut(platform, "/")
		if err := buildBackendFor(ctx, goos, goarch); err != nil {
			return err
		}
	}
	version, err := packageVersion()
	if err != nil {
		return err
	}
	file := fmt.Sprintf("%s-%s.zip", pluginID, version)
	say("writing " + file)
	return zipFolder("dist", pluginID, file)
}

func platforms() []string {
	if named := os.Getenv("PLATFORMS"); named != "" {
		return strings.Split(named, ",")
	}
	return []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64"}
}

// zipFolder writes the files of dir, below a folder named top, so that equal files make equal archives.
func zipFolder(dir, top, file string) error {
	files, err := filesBelow(dir)
	if err != nil {
		return err
	}
	var content bytes.Buffer
	archive := zip.NewWriter(&content)
	for _, name := range files {
		below, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if err := addToZip(archive, name, top+"/"+filepath.ToSlash(below)); err != nil {
			return fmt.Errorf("packing %s: %w", name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, content.Bytes(), 0o644)
}

func addToZip(archive *zip.Writer, file, name string) error {
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(0o644)
	if strings.HasPrefix(filepath.Base(file), executable) {
		header.SetMode(0o755)
	}
	target, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	source, err := os.Open(file)
	if err != nil {
		return err
	}
	defer source.Close()
	_, err = io.Copy(target, source)
	return err
}

// writeBuildManifest lists the Go files that the backend was built from with their hashes; Grafana's validator compares
// them with the published source.
func writeBuildManifest(file string) error {
	sources, err := filesBelow("pkg")
	if err != nil {
		return err
	}
	var lines strings.Builder
	for _, name := range sources {
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%x:%s\n", sha256.Sum256(content), filepath.ToSlash(name))
	}
	return os.WriteFile(file, []byte(lines.String()), 0o644)
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

// filesBelow lists the files of a folder and its subfolders, in order.
func filesBelow(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	return files, err
}

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
