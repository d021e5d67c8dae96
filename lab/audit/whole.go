package audit

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const around = 5 * time.Minute // of the onset, that its moment is held against

// span is one of a trace that the store hands out whole.
type span struct {
	ID    string `json:"spanId"`
	Start string `json:"startTimeUnixNano"`
	End   string `json:"endTimeUnixNano"`
}

func (s span) seconds() float64 {
	return (nanos(s.End) - nanos(s.Start)) / 1e9
}

func nanos(text string) float64 {
	value, _ := strconv.ParseFloat(text, 64) // what is no number is 0, and differs from any time
	return value
}

// wholeTrace is the example trace as the store has it: its spans, and the services that they are of.
type wholeTrace struct {
	spans    []span
	services map[string]bool
}

// trace fetches a trace by its id.
func (a *api) trace(ctx context.Context, id string) (wholeTrace, error) {
	var answer struct {
		Batches []struct {
			Resource struct {
				Attributes []struct {
					Key   string `json:"key"`
					Value struct {
						Text string `json:"stringValue"`
					} `json:"value"`
				} `json:"attributes"`
			} `json:"resource"`
			Scopes []struct {
				Spans []span `json:"spans"`
			} `json:"scopeSpans"`
		} `json:"batches"`
	}
	found := wholeTrace{services: map[string]bool{}}
	if err := a.get(ctx, "/api/traces/"+url.PathEscape(id), nil, &answer); err != nil {
		return found, err
	}
	known := map[string]bool{}
	for _, batch := range answer.Batches {
		for _, attribute := range batch.Resource.Attributes {
			if attribute.Key == "service.name" {
				found.services[attribute.Value.Text] = true
			}
		}
		for _, scope := range batch.Scopes {
			for _, s := range scope.Spans {
				if !known[s.ID] { // a store may hold a span twice
					known[s.ID] = true
					found.spans = append(found.spans, s)
				}
			}
		}
	}
	if len(found.spans) == 0 {
		return found, fmt.Errorf("the store has no spans of trace %s", id)
	}
	return found, nil
}

// lasted is from the first start to the last end, s.
func (w wholeTrace) lasted() float64 {
	first, last := math.Inf(1), 0.0
	for _, s := range w.spans {
		first, last = math.Min(first, nanos(s.Start)), math.Max(last, nanos(s.End))
	}
	return (last - first) / 1e9
}

// exampleChecks count the example trace's spans and services, and measure it.
func (a *auditor) exampleChecks(f incident.Finding) []check {
	if a.c.Facts.Example == nil {
		return nil
	}
	id, checks := a.c.Facts.Example.Trace.ID, []check{}
	for measure, of := range map[incident.Measure]func(wholeTrace) float64{
		incident.MeasureTraceSpans:    func(w wholeTrace) float64 { return float64(len(w.spans)) },
		incident.MeasureTraceServices: func(w wholeTrace) float64 { return float64(len(w.services)) },
		incident.MeasureTraceDuration: wholeTrace.lasted,
	} {
		if v, found := measured(f, measure); found && !v.AtLeast {
			checks = append(checks, check{number: v.Name, said: v.Value, unit: v.Unit, slack: 0.001 * v.Value, how: "the trace as the store hands it out whole",
				truth: func(ctx context.Context) (float64, error) {
					whole, err := a.tempo.trace(ctx, id)
					return of(whole), err
				}})
		}
	}
	return checks
}

// culpritChecks measure the span that went wrong.
func (a *auditor) culpritChecks(f incident.Finding) []check {
	v, found := measured(f, incident.MeasureCulpritElapsed)
	if !found || a.c.Facts.Culprit == nil || a.c.Facts.Example == nil {
		return nil
	}
	id, of := a.c.Facts.Example.Trace.ID, a.c.Facts.Culprit.Span.ID
	return []check{{number: v.Name, said: v.Value, unit: v.Unit, slack: 0.001 * v.Value, how: "the span of the trace as the store hands it out whole",
		truth: func(ctx context.Context) (float64, error) {
			whole, err := a.tempo.trace(ctx, id)
			if err != nil {
				return 0, err
			}
			for _, s := range whole.spans {
				if raw, err := base64.StdEncoding.DecodeString(s.ID); s.ID == of || err == nil && hex.EncodeToString(raw) == of {
					return s.seconds(), nil
				}
			}
			return 0, fmt.Errorf("the store has no span %s in trace %s", of, id)
		}}}
}

// onsetChecks hold the moment against the course itself: until the margin begins failures are as usual, and after it they are not.
func (a *auditor) onsetChecks(f incident.Finding) []check {
	onset, errs := a.c.Facts.Onset, a.c.Facts.Errors
	if onset == nil || errs == nil || !errs.Worse || onset.First != "errors" || f.Interval == nil {
		return nil
	}
	until := incident.Window{From: onset.Earliest.Add(-around), To: onset.Earliest}
	after := incident.Window{From: onset.Latest.Add(around / 5), To: onset.Latest.Add(around)}
	if after.To.After(a.c.Window.To) {
		return nil
	}
	rise := errs.Now - errs.Normal
	at := func(w incident.Window) func(context.Context) (float64, error) {
		return func(ctx context.Context) (float64, error) { return a.share(ctx, w, a.failedPattern()) }
	}
	return []check{
		{number: "error rate until it began", said: errs.Normal, unit: incident.Ratio, slack: rise / 2, how: "increase of the counter's samples in the minutes before the margin", truth: at(until)},
		{number: "error rate after it began", said: errs.Now, unit: incident.Ratio, slack: 0.85 * rise, how: "likewise, in the minutes after it; it may still have been rising", truth: at(after)},
	}
}
