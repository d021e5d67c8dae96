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

// difference is what the ranking says that a service does otherwise than before, and the times of either side.
type difference struct {
	incident.Difference

	service       string
	since, before incident.Window
}

// differenceOf is the difference that a value of the ranking is of: a service's strongest one.
func (a *auditor) differenceOf(service, kind string) (difference, bool) {
	ranking := a.c.Facts.Ranking
	if ranking == nil {
		return difference{}, false
	}
	for _, s := range ranking.Services {
		at := slices.IndexFunc(s.Evidence, func(d incident.Difference) bool { return d.Kind == kind })
		began := ranking.Onset
		if began == nil {
			began = s.Began
		}
		if s.Service == service && at >= 0 && began != nil {
			return difference{s.Evidence[at], service, incident.Window{From: began.Latest, To: a.c.Window.To}, a.before(*began)}, true
		}
	}
	return difference{}, false
}

// before is the time before the incident. What changed may have begun within it once more, after a pause.
func (a *auditor) before(began incident.MovedAt) incident.Window {
	to := began.Earliest
	if onset := a.c.Facts.Onset; onset != nil && onset.Earliest.Before(to) {
		to = onset.Earliest
	}
	return incident.Window{From: a.c.Window.From, To: to}
}

// farApart is how many times the usual time that of now is, from which few of the usual requests take longer than halfway. Where the two
// lie closer, what counts as longer is the ranking's own choice, and halfway says something else.
const farApart = 2.5

// halfway is the time between the usual one and that of now, s; false where the difference is none of time, or it did not rise far.
func (d difference) halfway() (float64, bool) {
	return (d.Usual + d.Current) / 2e3, d.Kind == incident.DifferenceOwnLatency && d.Current >= farApart*d.Usual
}

// ofOperation is the query for the traces that have the operation.
func (d difference) ofOperation() string {
	return fmt.Sprintf("{ %s && name = %s }", ofService(d.service), strconv.Quote(d.About.Operation))
}

// queries are for the traces that show the difference and for those that could; false for what a search does not find.
func (d difference) queries() (some, all string, searchable bool) {
	of, named := ofService(d.service), "name = "+strconv.Quote(d.About.Operation)
	all = fmt.Sprintf("{ %s && %s }", of, named)
	switch d.Kind {
	case "errors":
		return fmt.Sprintf("{ %s && %s && status = error }", of, named), all, true
	case "refusals":
		return fmt.Sprintf("{ %s && %s && (span.http.response.status_code = %d || span.http.status_code = %d) }", of, named, d.About.Status, d.About.Status), all, true
	case "calls":
		all = fmt.Sprintf("{ %s && (kind = server || kind = consumer)%s }", of, d.endedWell())
		return fmt.Sprintf("%s >> { %s && %s }", all, ofService(d.About.Callee), named), all, true
	}
	return "", "", false
}

// endedWell leaves out failed requests where a call became rarer: they may have ended before it. A call that is new may be one that only
// failed requests make.
func (d difference) endedWell() string {
	if d.Now.Hits*d.Before.Of < d.Before.Hits*d.Now.Of {
		return " && status != error"
	}
	return ""
}

// showingChecks recompute, over everything and not over a sample, which share of the requests shows what the ranking says.
func (a *auditor) showingChecks(_ incident.Finding, v incident.Value) []check {
	d, known := a.differenceOf(v.Labels["service"], v.Labels["kind"])
	side, said, w, scale := "since", float64(d.Now.Hits)/float64(max(d.Now.Of, 1)), d.since, float64(d.Now.Of)
	if v.Measure == incident.MeasureShownBefore {
		side, said, w, scale = "before", v.Value, d.before, 1
	}
	if !known || v.Samples == 0 {
		return nil
	}
	one := check{number: nameOf(v) + ", " + side, said: v.Value, unit: v.Unit, slack: scale * (ofShare(said, v.Samples, 0) + 0.1)}
	some, all, searchable := d.queries()
	limit, slower := d.halfway()
	switch {
	case searchable:
		one.about = true
		some, all = a.withSubject(d.service, some), a.withSubject(d.service, all)
		one.how, one.truth = some+" among "+all, func(ctx context.Context) (float64, error) {
			share, err := a.shareOfTraces(ctx, said, some, all, minutes(w, 4, 30*time.Second))
			return scale * share, err
		}
	case slower:
		one.about = true
		one.how, one.truth = "about the share of some whole traces in which the operation itself takes longer than halfway", func(ctx context.Context) (float64, error) {
			alone, _, err := a.workOf(ctx, a.withSubject(d.service, d.ofOperation()), d.service, d.About.Operation, "", w)
			hits := 0.0
			for _, seconds := range alone {
				if seconds > limit {
					hits++
				}
			}
			share, n := hits/float64(max(len(alone), 1)), float64(len(alone))
			return within(v.Value, scale*(share-ofShare(share, n, 0)), scale*(share+ofShare(share, n, 0))), err
		}
	default:
		return nil
	}
	return []check{one}
}

// witnessChecks count once more what the product counted a second time.
func (a *auditor) witnessChecks(f incident.Finding, v incident.Value) []check {
	d, known := a.differenceOf(v.Labels["service"], v.Labels["kind"])
	if !known {
		return nil
	}
	if d.Kind == incident.DifferenceLogPattern {
		query, known := a.linesOf(d.service)
		if !known {
			return nil
		}
		query = holding(query, strings.Join(d.Holds, "<*>"))
		return a.both(f, v, query, ofCount, func(ctx context.Context, w incident.Window) (float64, error) { return a.loki.lines(ctx, query, w) })
	}
	query, _, searchable := d.queries()
	switch limit, slower := d.halfway(); {
	case searchable && d.Kind == incident.DifferenceCallPattern: // the count is of all, whether they fail or not
		query = fmt.Sprintf("{ %s } >> { %s && name = %s }", ofService(d.service), ofService(d.About.Callee), strconv.Quote(d.About.Operation))
	case searchable:
	case d.Kind == incident.DifferenceOperation:
		query = d.ofOperation()
	case slower && a.leaf(d):
		query = fmt.Sprintf("{ %s && name = %s && duration > %dus }", ofService(d.service), strconv.Quote(d.About.Operation), int64(limit*1e6))
	default:
		return nil
	}
	return a.countChecks(f, v, query)
}

// leaf says that an operation makes no call that another service takes up, so that all of its time is its own.
func (a *auditor) leaf(d difference) bool {
	traces, err := a.sampled(context.Background(), a.withSubject(d.service, d.ofOperation()), d.since)
	for _, t := range traces {
		of := map[string]string{}
		for _, s := range t {
			of[s.ID] = s.service
		}
		if slices.ContainsFunc(t, func(s span) bool { return of[s.Parent] == d.service && s.service != d.service }) {
			return false
		}
	}
	return err == nil
}
