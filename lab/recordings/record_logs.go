package recordings

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const linesLimit = 5000 // that Loki gives at once unless configured otherwise

// logEntry is a line as Loki gives it when it is told to keep labels and structured metadata apart.
type logEntry struct {
	stream   map[string]string
	metadata map[string]string
	at       int64
	text     string
}

// writeLogs reads all lines in the order of time, page by page, and writes each page as a line.
func (r *Recording) writeLogs(ctx context.Context, loki api, w io.Writer) (int, error) {
	label, err := lokiLabel(ctx, loki, r)
	if err != nil {
		return 0, err
	}
	encoder, total := &plog.JSONMarshaler{}, 0
	for from := r.From.UnixNano(); ; {
		page, err := lokiPage(ctx, loki, label, from, r.To.UnixNano())
		if err != nil {
			return total, err
		}
		last := len(page) < linesLimit
		if !last {
			// Lines of the last moment may go on in the next page, so that they wait for it, unless they are all there is.
			newest := page[len(page)-1].at
			keep := sort.Search(len(page), func(i int) bool { return page[i].at >= newest })
			if keep == 0 {
				return total, errors.New("more lines have one and the same time than the log store gives at once")
			}
			page, from = page[:keep], newest
		}
		if len(page) > 0 {
			line, err := encoder.MarshalLogs(logsOf(page))
			if err != nil {
				return total, err
			}
			if _, err := w.Write(append(line, '\n')); err != nil {
				return total, err
			}
		}
		total += len(page)
		if last {
			return total, nil
		}
	}
}

func lokiLabel(ctx context.Context, loki api, r *Recording) (string, error) {
	var labels struct {
		Data []string `json:"data"`
	}
	values := url.Values{"start": {fmt.Sprint(r.From.UnixNano())}, "end": {fmt.Sprint(r.To.UnixNano())}}
	if err := loki.read(ctx, "/loki/api/v1/labels", values, nil, &labels); err != nil {
		return "", err
	}
	label, known := convention.LogService(labels.Data, incident.LabelNames{})
	if !known {
		return "", errors.New("none of the log store's labels names a service")
	}
	return label, nil
}

// lokiPage is the oldest lines of a time, ordered.
func lokiPage(ctx context.Context, loki api, label string, from, to int64) ([]logEntry, error) {
	var answer struct {
		Data struct {
			Result []struct {
				Stream map[string]string    `json:"stream"`
				Values [][3]json.RawMessage `json:"values"`
			} `json:"result"`
		} `json:"data"`
	}
	values := url.Values{"query": {fmt.Sprintf("{%s=~%q}", label, ".+")}, "start": {fmt.Sprint(from)}, "end": {fmt.Sprint(to)},
		"limit": {fmt.Sprint(linesLimit)}, "direction": {"forward"}}
	header := http.Header{"X-Loki-Response-Encoding-Flags": {"categorize-labels"}} //nolint:misspell // as Loki spells it
	if err := loki.read(ctx, "/loki/api/v1/query_range", values, header, &answer); err != nil {
		return nil, err
	}
	var page []logEntry
	for _, stream := range answer.Data.Result {
		for _, v := range stream.Values {
			e := logEntry{stream: stream.Stream}
			var stamp string
			var more struct {
				Metadata map[string]string `json:"structuredMetadata"`
			}
			if err := errors.Join(json.Unmarshal(v[0], &stamp), json.Unmarshal(v[1], &e.text), json.Unmarshal(v[2], &more)); err != nil {
				return nil, fmt.Errorf("a log line cannot be read: %w", err)
			}
			at, err := strconv.ParseInt(stamp, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("a log line's time cannot be read: %w", err)
			}
			e.at, e.metadata = at, more.Metadata
			page = append(page, e)
		}
	}
	sort.SliceStable(page, func(i, j int) bool { return page[i].at < page[j].at })
	return page, nil
}

// logsOf makes records of lines: a stream's labels become the resource's attributes, structured metadata the record's.
func logsOf(page []logEntry) plog.Logs {
	logs := plog.NewLogs()
	byStream := map[string]plog.ScopeLogs{}
	for _, e := range page {
		key := fmt.Sprint(e.stream)
		scope, known := byStream[key]
		if !known {
			resource := logs.ResourceLogs().AppendEmpty()
			for _, name := range slices.Sorted(maps.Keys(e.stream)) {
				resource.Resource().Attributes().PutStr(attributeName(name), e.stream[name])
			}
			scope = resource.ScopeLogs().AppendEmpty()
			byStream[key] = scope
		}
		e.record(scope.LogRecords().AppendEmpty())
	}
	return logs
}

func (e logEntry) record(into plog.LogRecord) {
	into.SetTimestamp(pcommon.NewTimestampFromTime(time.Unix(0, e.at)))
	into.Body().SetStr(e.text)
	for _, name := range slices.Sorted(maps.Keys(e.metadata)) {
		value := e.metadata[name]
		switch name {
		case "trace_id":
			var id pcommon.TraceID
			if n, err := hex.Decode(id[:], []byte(value)); err == nil && n == len(id) {
				into.SetTraceID(id)
				continue
			}
		case "span_id":
			var id pcommon.SpanID
			if n, err := hex.Decode(id[:], []byte(value)); err == nil && n == len(id) {
				into.SetSpanID(id)
				continue
			}
		case "severity_text":
			into.SetSeverityText(value)
			continue
		case "severity_number":
			if n, err := strconv.ParseInt(value, 10, 32); err == nil {
				into.SetSeverityNumber(plog.SeverityNumber(n))
				continue
			}
		case "detected_level", "observed_timestamp":
			continue // the store's own
		}
		into.Attributes().PutStr(name, value)
	}
}
