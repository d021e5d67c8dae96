package audit

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// number is one of a finding's numbers that names a part of the service, such as an operation, and how it is recomputed.
type number struct {
	value incident.Value
	whose string
	slack func(said, requests, seconds float64) float64
	truth func(ctx context.Context, w incident.Window) (float64, error)
}

// partChecks recompute the numbers of the parts now and before.
func (a *auditor) partChecks(f incident.Finding, how string, all []number) []check {
	checks := make([]check, 0, 2*len(all))
	now := a.window(f)
	for _, n := range all {
		seconds := now.Length().Seconds()
		checks = append(checks, check{number: n.value.Name + " of " + n.whose, said: n.value.Value, unit: n.value.Unit, how: how,
			slack: n.slack(n.value.Value, n.value.Samples, seconds), truth: func(ctx context.Context) (float64, error) { return n.truth(ctx, now) }})
		if n.value.Baseline != nil && f.Baseline != nil {
			before := *f.Baseline
			checks = append(checks, check{number: n.value.Name + " of " + n.whose + ", before", said: *n.value.Baseline, unit: n.value.Unit, how: how,
				slack: n.slack(*n.value.Baseline, n.value.Samples, before.Length().Seconds()),
				truth: func(ctx context.Context) (float64, error) { return n.truth(ctx, before) }})
		}
	}
	return checks
}

func ofRate(said, _, seconds float64) float64 { return rateSlack(said, seconds) }

func ofErrors(said, requests, _ float64) float64 { return ofShare(said, requests) }

// operationChecks recompute rate and error rate of each operation from the request counter.
func (a *auditor) operationChecks(f incident.Finding) []check {
	var all []number
	for _, v := range f.Values {
		operation := v.Labels["operation"]
		switch {
		case operation == "":
		case v.Measure == incident.MeasureRequests:
			all = append(all, number{v, operation, ofRate, func(ctx context.Context, w incident.Window) (float64, error) {
				return a.countedOf(ctx, operation, w, "")
			}})
		case v.Measure == incident.MeasureErrors:
			all = append(all, number{v, operation, ofErrors, func(ctx context.Context, w incident.Window) (float64, error) {
				return a.shareOf(ctx, operation, w, a.failedPattern())
			}})
		}
	}
	return a.partChecks(f, "increase of the operation's counter over its time", all)
}

// dependencyChecks recompute the calls of each callee from the counter of calls, and its error rate as the caller or the callee itself
// counts it, whichever the table says.
func (a *auditor) dependencyChecks(f incident.Finding) []check {
	table, conventions := a.c.Facts.Dependencies, a.c.Facts.Conventions
	if table == nil || conventions == nil || conventions.Edges == nil || conventions.Edges.CountsNatively() {
		return nil
	}
	views := map[string]string{}
	for _, row := range table.Rows {
		views[row.Service] = row.ErrorsView
	}
	var all []number
	for _, v := range f.Values {
		callee := v.Labels["service"]
		switch {
		case callee == "":
		case v.Measure == incident.MeasureCalls:
			all = append(all, number{v, callee, ofRate, func(ctx context.Context, w incident.Window) (float64, error) { return a.callRate(ctx, callee, w) }})
		case v.Measure == incident.MeasureErrors && views[callee] == "client":
			all = append(all, number{v, callee, ofErrors, func(ctx context.Context, w incident.Window) (float64, error) { return a.failedCalls(ctx, callee, w) }})
		case v.Measure == incident.MeasureErrors && views[callee] == "server":
			all = append(all, number{v, callee, ofErrors, func(ctx context.Context, w incident.Window) (float64, error) { return a.failedAt(ctx, callee, w) }})
		}
	}
	return a.partChecks(f, "increase of the counters of calls and requests over their time", all)
}

// calls is by how much the counter of the subject's calls of a service rose in a window, or that of those that failed, and within which
// time.
func (a *auditor) calls(ctx context.Context, callee string, w incident.Window, failed bool) (increase, seconds float64, err error) {
	e := a.c.Facts.Conventions.Edges
	if e.Hosts {
		return 0, 0, errors.New("calls are counted by host")
	}
	labels := map[string]string{e.Clients[0]: a.c.Subject.Service, e.Server: callee}
	for name, value := range e.Only {
		labels[name] = value
	}
	metric, keep := e.Counts(), everything
	switch {
	case failed && e.Failed != "":
		metric = e.Failed
	case failed && e.FailedCall != nil:
		status := regexp.MustCompile("^(?:" + e.FailedCall.Pattern + ")$")
		keep = func(l map[string]string) bool { return status.MatchString(l[e.FailedCall.Label]) }
	case failed:
		return 0, 0, errors.New("nothing says which calls failed")
	}
	all, err := a.prometheus.raw(ctx, selection(metric, labels), w.From, w.To)
	if err != nil {
		return 0, 0, err
	}
	if all = once(all); fall(all) {
		return 0, 0, errFall
	}
	first, last, apart := spread(all)
	for _, s := range all {
		if keep(s.Metric) {
			increase += grown(s, w.From.Add(max(apart, time.Second)*3/2))
		}
	}
	return increase, last.Sub(first).Seconds(), nil
}

func (a *auditor) callRate(ctx context.Context, callee string, w incident.Window) (float64, error) {
	n, seconds, err := a.calls(ctx, callee, w, false)
	if err == nil && seconds == 0 {
		err = errNoRequests
	}
	return n / seconds, err
}

func (a *auditor) failedCalls(ctx context.Context, callee string, w incident.Window) (float64, error) {
	failed, _, err := a.calls(ctx, callee, w, true)
	if err != nil {
		return 0, err
	}
	all, _, err := a.calls(ctx, callee, w, false)
	if err == nil && all == 0 {
		err = errNoRequests
	}
	return failed / all, err
}

// failedAt is the share of a service's own requests that failed.
func (a *auditor) failedAt(ctx context.Context, service string, w incident.Window) (float64, error) {
	metric, labels, err := a.requests("")
	if err != nil {
		return 0, err
	}
	own := a.c.Facts.Service
	if labels[own.Label] = service; strings.HasSuffix(own.Value, "/"+a.c.Subject.Service) {
		labels[own.Label] = strings.TrimSuffix(own.Value, a.c.Subject.Service) + service
	}
	return a.failedShare(ctx, metric, labels, w, a.failedPattern())
}

// codeChecks recompute which part of the failures has which status.
func (a *auditor) codeChecks(f incident.Finding) []check {
	checks, now := a.shareChecks(f, incident.MeasureRefused, clientErrors), a.window(f)
	for _, v := range f.Values {
		if v.Measure != incident.MeasureStatus || a.failedPattern() == "" {
			continue
		}
		code := v.Labels["code"]
		checks = append(checks, check{number: "part of the failures that is " + code, said: v.Value, unit: v.Unit, slack: ofShare(v.Value, v.Samples),
			how: "increase of the counter with this status over that with any failure", truth: func(ctx context.Context) (float64, error) {
				some, err := a.counted(ctx, now, regexp.QuoteMeta(code))
				if err != nil {
					return 0, err
				}
				all, err := a.counted(ctx, now, a.failedPattern())
				if err == nil && all == 0 {
					err = errNoRequests
				}
				return some / all, err
			}})
	}
	return checks
}

// agreementChecks recompute what traces and metrics are said to agree on, the metrics' part over the same minutes.
func (a *auditor) agreementChecks(f incident.Finding) []check {
	return a.shareChecks(f, incident.MeasureMetricsErrors, a.failedPattern())
}
