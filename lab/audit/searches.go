package audit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	tracesAtOnce = 500
	mostSearches = 60 // for one count
)

var errNoTraces = errors.New("there are no such traces")

// foundTrace is one trace of a search.
type foundTrace struct {
	TraceID string `json:"traceID"`
	Start   string `json:"startTimeUnixNano"`
}

func (t foundTrace) id() string { return strings.TrimLeft(t.TraceID, "0") }

// search finds no more than some traces of a TraceQL query in a window of whole seconds.
func (a *api) search(ctx context.Context, query string, from, to int64, most int) ([]foundTrace, error) {
	var answer struct {
		Traces []foundTrace `json:"traces"`
	}
	values := url.Values{"q": {query}, "start": {strconv.FormatInt(from, 10)}, "end": {strconv.FormatInt(to, 10)}, "limit": {strconv.Itoa(most)}}
	err := a.get(ctx, "/api/search", values, &answer)
	return answer.Traces, err
}

// count is how many traces a TraceQL query finds in a window, or no fewer than enough. Where a search brings as many as it may, both
// halves of its time are searched.
func (a *api) count(ctx context.Context, query string, w incident.Window, enough float64) (float64, error) {
	found, searches := map[string]bool{}, 0
	var search func(from, to int64) error
	search = func(from, to int64) error {
		if float64(len(found)) >= enough {
			return nil
		}
		if searches++; searches > mostSearches {
			return fmt.Errorf("there are too many traces to count: more than %d searches", mostSearches)
		}
		traces, err := a.search(ctx, query, from, to, tracesAtOnce)
		if err != nil {
			return err
		}
		if len(traces) >= tracesAtOnce && to-from > 1 {
			if err := search(from, (from+to)/2); err != nil {
				return err
			}
			return search((from+to)/2, to)
		}
		for _, t := range traces {
			if start := int64(nanos(t.Start) / 1e9); start >= from && start < to {
				found[t.id()] = true
			}
		}
		return nil
	}
	err := search(w.From.Unix(), w.To.Unix())
	return float64(len(found)), err
}

// shareOfTraces is about the share of the traces of some windows that a query finds, among those that another one finds: what was said,
// where these allow it.
func (a *auditor) shareOfTraces(ctx context.Context, said float64, some, all string, parts []incident.Window) (float64, error) {
	hits, of := 0.0, 0.0
	for _, part := range parts {
		found, err := a.tempo.count(ctx, some, part, math.Inf(1))
		if err != nil {
			return 0, err
		}
		among, err := a.tempo.count(ctx, all, part, math.Inf(1))
		if err != nil {
			return 0, err
		}
		hits, of = hits+found, of+among
	}
	if of == 0 {
		return 0, errNoTraces
	}
	share := hits / of
	return within(said, share-ofShare(share, of, 0), share+ofShare(share, of, 0)), nil
}

// minutes are windows of a length within a longer one, spread evenly, for what is too much to count whole.
func minutes(w incident.Window, n int, length time.Duration) []incident.Window {
	if w.Length() <= time.Duration(n)*length {
		return []incident.Window{w}
	}
	all := make([]incident.Window, n)
	for i := range all {
		middle := w.From.Add(w.Length() * time.Duration(2*i+1) / time.Duration(2*n)).Truncate(time.Second)
		all[i] = incident.Window{From: middle.Add(-length / 2), To: middle.Add(length / 2)}
	}
	return all
}

// ofSubject are the conditions of the subject's spans.
func (a *auditor) ofSubject() string {
	text := ofService(a.c.Subject.Service)
	if a.c.Subject.Operation != "" {
		return text + " && name = " + strconv.Quote(a.c.Subject.Operation)
	}
	return text + " && (kind = server || kind = consumer || nestedSetParent < 0)"
}

func ofService(name string) string { return "resource.service.name = " + strconv.Quote(name) }

// countChecks count traces by searching all of the time.
func (a *auditor) countChecks(f incident.Finding, v incident.Value, query string) []check {
	enough := math.Inf(1)
	if v.AtLeast {
		enough = v.Value
	}
	return a.both(f, v, "traces found by searches of parts of the time: "+query, ofCount, func(ctx context.Context, w incident.Window) (float64, error) {
		return a.tempo.count(ctx, query, w, enough)
	})
}

func (a *auditor) failingTraceChecks(f incident.Finding, v incident.Value) []check {
	return a.countChecks(f, v, "{ "+a.ofSubject()+" && status = error }")
}

// tracedErrorChecks recompute which share of the subject's requests that the trace store has failed, in some minutes of the time.
func (a *auditor) tracedErrorChecks(f incident.Finding, v incident.Value) []check {
	failing, requests := "{ "+a.ofSubject()+" && status = error }", "{ "+a.ofSubject()+" }"
	checks := a.both(f, v, "searches of failing requests, among all", ofAbout, nil)
	for i := range checks {
		w, said := a.window(f), checks[i].said
		if i > 0 {
			w = *f.Baseline
		}
		checks[i].about = true
		checks[i].truth = func(ctx context.Context) (float64, error) {
			return a.shareOfTraces(ctx, said, failing, requests, minutes(w, 4, 30*time.Second))
		}
	}
	return checks
}

