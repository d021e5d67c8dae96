package audit

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// clientErrors are the statuses of requests that a server refuses.
const clientErrors = `4..|Canceled|InvalidArgument|NotFound|AlreadyExists|PermissionDenied|FailedPrecondition|Aborted|OutOfRange|Unauthenticated|1|3|5|6|7|9|10|11|16`

const (
	ofAll    = "increase of the counter's samples over their time"
	ofFailed = "increase of the counter's samples with such a status over that of all"
)

func (a *auditor) failedPattern() string {
	if k := a.c.Facts.Conventions; k != nil && k.Requests != nil {
		return k.Requests.Failed.Pattern
	}
	return ""
}

// operationOf is the operation that a value speaks of.
func (a *auditor) operationOf(v incident.Value) string {
	if operation := v.Labels["operation"]; operation != "" {
		return operation
	}
	return a.c.Subject.Operation
}

// errorChecks recompute a share of requests or calls that fail, whosever they are.
func (a *auditor) errorChecks(f incident.Finding, v incident.Value) []check {
	if v.Labels["service"] != "" || v.Labels["caller"] != "" {
		return a.failedCallChecks(f, v)
	}
	if a.failedPattern() == "" {
		return nil
	}
	return a.both(f, v, ofFailed, ofShare, a.shareOf(a.operationOf(v), a.failedPattern()))
}

func (a *auditor) refusedChecks(f incident.Finding, v incident.Value) []check {
	return a.both(f, v, ofFailed, ofShare, a.shareOf(a.c.Subject.Operation, clientErrors))
}

// statusChecks recompute which part of the failures has a status.
func (a *auditor) statusChecks(f incident.Finding, v incident.Value) []check {
	if a.failedPattern() == "" {
		return nil
	}
	return a.both(f, v, "increase of the counter with this status over that with any failure", ofShare, func(ctx context.Context, w incident.Window) (float64, error) {
		some, err := a.rateOf(a.c.Subject.Operation, regexp.QuoteMeta(v.Labels["code"]))(ctx, w)
		if err != nil {
			return 0, err
		}
		all, err := a.rateOf(a.c.Subject.Operation, a.failedPattern())(ctx, w)
		if err == nil && all == 0 {
			err = errNoRequests
		}
		return some / all, err
	})
}

func (a *auditor) rateChecks(f incident.Finding, v incident.Value) []check {
	if caller := v.Labels["caller"]; caller != "" {
		return a.both(f, v, ofAll, ofRate, func(ctx context.Context, w incident.Window) (float64, error) {
			return a.callRate(ctx, caller, a.c.Subject.Service, w)
		})
	}
	return a.both(f, v, ofAll, ofRate, a.rateOf(a.operationOf(v), ""))
}

// requests are the labels with which the requests of one of the subject's operations stand in the metric, or of all of them.
func (a *auditor) requests(operation string) (metric *incident.RequestMetric, labels map[string]string, err error) {
	conventions, service := a.c.Facts.Conventions, a.c.Facts.Service
	if conventions == nil || conventions.Requests == nil || service == nil {
		return nil, nil, fmt.Errorf("the case does not say which metric has the requests")
	}
	metric = conventions.Requests
	labels = map[string]string{service.Label: service.Value}
	for name, value := range metric.Only {
		labels[name] = value
	}
	method, route, parted := strings.Cut(operation, " ")
	switch o := metric.Operation; {
	case operation == "":
	case o.Whole != "":
		labels[o.Whole] = operation
	case o.Procedures != "":
		labels[o.Procedures], labels[o.Method], _ = strings.Cut(operation, "/")
	case o.Route != "" && parted:
		labels[o.Route] = route
		if o.Method != "" && !o.AnyCase {
			labels[o.Method] = method
		}
	}
	return metric, labels, nil
}

// rateOf reads the rate of an operation's requests whose status matches a pattern; an empty one means all.
func (a *auditor) rateOf(operation, pattern string) reading {
	return func(ctx context.Context, w incident.Window) (float64, error) {
		metric, labels, err := a.requests(operation)
		if err != nil {
			return 0, err
		}
		return a.counted(ctx, metric, labels, w, pattern)
	}
}

// shareOf reads the share of an operation's requests whose status matches a pattern.
func (a *auditor) shareOf(operation, pattern string) reading {
	return func(ctx context.Context, w incident.Window) (float64, error) {
		metric, labels, err := a.requests(operation)
		if err != nil {
			return 0, err
		}
		return a.countedShare(ctx, metric, labels, w, pattern)
	}
}

func (a *auditor) counted(ctx context.Context, metric *incident.RequestMetric, labels map[string]string, w incident.Window, pattern string) (float64, error) {
	if metric.Native && metric.Counter == "" {
		return 0, errNative
	}
	all, err := a.prometheus.raw(ctx, selection(metric.Counts(), labels), w)
	if err != nil {
		return 0, err
	}
	if all = single(all); fall(all) {
		return 0, errFall
	}
	if pattern == "" {
		return perSecond(all, everything), nil
	}
	if metric.Failed.Label == "" {
		return 0, errors.New("the metric does not tell the statuses")
	}
	status := regexp.MustCompile("^(?:" + pattern + ")$")
	return perSecond(all, func(l map[string]string) bool { return status.MatchString(l[metric.Failed.Label]) }), nil
}

func (a *auditor) countedShare(ctx context.Context, metric *incident.RequestMetric, labels map[string]string, w incident.Window, pattern string) (float64, error) {
	some, err := a.counted(ctx, metric, labels, w, pattern)
	if err != nil {
		return 0, err
	}
	all, err := a.counted(ctx, metric, labels, w, "")
	if err == nil && all == 0 {
		err = errNoRequests
	}
	return some / all, err
}

// ofService are the labels with which all requests of a service stand in the subject's request metric.
func (a *auditor) ofService(service string) (metric *incident.RequestMetric, labels map[string]string, err error) {
	metric, labels, err = a.requests("")
	if err == nil {
		labels[a.c.Facts.Service.Label] = a.c.Facts.Service.Prefix + service
	}
	return metric, labels, err
}
