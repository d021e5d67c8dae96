// Package tape reads what a scenario writes, for the tests of scenarios: counts of requests, values of series, lines and spans
// over stretches of time, all relative to the alert.
package tape

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// Alert is when the alert of every tape rings.
var Alert = time.Date(2026, 1, 20, 10, 47, 0, 0, time.UTC)

// Tape is what a scenario wrote.
type Tape struct {
	t       *testing.T
	numbers []number
	lines   []line
	Spans   []Span
}

// Span is a span with its resource.
type Span struct {
	ptrace.Span
	Resource pcommon.Map
}

type number struct {
	name             string
	of, resource     pcommon.Map
	at               time.Time
	value            float64 // of a histogram, its count
	ended, histogram bool
}

type line struct {
	at       time.Time
	resource pcommon.Map
	text     string
	trace    bool
}

// Of plays a scenario until some time after its alert.
func Of(t *testing.T, scenario story.Scenario, until time.Duration) *Tape {
	t.Helper()
	return Read(t, scenario.Start(Alert, 7).Generate(Alert.Add(until)))
}

// Read reads batches.
func Read(t *testing.T, batches ...telemetry.Batch) *Tape {
	t.Helper()
	tape := &Tape{t: t}
	for _, b := range batches {
		tape.readMetrics(b.Metrics)
		for _, resource := range b.Logs.ResourceLogs().All() {
			for _, record := range resource.ScopeLogs().At(0).LogRecords().All() {
				tape.lines = append(tape.lines, line{record.Timestamp().AsTime(), resource.Resource().Attributes(), record.Body().Str(), !record.TraceID().IsEmpty()})
			}
		}
		for _, resource := range b.Traces.ResourceSpans().All() {
			for _, span := range resource.ScopeSpans().At(0).Spans().All() {
				tape.Spans = append(tape.Spans, Span{span, resource.Resource().Attributes()})
			}
		}
	}
	return tape
}

func (tape *Tape) readMetrics(metrics pmetric.Metrics) {
	for _, resource := range metrics.ResourceMetrics().All() {
		for _, metric := range resource.ScopeMetrics().At(0).Metrics().All() {
			add := func(of pcommon.Map, at pcommon.Timestamp, value float64, ended, histogram bool) {
				tape.numbers = append(tape.numbers, number{metric.Name(), of, resource.Resource().Attributes(), at.AsTime(), value, ended, histogram})
			}
			points := pmetric.NewNumberDataPointSlice()
			switch metric.Type() { //nolint:exhaustive // scenarios write these three
			case pmetric.MetricTypeGauge:
				points = metric.Gauge().DataPoints()
			case pmetric.MetricTypeSum:
				points = metric.Sum().DataPoints()
			case pmetric.MetricTypeHistogram:
				for _, p := range metric.Histogram().DataPoints().All() {
					add(p.Attributes(), p.Timestamp(), float64(p.Count()), p.Flags().NoRecordedValue(), true)
				}
			}
			for _, p := range points.All() {
				add(p.Attributes(), p.Timestamp(), p.DoubleValue(), p.Flags().NoRecordedValue(), false)
			}
		}
	}
}

func within(at time.Time, from, to time.Duration) bool {
	return !at.Before(Alert.Add(from)) && at.Before(Alert.Add(to))
}

