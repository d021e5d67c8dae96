package audit

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// checksOf are the checks of a step's findings, by the finding's place.
func (a *auditor) checksOf(key string, step incident.StepResult) map[int][]check {
	of := map[string]func(incident.Finding) []check{
		"impact/error-rate":      func(f incident.Finding) []check { return a.shareChecks(f, incident.MeasureErrors, a.failedPattern()) },
		"impact/status-codes":    a.codeChecks,
		"impact/onset":           a.onsetChecks,
		"impact/dependencies":    a.dependencyChecks,
		"impact/blast-radius":    a.operationChecks,
		"impact/request-rate":    a.rateChecks,
		"impact/latency":         a.latencyChecks,
		"example/failing-traces": a.traceChecks,
		"example/trace":          a.exampleChecks,
		"example/culprit":        a.culpritChecks,
		"logs/failing-pattern":   a.lineChecks,
		"cause/ranking":          a.rankingChecks,
		"cause/agreement":        a.agreementChecks,
	}
	checks := map[int][]check{}
	for i, f := range step.Findings {
		if checksOf, known := of[key]; known {
			checks[i] = checksOf(f)
		}
	}
	return checks
}

// clientErrors are the statuses of requests that a server refuses.
const clientErrors = `4..|Canceled|InvalidArgument|NotFound|AlreadyExists|PermissionDenied|FailedPrecondition|Aborted|OutOfRange|Unauthenticated|1|3|5|6|7|9|10|11|16`

func (a *auditor) failedPattern() string {
	if k := a.c.Facts.Conventions; k != nil && k.Requests != nil {
		return k.Requests.Failed.Pattern
	}
	return ""
}

// measured is the finding's value of a measure; false where it has none.
func measured(f incident.Finding, of incident.Measure) (incident.Value, bool) {
	for _, v := range f.Values {
		if v.Measure == of {
			return v, true
		}
	}
	return incident.Value{}, false
}

// shareChecks recompute a share of requests now and before from the counter's own samples.
func (a *auditor) shareChecks(f incident.Finding, of incident.Measure, pattern string) []check {
	v, found := measured(f, of)
	if !found || pattern == "" {
		return nil
	}
	now := a.window(f)
	checks := []check{{number: v.Name, said: v.Value, unit: v.Unit, slack: ofShare(v.Value, v.Samples), how: "increase of the counter's samples with such a status over that of all",
		truth: func(ctx context.Context) (float64, error) { return a.share(ctx, now, pattern) }}}
	if v.Baseline != nil && f.Baseline != nil {
		before := *f.Baseline
		checks = append(checks, check{number: v.Name + " before", said: *v.Baseline, unit: v.Unit, slack: ofShare(*v.Baseline, v.Samples), how: "likewise, over the baseline",
			truth: func(ctx context.Context) (float64, error) { return a.share(ctx, before, pattern) }})
	}
	return checks
}

func (a *auditor) rateChecks(f incident.Finding) []check {
	v, found := measured(f, incident.MeasureRequests)
	if !found {
		return nil
	}
	slack := func(rate float64, w incident.Window) float64 { return rateSlack(rate, w.Length().Seconds()) }
	now := a.window(f)
	checks := []check{{number: "request rate", said: v.Value, unit: v.Unit, slack: slack(v.Value, now), how: "increase of the counter's samples over their time",
		truth: func(ctx context.Context) (float64, error) { return a.counted(ctx, now, "") }}}
	if v.Baseline != nil && f.Baseline != nil {
		before := *f.Baseline
		checks = append(checks, check{number: "request rate before", said: *v.Baseline, unit: v.Unit, slack: slack(*v.Baseline, before), how: "likewise, over the baseline",
			truth: func(ctx context.Context) (float64, error) { return a.counted(ctx, before, "") }})
	}
	return checks
}

func (a *auditor) latencyChecks(f incident.Finding) []check {
	v, found := measured(f, incident.MeasureP99)
	if !found {
		return nil
	}
	now, bucket := a.window(f), 0.0
	if _, width, err := a.quantile(context.Background(), now); err == nil {
		bucket = width
	}
	return []check{{number: "p99 latency", said: v.Value, unit: v.Unit, slack: 0.1*v.Value + bucket/4, how: "the bucket of the histogram's samples in which the last 1 % begins",
		truth: func(ctx context.Context) (float64, error) {
			seconds, _, err := a.quantile(ctx, now)
			return seconds, err
		}}}
}

// rateSlack is how far a rate may be off that was read over so many seconds: three standard deviations of its count, and a tenth.
func rateSlack(rate, seconds float64) float64 {
	return 3*math.Sqrt(math.Max(rate*seconds, 1))/seconds + 0.1*rate
}

