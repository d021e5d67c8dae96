package audit

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// lines is how many lines a LogQL query has in a window.
func (a *api) lines(ctx context.Context, query string, w incident.Window) (float64, error) {
	var answer queryAnswer
	counting := fmt.Sprintf("sum(count_over_time(%s [%dms]))", query, w.Length().Milliseconds())
	if err := a.get(ctx, "/loki/api/v1/query", url.Values{"query": {counting}, "time": {strconv.FormatInt(w.To.UnixNano(), 10)}}, &answer); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, s := range answer.Data.Result {
		if s.Value != nil {
			sum += s.Value.value
		}
	}
	return sum, nil
}

// line is one log line with its labels.
type line struct {
	at     time.Time
	labels map[string]string
}

// oldest are the first lines of a LogQL query in a window.
func (a *api) oldest(ctx context.Context, query string, w incident.Window, most int) ([]line, error) {
	var answer struct {
		Data struct {
			Result []struct {
				Stream map[string]string `json:"stream"`
				Values [][2]string       `json:"values"`
			} `json:"result"`
		} `json:"data"`
	}
	err := a.get(ctx, "/loki/api/v1/query_range", url.Values{"query": {query}, "start": {strconv.FormatInt(w.From.UnixNano(), 10)},
		"end": {strconv.FormatInt(w.To.UnixNano(), 10)}, "limit": {strconv.Itoa(most)}, "direction": {"forward"}}, &answer)
	var lines []line
	for _, s := range answer.Data.Result {
		for _, v := range s.Values {
			lines = append(lines, line{time.Unix(0, int64(nanos(v[0]))).UTC(), s.Stream})
		}
	}
	return lines, err
}

// linesOf selects the lines of some services.
func (a *auditor) linesOf(services ...string) (string, bool) {
	labels := a.c.Facts.LogLabels
	if labels == nil || len(services) == 0 || services[0] == "" {
		return "", false
	}
	names := make([]string, len(services))
	for i, s := range services {
		names[i] = regexp.QuoteMeta(s)
	}
	return "{" + matching(labels.Service, strings.Join(names, "|")) + "}", true
}

var differing = regexp.MustCompile(`<\*>|["\\\n\t]`)

// holding selects the lines that hold all words of a pattern. How its quotes stand in a line depends on the line's format.
func holding(query, pattern string) string {
	const telling = 3 // characters
	for _, words := range differing.Split(pattern, -1) {
		if len(strings.TrimSpace(words)) >= telling {
			query += " |= " + strconv.Quote(words)
		}
	}
	return query
}

// lineChecks count the lines of a kind; where there are none of any kind from before, it is to be said that nothing can be compared.
func (a *auditor) lineChecks(f incident.Finding, v incident.Value) []check {
	all, known := a.linesOf(v.Labels["service"])
	if !known {
		return nil
	}
	query := holding(all, v.Labels["pattern"])
	checks := a.both(f, v, query, ofCount, func(ctx context.Context, w incident.Window) (float64, error) { return a.loki.lines(ctx, query, w) })
	if p := a.c.Facts.Pattern; p != nil && p.NoBaseline && p.Text == v.Labels["pattern"] && f.Baseline == nil {
		checks = append(checks, check{number: "lines of any kind before", unit: incident.Count, how: all,
			truth: func(ctx context.Context) (float64, error) { return a.loki.lines(ctx, all, p.Baseline) }})
	}
	return checks
}

// sampledLineChecks count the lines of a kind in the time that a sample covers: its first part now, and before by the part of the time
// that it stands for.
func (a *auditor) sampledLineChecks(f incident.Finding, v incident.Value) []check {
	all, known := a.linesOf(v.Labels["service"])
	if !known {
		return nil
	}
	return a.inSample(f, v, holding(all, v.Labels["pattern"]))
}

// ofErrors keeps the lines that Loki, or who wrote them, says to be errors.
const ofErrors = ` | detected_level=~"(?i)err|error|fatal|crit|critical|panic|alert|emerg|emergency"`