// has says whether attributes hold all of names and values that are given in turn, as strings.
func has(labels []string, maps ...pcommon.Map) bool {
	for i := 0; i+1 < len(labels); i += 2 {
		found := false
		for _, m := range maps {
			if value, ok := m.Get(labels[i]); ok && value.AsString() == labels[i+1] {
				found = true
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// Growth is by how much counters or histograms of a name and labels grew, restarts taken into account.
func (tape *Tape) Growth(name string, from, to time.Duration, labels ...string) float64 {
	type key struct{ of, resource string }
	last, grown := map[key]float64{}, 0.0
	for _, n := range tape.numbers {
		if n.name != name || n.ended || n.at.After(Alert.Add(to)) || !has(labels, n.of, n.resource) {
			continue
		}
		k := key{describe(n.of), describe(n.resource)}
		if !n.at.Before(Alert.Add(from)) {
			if before := last[k]; n.value >= before {
				grown += n.value - before
			} else {
				grown += n.value
			}
		}
		last[k] = n.value
	}
	return grown
}

func describe(m pcommon.Map) string {
	var b strings.Builder
	for k, v := range m.All() {
		b.WriteString(k + "=" + v.AsString() + ",")
	}
	return b.String()
}

// ErrorRatio is the share of a service's requests for a route that were answered with 5xx.
func (tape *Tape) ErrorRatio(service, method, route string, from, to time.Duration) float64 {
	tape.t.Helper()
	labels := []string{"service.name", service, "http.request.method", method, "http.route", route}
	all := tape.Growth("http.server.request.duration", from, to, labels...)
	require.Positive(tape.t, all, "%s %s %s", service, method, route)
	failed := 0.0
	for _, status := range []string{"500", "502", "503", "504"} {
		failed += tape.Growth("http.server.request.duration", from, to, append(labels, "http.response.status_code", status)...)
	}
	return failed / all
}

// Last is the sum of the series of a name and labels at their last sample before a time; false where there is none in the two
// minutes before it.
func (tape *Tape) Last(name string, at time.Duration, labels ...string) (float64, bool) {
	sum, latest := 0.0, time.Time{}
	for _, n := range tape.numbers {
		if n.name != name || n.at.After(Alert.Add(at)) || n.at.Before(Alert.Add(at-2*time.Minute)) || !has(labels, n.of, n.resource) {
			continue
		}
		if n.at.After(latest) {
			sum, latest = 0, n.at
		}
		if n.at.Equal(latest) && !n.ended {
			sum += n.value
		}
	}
	return sum, !latest.IsZero()
}

// Lines counts the lines of a service that hold a text.
func (tape *Tape) Lines(service, text string, from, to time.Duration) int {
	count := 0
	for _, l := range tape.lines {
		if within(l.at, from, to) && has([]string{"service.name", service}, l.resource) && strings.Contains(l.text, text) {
			count++
		}
	}
	return count
}

// Of gives the spans of a name whose service and labels are as given and that began within a time.
func (tape *Tape) Of(name, service string, from, to time.Duration, labels ...string) []Span {
	var found []Span
	for _, s := range tape.Spans {
		if s.Name() == name && within(s.StartTimestamp().AsTime(), from, to) && has([]string{"service.name", service}, s.Resource) &&
			has(labels, s.Attributes(), s.Resource) {
			found = append(found, s)
		}
	}
	return found
}

// Failed says whether a span is one of a failure.
func (s Span) Failed() bool { return s.Status().Code() == ptrace.StatusCodeError }

// Has says whether a span or its resource has all of the attributes, given as names and values in turn.
func (s Span) Has(labels ...string) bool { return has(labels, s.Attributes(), s.Resource) }

// Seconds is how long it took.
func (s Span) Seconds() float64 {
	return s.EndTimestamp().AsTime().Sub(s.StartTimestamp().AsTime()).Seconds()
}

// Cured checks that a scenario's operation recovers when its fix is applied a minute after the alert, and fails again after
// a relapse twelve minutes after it. Measured is the share of requests that suffer, within a stretch of time.
func Cured(t *testing.T, scenario story.Scenario, sick, healthy float64, measured func(tape *Tape, from, to time.Duration) float64) {
	t.Helper()
	generator := scenario.Start(Alert, 7)
	first := generator.Generate(Alert.Add(time.Minute))
	require.Equal(t, Alert.Add(time.Minute), generator.Fix(Alert), "no earlier than what was generated")
	second := generator.Generate(Alert.Add(12 * time.Minute))
	generator.Relapse(Alert.Add(12 * time.Minute))
	tape := Read(t, first, second, generator.Generate(Alert.Add(24*time.Minute)))
	require.GreaterOrEqual(t, measured(tape, -5*time.Minute, time.Minute), sick)
	require.LessOrEqual(t, measured(tape, 5*time.Minute, 12*time.Minute), healthy)
	require.GreaterOrEqual(t, measured(tape, 18*time.Minute, 24*time.Minute), sick)
}
