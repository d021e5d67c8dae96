package stack

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// program is something the lab builds from a Go module of its own.
type program struct {
	name     string // as people call it
	file     string // the cached file's name without its key
	folder   string // the module's folder below lab/stack
	pkg      string // the package to build, as go build takes it
	tags     string
	duration string // of a first build on a machine with two cores
}

var (
	prometheusProgram = program{
		name: "Prometheus", file: "prometheus", folder: "stores",
		pkg: "github.com/prometheus/prometheus/cmd/prometheus", tags: "remove_all_sd", duration: "about 1 min",
	}
	lokiProgram = program{
		name: "Loki", file: "loki", folder: "stores",
		pkg: "github.com/grafana/loki/v3/cmd/loki", duration: "about 4 min",
	}
	tempoProgram = program{
		name: "Tempo", file: "tempo", folder: "tempo",
		pkg: "github.com/grafana/tempo/cmd/tempo", duration: "about 4 min",
	}
	traceqlProgram = program{
		name: "the TraceQL parser", file: "traceqlparse", folder: "tempo",
		pkg: "./cmd/traceqlparse", duration: "about 1 min",
	}
)

// arguments are those of the go command, up to and without the output. Packages are compiled with the go command's own flags, as
// those of the backend, the lab and the tests are: what they have in common is then compiled once.
func (p program) arguments() []string {
	args := []string{"build", "-buildvcs=false", "-ldflags=-s -w"}
	if p.tags != "" {
		args = append(args, "-tags="+p.tags)
	}
	return args
}

// key identifies the result of a build: 16 hexadecimal digits over everything that decides it.
func (p program) key(module, goVersion string) (string, error) {
	sum := sha256.New()
	_, _ = fmt.Fprintln(sum, goVersion, runtime.GOOS, runtime.GOARCH, p.pkg, strings.Join(p.arguments(), " "))
	files := []string{filepath.Join(module, "go.mod"), filepath.Join(module, "go.sum")}
	if strings.HasPrefix(p.pkg, "./") {
		sources, err := goFiles(filepath.Join(module, p.pkg))
		if err != nil {
			return "", err
		}
		files = append(files, sources...)
	}
	for _, name := range files {
		if err := addFile(sum, name); err != nil {
			return "", fmt.Errorf("cannot read %s, which %s is built from: %w", name, p.name, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

func goFiles(dir string) ([]string, error) {
	names, err := fs.Glob(os.DirFS(dir), "*.go")
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		names[i] = filepath.Join(dir, name)
	}
	return names, nil
}

func addFile(sum io.Writer, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	// The length keeps the end of one file from passing for the start of the next.
	_, err = fmt.Fprintf(sum, "%s %d\n%s", filepath.Base(name), len(text), text)
	return err
}