// traceChecks count failing traces by searching all of the time.
func (a *auditor) traceChecks(f incident.Finding) []check {
	v, found := measured(f, incident.MeasureFailingTraces)
	if !found || v.AtLeast || f.Interval == nil {
		return nil
	}
	w := *f.Interval
	return []check{{number: v.Name, said: v.Value, unit: v.Unit, slack: ofCount(v.Value), how: "traces found by searches of parts of the time",
		truth: func(ctx context.Context) (float64, error) {
			ids, err := a.tempo.traces(ctx, "{ "+a.subjectSpans()+" && status = error }", w.From, w.To)
			return float64(len(ids)), err
		}}}
}

func (a *auditor) subjectSpans() string {
	text := "resource.service.name = " + strconv.Quote(a.c.Subject.Service)
	if a.c.Subject.Operation != "" {
		return text + " && name = " + strconv.Quote(a.c.Subject.Operation)
	}
	return text + " && (kind = server || kind = consumer || nestedSetParent < 0)"
}

// lineChecks count the lines that hold the failing pattern.
func (a *auditor) lineChecks(incident.Finding) []check {
	p, labels := a.c.Facts.Pattern, a.c.Facts.LogLabels
	if p == nil || labels == nil {
		return nil
	}
	selected := fmt.Sprintf("{%s=%s}", labels.Service, strconv.Quote(p.Service))
	holding := selected + " |= " + strconv.Quote(p.Text)
	count := func(selection string, w incident.Window) func(context.Context) (float64, error) {
		return func(ctx context.Context) (float64, error) { return a.loki.lines(ctx, selection, w.From, w.To) }
	}
	checks := []check{{number: "lines", said: p.Now, unit: incident.Count, slack: ofCount(p.Now), how: holding, truth: count(holding, p.Window)}}
	if p.NoBaseline {
		return append(checks, check{number: "lines of any kind before", said: 0, unit: incident.Count, how: selected, truth: count(selected, p.Baseline)})
	}
	return append(checks, check{number: "lines before", said: p.Before, unit: incident.Count, slack: ofCount(p.Before), how: holding, truth: count(holding, p.Baseline)})
}

// rankingChecks count, over everything and not over a sample, the requests that show what the ranking says of the first services.
func (a *auditor) rankingChecks(incident.Finding) []check {
	ranking, checks := a.c.Facts.Ranking, []check{}
	if ranking == nil || ranking.Onset == nil {
		return nil
	}
	const told = 3
	for _, s := range ranking.Services[:min(told, len(ranking.Services))] {
		for _, d := range s.Evidence[:min(1, len(s.Evidence))] {
			some, all, countable := spansOf(s.Service, d)
			if !countable {
				continue
			}
			since := incident.Window{From: ranking.Onset.Latest, To: a.c.Window.To}
			before := incident.Window{From: a.c.Window.From, To: ranking.Onset.Earliest}
			for _, side := range []struct {
				name string
				said incident.Counted
				w    incident.Window
			}{{"since", d.Now, since}, {"before", d.Before, before}} {
				if side.said.Of == 0 {
					continue
				}
				said := float64(side.said.Hits) / float64(side.said.Of)
				checks = append(checks, check{number: fmt.Sprintf("%s of %s %s %s, %s", d.Kind, s.Service, d.About.Callee, d.About.Operation, side.name), said: said, unit: incident.Ratio,
					slack: ofShare(said, float64(side.said.Of)) + 0.1, how: some + " among " + all,
					truth: func(ctx context.Context) (float64, error) { return a.shareOfTraces(ctx, some, all, side.w) }})
			}
		}
	}
	return checks
}

// spansOf are the traces that show a difference and those that could, as TraceQL finds them; false for what traces do not show.
func spansOf(service string, d incident.Difference) (some, all string, countable bool) {
	of := "resource.service.name = " + strconv.Quote(service)
	switch d.Kind {
	case "errors":
		all = fmt.Sprintf("{ %s && name = %s }", of, strconv.Quote(d.About.Operation))
		return fmt.Sprintf("{ %s && name = %s && status = error }", of, strconv.Quote(d.About.Operation)), all, true
	case "calls":
		all = fmt.Sprintf("{ %s && (kind = server || kind = consumer) && status != error }", of)
		return fmt.Sprintf("%s >> { resource.service.name = %s && name = %s }", all, strconv.Quote(d.About.Callee), strconv.Quote(d.About.Operation)), all, true
	}
	return "", "", false
}

// shareOfTraces is the share of the traces of some minutes of a window that a query finds, among those that another one finds.
func (a *auditor) shareOfTraces(ctx context.Context, some, all string, w incident.Window) (float64, error) {
	hits, of := 0, 0
	for _, part := range minutes(w, 6, time.Minute) {
		found, err := a.tempo.traces(ctx, some, part.From, part.To)
		if err != nil {
			return 0, err
		}
		among, err := a.tempo.traces(ctx, all, part.From, part.To)
		if err != nil {
			return 0, err
		}
		hits, of = hits+len(found), of+len(among)
	}
	if of == 0 {
		return 0, fmt.Errorf("there are no such traces")
	}
	return float64(hits) / float64(of), nil
}
