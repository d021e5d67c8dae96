package recordings

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"golang.org/x/sync/errgroup"
)

const (
	searchSlice  = 20 * time.Second
	searchLimit  = 1000
	tracesAtOnce = 4 // that are fetched at the same time
)

// writeTraces finds the traces of the time, slice by slice, and writes each as a line.
func (r *Recording) writeTraces(ctx context.Context, tempo api, w io.Writer) (int, error) {
	seen := map[string]bool{}
	for from := r.From; from.Before(r.To); from = from.Add(searchSlice) {
		ids, err := tempoIDs(ctx, tempo, from, earliest(from.Add(searchSlice), r.To))
		if err != nil {
			return len(seen), err
		}
		ids = slices.DeleteFunc(ids, func(id string) bool { return seen[id] })
		if err := writeEach(ctx, tempo, ids, w); err != nil {
			return len(seen), err
		}
		for _, id := range ids {
			seen[id] = true
		}
	}
	return len(seen), nil
}

// tempoIDs are the ids of the traces that began in a time; a time with more than fit into one answer is halved.
func tempoIDs(ctx context.Context, tempo api, from, to time.Time) ([]string, error) {
	var found struct {
		Traces []struct {
			TraceID string `json:"traceID"`
		} `json:"traces"`
	}
	err := tempo.read(ctx, "/api/search", url.Values{"q": {"{}"}, "start": {seconds(from)}, "end": {seconds(to.Add(time.Second - 1))},
		"limit": {fmt.Sprint(searchLimit)}, "spss": {"1"}}, nil, &found)
	if err != nil {
		return nil, err
	}
	if half := to.Sub(from) / 2; len(found.Traces) >= searchLimit && half >= time.Second {
		early, err := tempoIDs(ctx, tempo, from, from.Add(half))
		if err != nil {
			return nil, err
		}
		late, err := tempoIDs(ctx, tempo, from.Add(half), to)
		return slices.Compact(slices.Sorted(slices.Values(append(early, late...)))), err
	}
	ids := make([]string, len(found.Traces))
	for i, t := range found.Traces {
		ids[i] = t.TraceID
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// writeEach fetches traces a few at a time and writes them in order.
func writeEach(ctx context.Context, tempo api, ids []string, w io.Writer) error {
	encoder := &ptrace.JSONMarshaler{}
	for part := range slices.Chunk(ids, tracesAtOnce) {
		lines := make([][]byte, len(part))
		group, each := errgroup.WithContext(ctx)
		for i, id := range part {
			group.Go(func() error {
				body, err := tempo.get(each, "/api/traces/"+url.PathEscape(fmt.Sprintf("%032s", id)), nil, http.Header{"Accept": {"application/protobuf"}})
				if err != nil {
					return err
				}
				traces, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(body)
				if err != nil {
					return fmt.Errorf("trace %s: %w", id, err)
				}
				lines[i], err = encoder.MarshalTraces(traces)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
		for _, line := range lines {
			if _, err := w.Write(append(line, '\n')); err != nil {
				return err
			}
		}
	}
	return nil
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
