package replay

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

var infrastructure = regexp.MustCompile("^(?:" + convention.InfrastructureNames + ")$")

// How an investigation samples: package cause says why.
const (
	window        = time.Hour
	latelyFor     = 6 * time.Minute
	latelyParts   = 2
	latelyTraces  = 150 // in each part
	earlierParts  = 3
	earlierTraces = 200
	linesRead     = 200 // traces on each side whose lines are read
)

// Sample is what an investigation of the hour up to a time would be given for a service, with one of the many samples that
// the trace store may choose.
func (t *Telemetry) Sample(service string, at time.Time, seed uint64) rank.Input {
	random := rand.New(rand.NewPCG(seed, uint64(at.UnixNano()))) // #nosec G115 G404 -- picks a sample, the same every time
	w := incident.Window{From: at.Add(-window), To: at}
	split := at.Add(-latelyFor)
	in := rank.Input{Window: w, Read: []string{}}
	sides := [2][]incident.Trace{}
	for side, of := range []struct {
		from, to time.Time
		parts, n int
	}{{w.From, split, earlierParts, earlierTraces}, {split, at, latelyParts, latelyTraces}} {
		length := of.to.Sub(of.from)
		for part := range of.parts {
			from, to := of.from.Add(length*time.Duration(part)/time.Duration(of.parts)), of.from.Add(length*time.Duration(part+1)/time.Duration(of.parts))
			sides[side] = append(sides[side], t.some(service, from, to, of.n, random)...)
		}
	}
	early, late := sides[0], sides[1]
	in.Traces = slices.Concat(early, late)
	for _, part := range [][]incident.Trace{early, late} {
		for i := range min(len(part), linesRead) {
			trace := part[i*len(part)/min(len(part), linesRead)]
			in.Read = append(in.Read, trace.ID)
			in.Lines = append(in.Lines, t.lines[trace.ID]...)
		}
	}
	if len(in.Lines) == 0 {
		in.Read = []string{}
	}
	for _, m := range t.metrics {
		from := sort.Search(len(m.Points), func(i int) bool { return !m.Points[i].Time.Before(w.From) })
		to := sort.Search(len(m.Points), func(i int) bool { return m.Points[i].Time.After(w.To) })
		if m.Points = m.Points[from:to]; len(m.Points) > 0 {
			in.Metrics = append(in.Metrics, m)
		}
	}
	return in
}

// some takes any of the traces of a time that a service took part in, ordered by time.
func (t *Telemetry) some(service string, from, to time.Time, n int, random *rand.Rand) []incident.Trace {
	low := sort.Search(len(t.traces), func(i int) bool { return !t.traces[i].Start.Before(from) })
	var all []incident.Trace
	for _, trace := range t.traces[low:] {
		if !trace.Start.Before(to) {
			break
		}
		if slices.ContainsFunc(trace.Spans, func(s incident.Span) bool { return s.Service == service }) {
			all = append(all, trace)
		}
	}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	all = all[:min(n, len(all))]
	slices.SortFunc(all, func(a, b incident.Trace) int { return a.Start.Compare(b.Start) })
	return all
}
