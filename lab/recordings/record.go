package recordings

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Stores are the addresses of live stores' own APIs. One that is empty is left out.
type Stores struct {
	Prometheus, Tempo, Loki string
}

// Recorded counts what a recording holds.
type Recorded struct {
	Traces, Lines, Samples int
}

// Write makes a recording's folder from what live stores have of the time between r.From and r.To. The folder must not
// have a sheet yet, so that no recording is lost. Incidents are those of r; they can be added to the sheet later.
func (r *Recording) Write(ctx context.Context, stores Stores) (Recorded, error) {
	if !r.From.Before(r.To) {
		return Recorded{}, errors.New("the time to record is empty: FROM must lie before TO")
	}
	if _, err := os.Stat(r.path(sheetFile)); err == nil {
		return Recorded{}, fmt.Errorf("%s holds a recording already: choose another folder", r.Folder)
	}
	if err := os.MkdirAll(r.Folder, 0o755); err != nil {
		return Recorded{}, fmt.Errorf("the recording's folder cannot be made: %w", err)
	}
	var counts Recorded
	group, each := errgroup.WithContext(ctx)
	part := func(address, file string, write func(context.Context, api, io.Writer) error) {
		if address != "" {
			group.Go(func() error {
				return compressed(r.path(file), func(w io.Writer) error { return write(each, api(address), w) })
			})
		}
	}
	part(stores.Tempo, tracesFile, func(ctx context.Context, a api, w io.Writer) (err error) {
		counts.Traces, err = r.writeTraces(ctx, a, w)
		return err
	})
	part(stores.Loki, logsFile, func(ctx context.Context, a api, w io.Writer) (err error) {
		counts.Lines, err = r.writeLogs(ctx, a, w)
		return err
	})
	part(stores.Prometheus, metricsFile, func(ctx context.Context, a api, w io.Writer) (err error) {
		counts.Samples, err = r.writeMetrics(ctx, a, w)
		return err
	})
	if err := group.Wait(); err != nil {
		return counts, err
	}
	return counts, r.write()
}

// compressed writes a file through gzip.
func compressed(path string, write func(io.Writer) error) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("the recording cannot be written: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	packed := gzip.NewWriter(file)
	if err := write(packed); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return packed.Close()
}

// api is a store's address.
type api string

// get asks a store and gives its answer's body; the error names the address and what it said.
func (a api) get(ctx context.Context, path string, values url.Values, header http.Header) ([]byte, error) {
	address := strings.TrimSuffix(string(a), "/") + path
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"?"+values.Encode(), nil)
	if err != nil {
		return nil, fmt.Errorf("the store's address is wrong: %w", err)
	}
	request.Header = header
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("the store cannot be reached: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %d: %s", address, response.StatusCode, strings.TrimSpace(string(body[:min(len(body), 300)])))
	}
	return body, nil
}

// read is get for an answer in JSON.
func (a api) read(ctx context.Context, path string, values url.Values, header http.Header, into any) error {
	body, err := a.get(ctx, path, values, header)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s%s answered with something else than its API does: %w", a, path, err)
	}
	return nil
}

func seconds(t time.Time) string { return fmt.Sprint(t.Unix()) }
