// Package callgraph reads which services call each other, and how their calls fare now against before: from the metric of calls that the
// environment has, such as Tempo's service graph, and from traces for services that it lacks.
package callgraph

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/storm"
)

const (
	// lately is what "now" averages over, and usually what "before" does.
	lately  = 5 * time.Minute
	usually = time.Hour
)

// Reading is who calls whom.
type Reading struct {
	Calls   []storm.Call
	Metric  string // of the calls; empty where the stores have none
	Answers []source.Answer
	// Problems are why calls may be missing, a sentence each.
	Problems []string
}

// Reader asks an environment's stores. No question takes longer than Most.
type Reader struct {
	Querier source.Querier
	Naming  incident.Naming
	Most    time.Duration
}

func (r Reader) ask(ctx context.Context, q source.Question) source.Answer {
	ctx, cancel := context.WithTimeout(ctx, r.Most)
	defer cancel()
	return r.Querier.Ask(ctx, q)
}

// Metrics reads the calls of the five minutes up to a moment, and compares them with those of the hour up to another one, at which all was
// still well.
func (r Reader) Metrics(ctx context.Context, now, well time.Time) (Reading, error) {
	var reading Reading
	names, err := promql.SelectMetrics(convention.Names(r.Naming)...).Text()
	if err != nil {
		return reading, err
	}
	known := r.ask(ctx, source.Question{Name: "names", Kind: source.MetricNames, Text: names, Window: incident.Window{From: now.Add(-usually), To: now}})
	reading.note(known)
	metric := convention.Choose(known.Names, r.Naming).Edges
	if metric == nil {
		if known.Problem == nil {
			reading.Problems = append(reading.Problems, "No metric of calls between services is known in this metrics store. Turn on Tempo's metrics generator with the service-graphs processor.")
		}
		return reading, nil
	}
	reading.Metric = metric.Counts()
	var counted [2]counts
	for i, at := range []incident.Window{{From: now.Add(-lately), To: now}, {From: well.Add(-usually), To: well}} {
		if counted[i], err = r.count(ctx, metric, at, &reading); err != nil {
			return reading, err
		}
	}
	reading.Calls = judged(counted[0], counted[1])
	return reading, nil
}

// note keeps an answer, and what may be missing because of it.
func (g *Reading) note(a source.Answer) {
	g.Answers = append(g.Answers, a)
	switch {
	case a.Problem != nil:
		g.Problems = append(g.Problems, "Calls between services were not checked: "+a.Problem.Error())
	case len(a.Warnings) > 0 || a.Truncated:
		g.Problems = append(g.Problems, fmt.Sprintf("The answer about calls from %s is incomplete.", a.DataSource))
	}
}

// count counts the calls of a window by caller and callee, with those that failed and those of each duration.
func (r Reader) count(ctx context.Context, metric *incident.EdgeMetric, window incident.Window, into *Reading) (counts, error) {
	counted := counts{}
	by := append(slices.Clone(metric.Clients), metric.Server)
	if r.Naming.Scope != (incident.Scope{}) {
		by = append(by, convention.AllScopeLabels(r.Naming.Labels)...)
	}
	for _, part := range r.parts(metric, window.Length(), by) {
		text, err := part.expr.Text()
		if err != nil {
			return nil, err
		}
		answer := r.ask(ctx, source.Question{Name: part.name, Kind: source.Instant, Text: text, Window: window})
		into.note(answer)
		if answer.Problem != nil {
			continue // what it would have told of the calls stays unmeasured
		}
		for _, s := range convention.WithinScope(answer.Series, r.Naming) {
			if edge, is := edgeOf(s, metric); is && len(s.Points) > 0 {
				part.add(counted.of(edge), s)
			}
		}
		if part.name == failedCalls { // a counter appears with the first failure: what has none has had no failure
			for _, c := range counted {
				c.tellsFailed = true
			}
		}
	}
	return counted, nil
}

// edgeOf is which two services a series tells of.
func edgeOf(s incident.Series, metric *incident.EdgeMetric) (edge, bool) {
	client := convention.ServiceIn(s.Labels, metric.Clients)
	server, is := convention.CalledService(s.Labels[metric.Server])
	return edge{client, server}, is && client != "" && client != untraced && client != server
}

// untraced is what Tempo's service graph calls requests whose caller is not traced.
const untraced = "user"

// failedCalls is the question for them, where they have a counter of their own.
const failedCalls = "failed calls"

// part is one question about calls, and what its series add.
type part struct {
	name string
	expr promql.Expr
	add  func(*count, incident.Series)
}

func (r Reader) parts(metric *incident.EdgeMetric, window time.Duration, by []string) []part {
	selected := func(series string) promql.Expr {
		return promql.Increase(promql.Select(series, promql.EqualAll(metric.Only)...), window)
	}
	all := selected(metric.Counts())
	if metric.CountsNatively() {
		all = promql.NativeCount(all)
	}
	total := part{"calls", promql.Sum(all, by...), func(c *count, s incident.Series) { c.all += s.Points[0].Value }}
	parts := []part{total}
	if failed := metric.FailedCall; failed != nil {
		matches := matcher(failed)
		parts[0] = part{"calls", promql.Sum(all, append(slices.Clone(by), failed.Label)...), func(c *count, s incident.Series) {
			c.all += s.Points[0].Value
			c.tellsFailed = true
			if matches(s.Labels[failed.Label]) {
				c.failed += s.Points[0].Value
			}
		}}
	}
	if metric.Failed != "" {
		parts = append(parts, part{failedCalls, promql.Sum(selected(metric.Failed), by...), func(c *count, s incident.Series) { c.failed += s.Points[0].Value }})
	}
	switch {
	case metric.Histogram == "":
	case metric.Native:
		parts = append(parts, part{"durations", promql.Sum(selected(metric.Histogram), by...), (*count).bucket})
	default:
		parts = append(parts, part{"durations", promql.Sum(selected(metric.Histogram+"_bucket"), append(slices.Clone(by), "le")...), (*count).bucket})
	}
	return parts
}
