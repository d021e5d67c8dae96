package audit

import (
	"context"
	"math"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// lately is the time in which the request metric's own series are looked at.
const lately = 15 * time.Minute

// ofSeries checks a number that speaks of the request metric's own series.
func (a *auditor) ofSeries(v incident.Value, how string, allowed slack, operation string, read func([]series) (float64, error)) []check {
	return []check{{number: v.Name, said: v.Value, unit: v.Unit, how: how, slack: allowed(v.Value, 0, 0), truth: func(ctx context.Context) (float64, error) {
		metric, labels, err := a.requests(operation)
		if err != nil {
			return 0, err
		}
		if metric.CountsNatively() {
			return 0, errNative
		}
		all, err := a.prometheus.raw(ctx, selection(metric.Counts(), labels), a.c.Window.Last(lately))
		if err == nil && len(all) == 0 {
			err = errNoSamples
		}
		if err != nil {
			return 0, err
		}
		return read(all)
	}}}
}

// intervalChecks measure how far the request metric's samples lie apart.
func (a *auditor) intervalChecks(_ incident.Finding, v incident.Value) []check {
	return a.ofSeries(v, "least time between two samples of a series", ofPart(0.2, 1), "", func(all []series) (float64, error) {
		_, _, apart := spread(all)
		return apart.Seconds(), nil
	})
}

// resetChecks count how often the counter fell that fell most often.
func (a *auditor) resetChecks(_ incident.Finding, v incident.Value) []check {
	return a.ofSeries(v, "samples of a series that are lower than the one before", ofPart(0.02, 1), a.c.Subject.Operation, func(all []series) (float64, error) {
		most := 0
		for _, s := range all {
			most = max(most, falls(s))
		}
		return float64(most), nil
	})
}

// copyChecks count the series that differ in nothing but the label of a replica.
func (a *auditor) copyChecks(_ incident.Finding, v incident.Value) []check {
	return a.ofSeries(v, "series that differ in nothing but the label of a replica", exactly, a.c.Subject.Operation, func(all []series) (float64, error) {
		copies, most := map[string]int{}, 1
		for _, s := range all {
			if key, replicated := besidesReplica(s); replicated {
				copies[key]++
				most = max(most, copies[key])
			}
		}
		return float64(most), nil
	})
}

// distinct counts the values of a label in series that rose.
func distinct(all []series, name func(map[string]string) string) float64 {
	names := map[string]bool{}
	for _, s := range all {
		if n := name(s.Metric); n != "" && grown(s, time.Unix(math.MaxInt32, 0)) > 0 {
			names[n] = true
		}
	}
	return float64(len(names))
}

// calleeChecks count the services that the subject calls.
func (a *auditor) calleeChecks(_ incident.Finding, v incident.Value) []check {
	metric, labels, _, err := a.edge(a.c.Subject.Service, "", false)
	if err != nil {
		return nil
	}
	server := a.c.Facts.Conventions.Edges.Server
	w := incident.Window{From: a.c.Window.To.Add(-2 * time.Hour), To: a.c.Window.To}
	return []check{{number: v.Name, said: v.Value, unit: v.Unit, how: "services to which the counter of calls rose", truth: func(ctx context.Context) (float64, error) {
		all, err := a.prometheus.raw(ctx, selection(metric, labels), w)
		return distinct(all, func(l map[string]string) string {
			if l[server] == a.c.Subject.Service {
				return ""
			}
			return l[server]
		}), err
	}}}
}

// callerChecks count the services that call the subject.
func (a *auditor) callerChecks(f incident.Finding, v incident.Value) []check {
	metric, labels, _, err := a.edge("", a.c.Subject.Service, false)
	if err != nil {
		return nil
	}
	client := a.c.Facts.Conventions.Edges.Clients[0]
	return a.both(f, v, "services from which the counter of calls rose", exactly, func(ctx context.Context, w incident.Window) (float64, error) {
		all, err := a.prometheus.raw(ctx, selection(metric, labels), w)
		return distinct(all, func(l map[string]string) string {
			if l[client] == "user" { // whom the trace store does not know
				return ""
			}
			return l[client]
		}), err
	})
}

// operationChecks count the operations of the subject that served requests.
func (a *auditor) operationChecks(f incident.Finding, v incident.Value) []check {
	metric, labels, err := a.requests("")
	if err != nil || metric.CountsNatively() {
		return nil
	}
	return a.both(f, v, "operations of which the counter of requests rose", exactly, func(ctx context.Context, w incident.Window) (float64, error) {
		all, err := a.prometheus.raw(ctx, selection(metric.Counts(), labels), w)
		o := metric.Operation
		return distinct(all, func(l map[string]string) string {
			return l[o.Whole] + l[o.Procedures] + " " + l[o.Method] + " " + l[o.Route]
		}), err
	})
}

// onsetChecks hold the moment against the course itself: until the margin begins failures are as usual, and after it they are not.
func (a *auditor) onsetChecks(_ incident.Finding, v incident.Value) []check {
	const around = 5 * time.Minute // of the onset
	onset, errs := a.c.Facts.Onset, a.c.Facts.Errors
	if onset == nil || errs == nil || !errs.Worse || onset.First != "errors" || a.failedPattern() == "" {
		return nil
	}
	until := incident.Window{From: onset.Earliest.Add(-around), To: onset.Earliest}
	after := incident.Window{From: onset.Latest.Add(around / 5), To: onset.Latest.Add(around)}
	if after.To.After(a.c.Window.To) {
		return nil
	}
	rise, share := errs.Now-errs.Normal, a.shareOf(a.c.Subject.Operation, a.failedPattern())
	at := func(w incident.Window) func(context.Context) (float64, error) {
		return func(ctx context.Context) (float64, error) { return share(ctx, w) }
	}
	return []check{
		{number: v.Name + ": error rate until then", said: errs.Normal, unit: incident.Ratio, slack: rise / 2, how: "increase of the counter's samples in the minutes before the margin", truth: at(until)},
		{number: v.Name + ": error rate after it", said: errs.Now, unit: incident.Ratio, slack: 0.85 * rise, how: "likewise, in the minutes after it; it may still have been rising", truth: at(after)},
	}
}