// infraErrorChecks count the error lines of the infrastructure's namespaces.
func (a *auditor) infraErrorChecks(f incident.Finding, v incident.Value) []check {
	if a.c.Facts.LogLabels == nil || a.c.Facts.LogLabels.Namespace == "" {
		return nil
	}
	query := "{" + matching(a.c.Facts.LogLabels.Namespace, v.Labels["namespaces"]) + "}" + ofErrors
	return a.both(f, v, query, ofCount, func(ctx context.Context, w incident.Window) (float64, error) { return a.loki.lines(ctx, query, w) })
}

// readChecks hold the time that a sample is said to cover against the lines that it is said to have: as many are in it.
func (a *auditor) readChecks(f incident.Finding, v incident.Value) []check {
	for _, lines := range f.Values {
		if lines.Measure != incident.MeasureAllLines && lines.Measure != incident.MeasureSampledLines || lines.Value < 10 {
			continue
		}
		counts := a.sampledLineChecks(f, lines)
		if lines.Measure == incident.MeasureAllLines {
			counts = a.anyLineChecks(f, lines)
		}
		if len(counts) == 0 {
			return nil
		}
		return []check{{number: nameOf(v), said: v.Value, unit: v.Unit, slack: 1 + 0.1*v.Value, how: "the time in which there are as many such lines as it is said to have", truth: func(ctx context.Context) (float64, error) {
			n, err := counts[0].truth(ctx)
			if err == nil && n == 0 {
				err = errors.New("there is no such line")
			}
			return v.Value * lines.Value / n, err
		}}}
	}
	return nil
}

// anyLineChecks count the lines of services, or those of them that are errors, likewise.
func (a *auditor) anyLineChecks(f incident.Finding, v incident.Value) []check {
	query, known := a.linesOf(strings.Split(v.Labels["service"], ",")...)
	if !known {
		return nil
	}
	if pod := v.Labels["pod"]; pod != "" {
		query += fmt.Sprintf(" | (k8s_pod_name=%q or pod=%q)", pod, pod)
	}
	if pod := v.Labels["besides"]; pod != "" {
		query += fmt.Sprintf(" | k8s_pod_name!=%q | pod!=%q", pod, pod)
	}
	if v.Measure == incident.MeasureErrorLines {
		query += ofErrors
	}
	return a.inSample(f, v, query)
}

// inSample counts lines in the first part of the finding's interval, which a sample of now covers. One of before is of several times within
// the baseline: it has no fewer lines than the quietest times of that length, and no more than the busiest.
func (a *auditor) inSample(f incident.Finding, v incident.Value, query string) []check {
	read, known := readOver(f)
	if !known || f.Interval == nil {
		return nil
	}
	covered := time.Duration(read.Value * float64(time.Second))
	now := incident.Window{From: f.Interval.From, To: f.Interval.From.Add(covered)}
	checks := a.both(f, v, query+", in the time that was read", ofCount, func(ctx context.Context, w incident.Window) (float64, error) {
		counts, err := a.loki.linesEach(ctx, query, w)
		if err != nil || read.Baseline == nil {
			return 0, err
		}
		times := *read.Baseline / each.Seconds()
		least, most := times*slices.Min(counts), times*slices.Max(counts)
		return within(*v.Baseline, least-ofSample(least, 0, 0), most+ofSample(most, 0, 0)), nil
	})
	checks[0].truth = func(ctx context.Context) (float64, error) { return a.loki.lines(ctx, query, now) }
	if len(checks) > 1 {
		checks[1].about = true
	}
	return checks
}

const each = 5 * time.Minute // of a time whose lines are counted in parts

// linesEach is how many lines a query has in each part of a window.
func (a *api) linesEach(ctx context.Context, query string, w incident.Window) ([]float64, error) {
	var answer queryAnswer
	counting := fmt.Sprintf("sum(count_over_time(%s [%ds]))", query, int(each.Seconds()))
	err := a.get(ctx, "/loki/api/v1/query_range", url.Values{"query": {counting}, "step": {unixText(time.Unix(int64(each.Seconds()), 0))},
		"start": {strconv.FormatInt(w.From.Add(min(each, w.Length())).UnixNano(), 10)}, "end": {strconv.FormatInt(w.To.UnixNano(), 10)}}, &answer)
	counts := []float64{}
	for _, s := range answer.Data.Result {
		for _, p := range s.Values {
			counts = append(counts, p.value)
		}
	}
	if parts := int(w.Length() / each); len(counts) < parts || len(counts) == 0 { // what has no line has no point
		counts = append(counts, 0)
	}
	return counts, err
}

