// Command largetown writes the metrics of a system of any size as one block of Prometheus' database: what a day's samples would be after
// Prometheus had filed them, in a minute. The same arguments give the same samples.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

const (
	every     = time.Minute // between two samples
	blockSize = 12 * time.Hour
	perCommit = 2000 // series
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("largetown", flag.ContinueOnError)
	services := flags.Int("services", 10, "how many services")
	pods := flags.Int("pods", 8, "pods of each service")
	until := flags.String("until", "2026-01-15T03:00:00Z", "time of the last sample")
	history := flags.Duration("history", 160*time.Minute, "how long before that the first one is")
	fault := flags.Duration("fault", 12*time.Minute, "how long before that the fault begins")
	folder := flags.String("out", "", "folder of a new database")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	end, err := time.Parse(time.RFC3339, *until)
	if err != nil || *folder == "" || *services < 3 {
		return errors.Join(err, errors.New("give -out, a time such as 2026-01-15T03:00:00Z, and three services at least"))
	}
	series, err := write(ctx, *folder, town{services: *services, pods: *pods, from: end.Add(-*history), to: end, fault: end.Add(-*fault)})
	if err == nil {
		fmt.Println(series)
	}
	return err
}

// write writes a town's series as one block, and says how many they are.
func write(ctx context.Context, folder string, t town) (series int, err error) {
	writer, err := tsdb.NewBlockWriter(slog.New(slog.NewTextHandler(io.Discard, nil)), folder, blockSize.Milliseconds())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, writer.Close()) }()
	var appender storage.Appender
	var failed error
	t.each(func(l labels.Labels, value func(time.Time) float64) bool {
		if appender == nil {
			appender = writer.Appender(ctx)
		}
		var ref storage.SeriesRef
		for at := t.from; !at.After(t.to) && failed == nil; at = at.Add(every) {
			ref, failed = appender.Append(ref, l, at.UnixMilli(), value(at))
		}
		if series++; failed == nil && series%perCommit == 0 {
			failed, appender = appender.Commit(), nil
		}
		return failed == nil
	})
	if failed == nil && appender != nil {
		failed = appender.Commit()
	}
	if failed != nil {
		return series, failed
	}
	_, err = writer.Flush(ctx)
	return series, err
}
