// Package pluginzip writes the plugin's archive as Grafana expects it, and checks that an archive is one.
package pluginzip

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ManifestName is the file that lists the Go files of the backend with their hashes. Grafana's validator compares them with
// the published source.
const ManifestName = "go_plugin_build_manifest"

const (
	plainMode   = 0o644
	programMode = 0o755
)

// Write packs the files of a folder below one named top, so that equal files make equal archives. Files whose names begin
// with program are the backends, which have to be executable.
func Write(folder, top, program, file string) error {
	files, err := FilesBelow(folder)
	if err != nil {
		return err
	}
	var content bytes.Buffer
	archive := zip.NewWriter(&content)
	for _, name := range files {
		below, err := filepath.Rel(folder, name)
		if err != nil {
			return fmt.Errorf("packing %s: %w", name, err)
		}
		if err := add(archive, name, top+"/"+filepath.ToSlash(below), program); err != nil {
			return fmt.Errorf("packing %s: %w", name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("packing %s: %w", folder, err)
	}
	if err := os.WriteFile(file, content.Bytes(), plainMode); err != nil {
		return fmt.Errorf("writing the archive: %w", err)
	}
	return nil
}

func add(archive *zip.Writer, file, name, program string) error {
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(plainMode)
	if strings.HasPrefix(filepath.Base(file), program) {
		header.SetMode(programMode)
	}
	target, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	source, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	_, err = io.Copy(target, source)
	return err
}

// Manifest lists the Go files of a folder with their hashes, but no tests.
func Manifest(folder string) (string, error) {
	files, err := FilesBelow(folder)
	if err != nil {
		return "", err
	}
	var lines strings.Builder
	for _, name := range files {
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("listing the backend's files: %w", err)
		}
		fmt.Fprintf(&lines, "%x:%s\n", sha256.Sum256(content), filepath.ToSlash(name))
	}
	return lines.String(), nil
}

// FilesBelow lists the files of a folder and its subfolders, in order.
func FilesBelow(folder string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing files: %w", err)
	}
	return files, nil
}
