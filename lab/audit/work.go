package audit

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// sampled are some whole traces of a query, from several minutes of a window.
func (a *auditor) sampled(ctx context.Context, query string, w incident.Window) ([]wholeTrace, error) {
	const parts, each = 3, 12
	var whole []wholeTrace
	windows := minutes(w, parts, time.Minute)
	for _, part := range windows {
		found, err := a.tempo.searchWhole(ctx, query, part, parts*each/len(windows))
		if err != nil {
			return nil, err
		}
		whole = append(whole, found...)
	}
	if len(whole) == 0 {
		return nil, errNoTraces
	}
	return whole, nil
}

// work is how long the requests of an operation lasted outside of the calls that another service's span takes up, s, and how long their
// calls to a peer lasted that nobody takes up.
func (w wholeTrace) work(service, operation, peer string) (alone, untraced []float64) {
	taken := map[string]bool{}
	for _, s := range w {
		if s.serves() {
			taken[s.Parent] = true
		}
	}
	for _, entry := range w {
		if entry.service != service || entry.Name != operation || entry.calls() {
			continue
		}
		var calls, others []span
		for _, s := range w.callsUnder(entry) {
			switch {
			case taken[s.ID]:
				calls = append(calls, s)
			case peer != "" && names(s, peer):
				others = append(others, s)
			}
		}
		alone = append(alone, outside(entry, calls))
		untraced = append(untraced, entry.seconds()-outside(entry, others))
	}
	return alone, untraced
}

// callsUnder are the calls that a service makes for a request of its own.
func (w wholeTrace) callsUnder(entry span) []span {
	spans := map[string]span{}
	for _, s := range w {
		spans[s.ID] = s
	}
	var calls []span
	for _, s := range w {
		if s.service != entry.service || !s.calls() {
			continue
		}
		up, known := spans[s.Parent]
		for steps := 0; known && up.ID != entry.ID && !up.serves() && steps < len(w); steps++ {
			up, known = spans[up.Parent]
		}
		if known && up.ID == entry.ID {
			calls = append(calls, s)
		}
	}
	return calls
}

// names says that a client's span names whom it calls so.
func names(s span, peer string) bool {
	return s.Name == peer || slices.ContainsFunc(s.Attributes, func(a attribute) bool {
		return a.text() == peer || strings.Contains(a.Key, "url") && strings.Contains(a.text(), "//"+peer)
	})
}

// workOf is what the operation's requests that a query finds in some minutes of a window took.
func (a *auditor) workOf(ctx context.Context, query, service, operation, peer string, w incident.Window) (alone, untraced []float64, err error) {
	traces, err := a.sampled(ctx, query, w)
	for _, t := range traces {
		own, others := t.work(service, operation, peer)
		alone, untraced = append(alone, own...), append(untraced, others...)
	}
	if err == nil && len(alone) == 0 {
		err = errNoTraces
	}
	return alone, untraced, err
}

// typicalChecks recompute the usual time that an operation takes outside of its traced calls.
func (a *auditor) typicalChecks(f incident.Finding, v incident.Value) []check {
	d, known := a.differenceOf(v.Labels["service"], v.Labels["kind"])
	if !known || d.Kind != incident.DifferenceOwnLatency {
		return nil
	}
	query := a.withSubject(d.service, d.ofOperation())
	checks := a.both(f, v, "middle part of some whole traces of the operation, without calls that another service takes up", ofPart(0.02, 0.002), nil)
	if len(checks) == 1 && v.Baseline != nil {
		checks = append(checks, checks[0])
		checks[1].number, checks[1].said, checks[1].slack = checks[0].number+", before", *v.Baseline, 0.002+0.02**v.Baseline
	}
	for i, w := range []incident.Window{d.since, d.before}[:len(checks)] {
		said := checks[i].said
		checks[i].about = true
		checks[i].truth = func(ctx context.Context) (float64, error) {
			alone, _, err := a.workOf(ctx, query, d.service, d.About.Operation, "", w)
			if err != nil {
				return 0, err
			}
			slices.Sort(alone)
			return within(said, alone[len(alone)/4], alone[len(alone)-1-len(alone)/4]), nil
		}
	}
	return checks
}

// takingPartChecks recompute how many services take part in the subject's requests, and how many calls between them a request has.
func (a *auditor) takingPartChecks(f incident.Finding, v incident.Value) []check {
	of := func(traces []wholeTrace) float64 {
		names := map[string]bool{}
		for _, t := range traces {
			for _, s := range t {
				names[s.service] = true
			}
		}
		return float64(len(names))
	}
	how, slack := "services of some whole traces of the subject; a rare one may be missing", 1.0
	if v.Measure == incident.MeasureCallsBetween {
		at := slices.IndexFunc(f.Values, func(o incident.Value) bool { return o.Measure == incident.MeasureSampled })
		if at < 0 {
			return nil
		}
		how, slack = "calls that another service takes up, of as many requests as some whole traces of the subject", 2+0.05*v.Value
		of = func(traces []wholeTrace) float64 {
			calls := make([]float64, len(traces))
			for i, t := range traces {
				calls[i] = float64(t.callsBetween()) * f.Values[at].Value
			}
			mean, margin := meanOf(calls)
			return within(v.Value, mean-margin, mean+margin)
		}
	}
	return []check{{number: v.Name, said: v.Value, unit: v.Unit, how: how, slack: slack, about: v.Measure == incident.MeasureCallsBetween, truth: func(ctx context.Context) (float64, error) {
		traces, err := a.sampled(ctx, "{ "+ofService(a.c.Subject.Service)+" }", a.c.Window)
		if err != nil {
			return 0, err
		}
		return of(traces), nil
	}}}
}

// callsBetween counts the spans that take up a call of another service.
func (w wholeTrace) callsBetween() int {
	of, n := map[string]string{}, 0
	for _, s := range w {
		of[s.ID] = s.service
	}
	for _, s := range w {
		if caller, known := of[s.Parent]; known && caller != s.service {
			n++
		}
	}
	return n
}

// ownTimeChecks recompute the mean time that an operation's requests take outside of traced calls, and in calls to a peer that nothing
// traces.
func (a *auditor) ownTimeChecks(f incident.Finding, v incident.Value) []check {
	service, operation, peer := v.Labels["service"], v.Labels["operation"], v.Labels["peer"]
	const trend = 0.25 // of a mean, by which the requests of some minutes may differ from those of others
	query := fmt.Sprintf("{ %s && name = %s }", ofService(service), strconv.Quote(operation))
	checks := a.both(f, v, "about the mean of some whole traces of the operation", ofPart(0.02, 0.002), nil)
	for i := range checks {
		w, said := a.window(f), checks[i].said
		checks[i].about = true
		if i > 0 {
			w = *f.Baseline
		}
		checks[i].truth = func(ctx context.Context) (float64, error) {
			times, untraced, err := a.workOf(ctx, query, service, operation, peer, w)
			if err != nil {
				return 0, err
			}
			// Three in as many requests may take as long as the longest without one of them being among these (rule of three).
			rare := 3 / float64(len(times)) * slices.Max(times)
			if peer != "" {
				times = untraced
			}
			mean, margin := meanOf(times)
			margin += trend * mean
			return within(said, mean-margin, mean+margin+rare), nil
		}
	}
	return checks
}

// withSubject keeps those traces that a query finds in which the subject takes part.
func (a *auditor) withSubject(service, query string) string {
	if service == a.c.Subject.Service {
		return query
	}
	return query + " && { " + ofService(a.c.Subject.Service) + " }"
}