// ofAbout is how far the share of a sample may be from that of all, where what all have is itself known from some times only.
func ofAbout(share, of, _ float64) float64 { return ofShare(share, of, 0) + 0.05 }

// slowTraceChecks count the traces of requests that took longer than the limit that the finding names beside their number.
func (a *auditor) slowTraceChecks(f incident.Finding, v incident.Value) []check {
	for _, limit := range f.Values {
		if limit.Unit == incident.Seconds && limit.Measure == "" {
			return a.countChecks(f, v, fmt.Sprintf("{ %s && duration > %dus }", a.ofSubject(), int64(limit.Value*1e6)))
		}
	}
	return nil
}

// refusedTraceChecks count the traces of requests that were answered with the statuses of which the service's refusals are.
func (a *auditor) refusedTraceChecks(f incident.Finding, v incident.Value) []check {
	refused := a.c.Facts.Refused
	if refused == nil || len(refused.Codes) == 0 {
		return nil
	}
	var answered []string
	for _, code := range refused.Codes {
		n, err := strconv.Atoi(code)
		if err != nil {
			return nil
		}
		answered = append(answered, fmt.Sprintf("span.http.response.status_code = %d || span.http.status_code = %d", n, n))
	}
	return a.countChecks(f, v, "{ "+a.ofSubject()+" && ("+strings.Join(answered, " || ")+") }")
}

// exemplarChecks count the traces that the samples of the request metric name.
func (a *auditor) exemplarChecks(f incident.Finding, v incident.Value) []check {
	metric, labels, err := a.requests(a.c.Subject.Operation)
	if err != nil {
		return nil
	}
	name := metric.Counter
	switch {
	case metric.Native:
		name = metric.Histogram
	case metric.Histogram != "":
		name = metric.Histogram + "_bucket"
	}
	return a.both(f, v, "trace ids of the exemplars that the metrics store has", ofCount, func(ctx context.Context, w incident.Window) (float64, error) {
		var answer struct {
			Data []struct {
				Exemplars []struct {
					Labels map[string]string `json:"labels"`
				} `json:"exemplars"`
			} `json:"data"`
		}
		err := a.prometheus.get(ctx, "/api/v1/query_exemplars", url.Values{"query": {selection(name, labels)}, "start": {unixText(w.From)}, "end": {unixText(w.To)}}, &answer)
		ids := map[string]bool{}
		for _, s := range answer.Data {
			for _, e := range s.Exemplars {
				for label, value := range e.Labels {
					if strings.EqualFold(strings.ReplaceAll(label, "_", ""), "traceid") {
						ids[value] = true
					}
				}
			}
		}
		return float64(len(ids)), err
	})
}

// sidesOf are the conditions of traces that fail, or are slow, and of those that do not or are not.
func (a *auditor) sidesOf(among string) (those, others string, known bool) {
	latency := a.c.Facts.Latency
	switch {
	case among == "failing":
		return "status = error", "status != error", true
	case among == "slow" && latency != nil && !latency.Mean:
		limit := int64(latency.Normal * 1e6)
		return fmt.Sprintf("duration > %dus", limit), fmt.Sprintf("duration <= %dus", limit), true
	}
	return "", "", false
}

// traitChecks recompute how many of the failing traces that touch a service have an attribute's value there. It is held against all of
// some minutes, and not against those that were looked at.
func (a *auditor) traitChecks(f incident.Finding, v incident.Value) []check {
	those, others, known := a.sidesOf(v.Labels["among"])
	if !known {
		return nil
	}
	at := "{ " + ofService(v.Labels["service"]) + " && ." + v.Labels["attribute"] + " = " + strconv.Quote(v.Labels["value"]) + " }"
	checks := a.both(incident.Finding{Interval: f.Interval, Baseline: f.Interval}, v, "searches of traces with the attribute, among those with the service, where "+those, ofAbout, nil)
	for i, only := range []string{those, others}[:len(checks)] {
		w, said, requests := a.window(f), checks[i].said, "{ "+a.ofSubject()+" && "+only+" }"
		if i > 0 {
			checks[i].number, checks[i].how = nameOf(v)+", of others", "likewise, where "+others
		}
		checks[i].about = true
		checks[i].slack += 0.05
		checks[i].truth = func(ctx context.Context) (float64, error) {
			return a.shareOfTraces(ctx, said, requests+" && "+at, requests+" && { "+ofService(v.Labels["service"])+" }", minutes(w.Last(10*time.Minute), 2, 10*time.Second))
		}
	}
	return checks
}
