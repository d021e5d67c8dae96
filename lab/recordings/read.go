package recordings

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// longestLine is the longest line that is read, in bytes: one export request.
const longestLine = 256 << 20

// Traces reads the spans, one export request after the other as the file has them. What each returns ends the reading
// when it is an error. A recording without traces has none to read. Of a damaged file everything that can be read is, and the
// error is a *Damage.
func (r *Recording) Traces(ctx context.Context, each func(ptrace.Traces) error) error {
	decoder := &ptrace.JSONUnmarshaler{}
	return eachLine(ctx, r.path(tracesFile), decoder.UnmarshalTraces, each)
}

// Metrics reads the data points likewise.
func (r *Recording) Metrics(ctx context.Context, each func(pmetric.Metrics) error) error {
	decoder := &pmetric.JSONUnmarshaler{}
	return eachLine(ctx, r.path(metricsFile), decoder.UnmarshalMetrics, each)
}

// Logs reads the log records likewise.
func (r *Recording) Logs(ctx context.Context, each func(plog.Logs) error) error {
	decoder := &plog.JSONUnmarshaler{}
	return eachLine(ctx, r.path(logsFile), decoder.UnmarshalLogs, each)
}

func (r *Recording) path(file string) string { return filepath.Join(r.Folder, file) }

// Damage is what could not be read of a file. Everything else of it was.
type Damage struct {
	Path  string
	Line  int // the first that could not be read
	Lines int // that could not be read
	Cause error
}

// Error names the file, the first line and what is wrong with it.
func (d *Damage) Error() string {
	if d.Lines == 0 {
		return fmt.Sprintf("%s breaks off at line %d: %s", d.Path, d.Line, d.Cause)
	}
	return fmt.Sprintf("%s, line %d is no OTLP export request in JSON (%d such %s): %s", d.Path, d.Line, d.Lines, plural(d.Lines), d.Cause)
}

// Unwrap is the cause.
func (d *Damage) Unwrap() error { return d.Cause }

func plural(lines int) string {
	if lines == 1 {
		return "line"
	}
	return "lines"
}

// eachLine decodes a file line by line. Lines that cannot be decoded are left out, and the last error is a Damage then.
func eachLine[T any](ctx context.Context, path string, decode func([]byte) (T, error), each func(T) error) error {
	lines, closeFile, err := openLines(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &Damage{Path: path, Line: 1, Cause: err}
	}
	defer closeFile()
	var damage *Damage
	number := 1
	for ; lines.Scan(); number++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(lines.Bytes()) == 0 {
			continue
		}
		data, err := decode(lines.Bytes())
		if err != nil {
			if damage == nil {
				damage = &Damage{Path: path, Line: number, Cause: err}
			}
			damage.Lines++
			continue
		}
		if err := each(data); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return &Damage{Path: path, Line: number, Cause: err}
	}
	if damage != nil {
		return damage
	}
	return nil
}

// openLines opens a file of lines, compressed under the name given or uncompressed without its .gz.
func openLines(path string) (*bufio.Scanner, func(), error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		file, err = os.Open(strings.TrimSuffix(path, filepath.Ext(path)))
		path = ""
	}
	if err != nil {
		return nil, nil, err
	}
	var content io.Reader = file
	if path != "" {
		if content, err = gzip.NewReader(file); err != nil {
			return nil, nil, errors.Join(fmt.Errorf("%s is not compressed with gzip: %w", path, err), file.Close())
		}
	}
	lines := bufio.NewScanner(content)
	lines.Buffer(make([]byte, 0, 1<<20), longestLine)
	return lines, func() { _ = file.Close() }, nil
}
