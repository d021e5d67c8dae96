package audit

import (
	"context"
	"errors"
	"math"
	"regexp"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const ofCalls = "increase of the counters of calls and requests over their time"

// callChecks recompute how often the subject calls a service.
func (a *auditor) callChecks(f incident.Finding, v incident.Value) []check {
	return a.both(f, v, ofCalls, ofRate, func(ctx context.Context, w incident.Window) (float64, error) {
		return a.callRate(ctx, a.c.Subject.Service, v.Labels["service"], w)
	})
}

// viewOf is whose numbers of a callee the table has: "client" for those of its callers, "server" for its own.
func (a *auditor) viewOf(callee string, view func(incident.Dependency) string) string {
	if table := a.c.Facts.Dependencies; table != nil {
		for _, row := range table.Rows {
			if row.Service == callee {
				return view(row)
			}
		}
	}
	return ""
}

// failedCallChecks recompute the error rate of a callee as its caller or it itself counts it, whichever the table says, or that of the
// calls that somebody makes to the subject.
func (a *auditor) failedCallChecks(f incident.Finding, v incident.Value) []check {
	callee, caller := v.Labels["service"], v.Labels["caller"]
	if caller != "" {
		return a.both(f, v, ofCalls, ofShare, func(ctx context.Context, w incident.Window) (float64, error) {
			return a.failedCalls(ctx, caller, a.c.Subject.Service, w)
		})
	}
	switch a.viewOf(callee, func(d incident.Dependency) string { return d.ErrorsView }) {
	case "client":
		return a.both(f, v, ofCalls, ofShare, func(ctx context.Context, w incident.Window) (float64, error) {
			return a.failedCalls(ctx, a.c.Subject.Service, callee, w)
		})
	case "server":
		return a.both(f, v, ofCalls, ofShare, func(ctx context.Context, w incident.Window) (float64, error) { return a.failedAt(ctx, callee, w) })
	}
	return nil
}

// ownErrorChecks recompute which share of a callee's requests fails without a failed call of its own behind it.
func (a *auditor) ownErrorChecks(f incident.Finding, v incident.Value) []check {
	callee := v.Labels["service"]
	return a.both(f, v, "failed requests less the failed calls that it makes, over all requests", ofShare, func(ctx context.Context, w incident.Window) (float64, error) {
		metric, labels, err := a.ofService(callee)
		if err != nil {
			return 0, err
		}
		failed, err := a.counted(ctx, metric, labels, w, a.failedPattern())
		if err != nil {
			return 0, err
		}
		all, err := a.counted(ctx, metric, labels, w, "")
		if err == nil && all == 0 {
			err = errNoRequests
		}
		if err != nil {
			return 0, err
		}
		beyond, seconds, err := a.calls(ctx, callee, "", w, true)
		if errors.Is(err, errNoSamples) {
			return failed / all, nil
		}
		return math.Max(0, failed-beyond/math.Max(seconds, 1)) / all, err
	})
}

// calls is by how much the counter of the calls between two services rose in a window, or that of those that failed, and within which
// time. Either of them may be left open.
func (a *auditor) calls(ctx context.Context, caller, callee string, w incident.Window, failed bool) (increase, seconds float64, err error) {
	metric, labels, keep, err := a.edge(caller, callee, failed)
	if err != nil {
		return 0, 0, err
	}
	all, err := a.prometheus.raw(ctx, selection(metric, labels), w)
	if err != nil {
		return 0, 0, err
	}
	if all = single(all); fall(all) {
		return 0, 0, errFall
	}
	if len(all) == 0 {
		return 0, 0, errNoSamples
	}
	first, last, apart := spread(all)
	for _, s := range all {
		if keep(s.Metric) {
			increase += grown(s, w.From.Add(max(apart, time.Second)*3/2))
		}
	}
	return increase, last.Sub(first).Seconds(), nil
}

// edge is where the calls between two services stand.
func (a *auditor) edge(caller, callee string, failed bool) (metric string, labels map[string]string, keep func(map[string]string) bool, err error) {
	if a.c.Facts.Conventions == nil || a.c.Facts.Conventions.Edges == nil {
		return "", nil, nil, errors.New("the case does not say which metric has the calls")
	}
	e := a.c.Facts.Conventions.Edges
	labels, keep = map[string]string{}, everything
	if caller != "" {
		labels[e.Clients[0]] = caller
	}
	if callee != "" {
		labels[e.Server] = callee
	}
	for name, value := range e.Only {
		labels[name] = value
	}
	switch metric = e.Counts(); {
	case e.Hosts:
		err = errors.New("calls are counted by host")
	case e.CountsNatively():
		err = errNative
	case failed && e.Failed != "":
		metric = e.Failed
	case failed && e.FailedCall != nil:
		status := regexp.MustCompile("^(?:" + e.FailedCall.Pattern + ")$")
		keep = func(l map[string]string) bool { return status.MatchString(l[e.FailedCall.Label]) }
	case failed:
		err = errors.New("nothing says which calls failed")
	}
	return metric, labels, keep, err
}

func (a *auditor) callRate(ctx context.Context, caller, callee string, w incident.Window) (float64, error) {
	n, seconds, err := a.calls(ctx, caller, callee, w, false)
	if err == nil && seconds == 0 {
		err = errNoRequests
	}
	return n / seconds, err
}

func (a *auditor) failedCalls(ctx context.Context, caller, callee string, w incident.Window) (float64, error) {
	failed, _, err := a.calls(ctx, caller, callee, w, true)
	if err != nil && !errors.Is(err, errNoSamples) {
		return 0, err
	}
	all, _, err := a.calls(ctx, caller, callee, w, false)
	if err == nil && all == 0 {
		err = errNoRequests
	}
	return failed / all, err
}

// failedAt is the share of a service's own requests that failed.
func (a *auditor) failedAt(ctx context.Context, service string, w incident.Window) (float64, error) {
	metric, labels, err := a.ofService(service)
	if err != nil {
		return 0, err
	}
	return a.countedShare(ctx, metric, labels, w, a.failedPattern())
}
