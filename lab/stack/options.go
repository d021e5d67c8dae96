package stack

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	modulePath = "github.com/faultline-investigation/faultline"
	// cacheVariable names the environment variable that moves the cache of built programs.
	cacheVariable = "FAULTLINE_CACHE"

	defaultGrace       = time.Second
	defaultReadyWithin = time.Minute
)

// Options say how the stack is built and started. The zero value is a good one.
type Options struct {
	// Root is the repository's root folder; empty: found from the working directory upward.
	Root string
	// Cache is the folder built programs are kept in; empty: $FAULTLINE_CACHE, or else faultline/lab in the user's cache folder.
	Cache string
	// Data is the folder the servers' data folder is made in; empty: the folder for temporary files.
	Data string
	// Progress receives a line about everything that takes longer than two seconds; nil: silence. On a terminal the line is
	// refreshed in place.
	Progress io.Writer
	// MetricsOnly leaves Loki and Tempo out.
	MetricsOnly bool
	// Scrape are addresses of metrics that Prometheus scrapes every second, under the job "faultline"; without them it scrapes nothing.
	Scrape []string
	// OnlyPast keeps Tempo from making spans searchable by itself, which it otherwise does every second: they are once it is told
	// to flush. So a trace whose spans come far apart is still whole.
	OnlyPast bool
	// Ports fixes ports; those left at zero are free ones.
	Ports Ports
	// Grace is how long the servers may take to stop before they are killed; zero: one second. Their data is thrown away, so
	// nothing is lost by a short one.
	Grace time.Duration
	// ReadyWithin is how long a started server may take until it accepts pushes and queries; zero: one minute.
	ReadyWithin time.Duration
}

// Ports are TCP ports on the loopback address; zero means any free one.
type Ports struct {
	Prometheus int // queries and OTLP metrics
	Loki       int // queries and OTLP logs
	Tempo      int // queries
	TempoOTLP  int // OTLP traces over HTTP
}

// withDefaults fills in what was left empty; the error names what could not be found.
func (o Options) withDefaults() (Options, error) {
	var err error
	if o.Root == "" {
		if o.Root, err = findRoot(); err != nil {
			return o, err
		}
	}
	if o.Root, err = filepath.Abs(o.Root); err != nil {
		return o, fmt.Errorf("cannot resolve the repository's folder: %w", err)
	}
	if o.Cache == "" {
		if o.Cache, err = defaultCache(); err != nil {
			return o, err
		}
	}
	if o.Data == "" {
		o.Data = os.TempDir()
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	if o.Grace == 0 {
		o.Grace = defaultGrace
	}
	if o.ReadyWithin == 0 {
		o.ReadyWithin = defaultReadyWithin
	}
	return o, nil
}

// findRoot looks upward for the go.mod of the plugin's own module; the servers' modules below it do not count.
func findRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("cannot tell the working directory: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if isRoot(dir) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no Faultline repository at or above %s; start the lab from inside one", start)
		}
	}
}

func isRoot(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "module" {
			return fields[1] == modulePath
		}
	}
	return false
}

func defaultCache() (string, error) {
	if dir := os.Getenv(cacheVariable); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", errors.New("this user has no cache folder; set " + cacheVariable + " to a folder the lab may keep its programs in")
	}
	return filepath.Join(dir, "faultline", "lab"), nil
}