// timesChecks recompute by which factor a kind of line became more frequent, for as many requests: half a line is added on either side, so
// that what was never there has a factor too. What was before has a number of its own.
func (a *auditor) timesChecks(f incident.Finding, v incident.Value) []check {
	all, known := a.linesOf(v.Labels["service"])
	read, sampled := readOver(f)
	if !known || !sampled || read.Baseline == nil || f.Interval == nil {
		return nil
	}
	at := slices.IndexFunc(f.Values, func(o incident.Value) bool { return o.Measure == incident.MeasureSampledLines && o.Baseline != nil })
	if at < 0 {
		return nil
	}
	query, counted := holding(all, v.Labels["pattern"]), f.Values[at]
	now := incident.Window{From: f.Interval.From, To: f.Interval.From.Add(time.Duration(read.Value * float64(time.Second)))}
	return []check{{number: nameOf(v), said: v.Value, unit: v.Unit, slack: 0.15 * v.Value, how: query + ", per second and request, over what it is said to have been",
		truth: func(ctx context.Context) (float64, error) {
			current, err := a.loki.lines(ctx, query, now)
			if err != nil {
				return 0, err
			}
			if current < 10 && v.Value < 1 {
				return 0, errors.New("there are too few lines to tell a factor")
			}
			factor := (current + 0.5) / read.Value / ((*counted.Baseline + 0.5) / *read.Baseline)
			if traffic := a.c.Facts.Traffic; traffic != nil && traffic.Now > 0 && traffic.Normal > 0 {
				factor *= traffic.Normal / traffic.Now
			}
			return factor, nil
		}}}
}

// readOver is the value of a finding that says which time its sample covers.
func readOver(f incident.Finding) (incident.Value, bool) {
	for _, v := range f.Values {
		if v.Measure == incident.MeasureRead {
			return v, true
		}
	}
	return incident.Value{}, false
}

// firstLineChecks look up the first line of a kind.
func (a *auditor) firstLineChecks(f incident.Finding, v incident.Value) []check {
	all, known := a.linesOf(v.Labels["service"])
	if !known {
		return nil
	}
	query := holding(all, v.Labels["pattern"])
	return a.both(f, v, "first of "+query, ofMoment, func(ctx context.Context, w incident.Window) (float64, error) {
		lines, err := a.loki.oldest(ctx, query, w, 1)
		if err == nil && len(lines) == 0 {
			err = errors.New("there is no such line")
		}
		if err != nil {
			return 0, err
		}
		return float64(lines[0].at.UnixNano()) / 1e9, nil
	})
}

// ofMoment allows a moment what it loses as it is rounded to seconds.
func ofMoment(float64, float64, float64) float64 { return 2 }

// traceLineChecks count the lines that hold the example's id, in their text or in their metadata.
func (a *auditor) traceLineChecks(_ incident.Finding, v incident.Value) []check {
	if a.c.Facts.Example == nil || a.c.Facts.LogLabels == nil {
		return nil
	}
	trace := a.c.Facts.Example.Trace
	id, services := strings.TrimLeft(trace.ID, "0"), map[string]bool{}
	for _, s := range trace.Spans {
		services[s.Service] = true
	}
	var names []string
	for name := range services {
		names = append(names, name)
	}
	all, known := a.linesOf(names...)
	if !known {
		return nil
	}
	w := incident.Window{From: trace.Start.Add(-time.Minute), To: trace.Start.Add(trace.Duration + time.Minute)}
	return []check{{number: v.Name, said: v.Value, unit: v.Unit, atLeast: v.AtLeast, slack: 0, how: "lines that hold the id in their text or their metadata",
		truth: func(ctx context.Context) (float64, error) {
			text, err := a.loki.lines(ctx, all+" |~ "+strconv.Quote("(?i)"+id), w)
			if err != nil {
				return 0, err
			}
			beside, err := a.loki.lines(ctx, all+" !~ "+strconv.Quote("(?i)"+id)+" | "+matching("trace_id", "(?i).*"+id)+" or "+matching("traceid", "(?i).*"+id), w)
			return text + beside, err
		}}}
}
