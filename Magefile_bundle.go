//go:build mage

package main

import (
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	entryFile = "dist/module.js"
	// What every page of Grafana loads, and all that a person can come to load.
	mostOfEntry  = 150_000 // bytes, gzipped
	mostOfBundle = 600_000
)

// weighBundle prints what browsers have to load, gzipped as it is sent to them, and refuses what is too much.
func weighBundle() error {
	files, err := filesBelow("dist")
	if err != nil {
		return err
	}
	entry, all := 0, 0
	for _, file := range files {
		if filepath.Ext(file) != ".js" {
			continue
		}
		weight, err := gzipped(file)
		if err != nil {
			return fmt.Errorf("weighing %s: %w", file, err)
		}
		fmt.Printf("%8.1f kB  %s\n", float64(weight)/1000, strings.TrimPrefix(file, "dist/"))
		all += weight
		if file == entryFile {
			entry = weight
		}
	}
	fmt.Printf("%8.1f kB  in all, gzipped\n", float64(all)/1000)
	if entry > mostOfEntry || all > mostOfBundle {
		return fmt.Errorf("the bundle is too heavy: module.js may have %d kB and all files %d kB: load what few need when they need it",
			mostOfEntry/1000, mostOfBundle/1000)
	}
	return nil
}

// gzipped is how many bytes of a file are sent to a browser.
func gzipped(file string) (int, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	var counted counter
	writer, err := gzip.NewWriterLevel(&counted, gzip.BestCompression)
	if err != nil {
		return 0, err
	}
	if _, err := writer.Write(content); err != nil {
		return 0, err
	}
	if err := writer.Close(); err != nil {
		return 0, err
	}
	return int(counted), nil
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
