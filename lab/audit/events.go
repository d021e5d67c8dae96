package audit

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// events are those of the cluster's events of a namespace, a kind of object and an object, or objects of a workload.
func (a *auditor) events(ctx context.Context, namespace, kind, object string, w incident.Window) ([]line, error) {
	if a.c.Facts.LogLabels == nil {
		return nil, errors.New("the case does not say how logs name their service")
	}
	query := "{" + matching(a.c.Facts.LogLabels.Service, "(?i).*(event|unknown_service).*") + "}" +
		` | logfmt event_kind="kind",event_name="name",event_reason="reason",event_type="type",event_namespace="namespace"` +
		fmt.Sprintf(" | (%s or %s) | (k8s_object_kind=%q or event_kind=%q) | (k8s_namespace_name=%q or event_namespace=%q)",
			matching("k8s_object_name", podsOf(object)), matching("event_name", podsOf(object)), kind, kind, namespace, namespace)
	const most = 5000
	lines, err := a.loki.oldest(ctx, query, w, most)
	if err == nil && len(lines) == most {
		err = errors.New("there are too many events to read")
	}
	return lines, err
}

// eventTimes are when the cluster's events about an object were told, in seconds since 1970.
func (a *auditor) eventTimes(ctx context.Context, namespace, kind, object string, w incident.Window) ([]float64, error) {
	lines, err := a.events(ctx, namespace, kind, object, w)
	at := make([]float64, len(lines))
	for i, l := range lines {
		at[i] = float64(l.at.UnixNano()) / 1e9
	}
	return at, err
}

const ofWarnings = "the cluster's events of this reason about its objects"

// warnings are the events of a reason about the objects of a workload.
func (a *auditor) warnings(ctx context.Context, v incident.Value, w incident.Window) ([]line, error) {
	lines, err := a.events(ctx, v.Labels["namespace"], v.Labels["kind"], v.Labels["workload"], w)
	var kept []line
	for _, l := range lines {
		if l.labels["k8s_event_reason"] == v.Labels["reason"] || l.labels["event_reason"] == v.Labels["reason"] {
			kept = append(kept, l)
		}
	}
	return kept, err
}

// warningChecks count how often Kubernetes warned of the objects of a workload.
func (a *auditor) warningChecks(f incident.Finding, v incident.Value) []check {
	return a.both(f, v, ofWarnings, ofCount, func(ctx context.Context, w incident.Window) (float64, error) {
		lines, err := a.warnings(ctx, v, w)
		return float64(len(lines)), err
	})
}

// warnedObjectChecks count the objects that it warned of.
func (a *auditor) warnedObjectChecks(f incident.Finding, v incident.Value) []check {
	return a.both(f, v, "objects of "+ofWarnings, exactly, func(ctx context.Context, w incident.Window) (float64, error) {
		lines, err := a.warnings(ctx, v, w)
		names := map[string]bool{}
		for _, l := range lines {
			names[l.labels["k8s_object_name"]+l.labels["event_name"]] = true
		}
		return float64(len(names)), err
	})
}

// firstWarningChecks look up the first of the warnings.
func (a *auditor) firstWarningChecks(f incident.Finding, v incident.Value) []check {
	return a.both(f, v, "first of "+ofWarnings, ofMoment, func(ctx context.Context, w incident.Window) (float64, error) {
		lines, err := a.warnings(ctx, v, w)
		first := math.Inf(1)
		for _, l := range lines {
			first = math.Min(first, float64(l.at.UnixNano())/1e9)
		}
		if err == nil && len(lines) == 0 {
			err = errors.New("there is no such event")
		}
		return first, err
	})
}
