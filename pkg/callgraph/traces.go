package callgraph

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/storm"
)

const (
	tracedServices = 8 // of those that the metrics lack
	tracesOfEach   = 3
)

// Traces reads from a few recent traces of each service whom it calls and who calls it. How the calls fare is not measured.
func (r Reader) Traces(ctx context.Context, services []string, window incident.Window) Reading {
	var reading Reading
	if len(services) > tracedServices {
		reading.Problems = append(reading.Problems, fmt.Sprintf("Of %d services without a metric of calls, traces of %d were read.", len(services), tracedServices))
		services = services[:tracedServices]
	}
	var mu sync.Mutex
	var reads defect.Group
	for _, service := range services {
		reads.Go("calls in traces", func() {
			one := r.tracesOf(ctx, service, window)
			mu.Lock()
			defer mu.Unlock()
			reading.Calls = append(reading.Calls, one.Calls...)
			reading.Answers = append(reading.Answers, one.Answers...)
			reading.Problems = append(reading.Problems, one.Problems...)
		})
	}
	if err := reads.Wait(); err != nil {
		reading.Problems = append(reading.Problems, "Traces were not read: "+err.Error()+".")
	}
	slices.SortFunc(reading.Answers, func(a, b source.Answer) int { return strings.Compare(a.Question.Text, b.Question.Text) })
	slices.Sort(reading.Problems)
	reading.Problems = slices.Compact(reading.Problems)
	return reading
}

func (r Reader) tracesOf(ctx context.Context, service string, window incident.Window) Reading {
	var reading Reading
	text := traceql.MostRecent(traceql.Spans(traceql.Service(service)))
	if !traceql.Fits(text) {
		return reading
	}
	found := r.ask(ctx, source.Question{Name: "traces", Kind: source.TraceSearch, Text: text, Window: window, Limit: tracesOfEach})
	found.Truncated = false // a few are enough
	reading.note(found)
	for _, t := range found.Traces[:min(tracesOfEach, len(found.Traces))] {
		whole := r.ask(ctx, source.Question{Name: "trace", Kind: source.TraceByID, Text: t.ID, Window: window})
		reading.note(whole)
		if whole.Trace != nil {
			reading.Calls = append(reading.Calls, callsIn(whole.Trace)...)
		}
	}
	return reading
}

// callsIn are the calls between the services of a trace.
func callsIn(t *incident.Trace) []storm.Call {
	service := map[string]string{}
	for _, s := range t.Spans {
		service[s.ID] = s.Service
	}
	var calls []storm.Call
	for _, s := range t.Spans {
		if caller := service[s.Parent]; caller != "" && s.Service != "" && caller != s.Service {
			calls = append(calls, storm.Call{Caller: caller, Callee: s.Service, State: storm.Unmeasured})
		}
	}
	return calls
}
