package rank_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func BenchmarkHalfAMillionSpans(b *testing.B) {
	in := halfAMillionSpans(world{wait: func(_, to string, at time.Time, _ int) time.Duration {
		if to == "store" {
			return since(at, struck, 500*ms, 2*ms)
		}
		return 2 * ms
	}})
	for b.Loop() {
		rank.Rank(in)
	}
}

// The first suspect is in doubt, so that other orders of all requests are looked at, too, and none shows as much.
func BenchmarkHalfAMillionSpansInOtherOrders(b *testing.B) {
	in := halfAMillionSpans(world{})
	for n := range 40 {
		other := in.Traces[n*len(in.Traces)/40]
		shift := window.To.Add(-time.Duration(150-n) * time.Second).Sub(other.Start)
		if n < 30 {
			shift = 0
		}
		t := incident.Trace{ID: fmt.Sprintf("%030x", 1<<30+n), Start: other.Start.Add(shift), Spans: []incident.Span{
			{ID: "1", Service: "clerk", Name: "sign", Kind: incident.KindServer, Start: other.Start.Add(shift), Duration: 20 * ms, Failed: n >= 36 || n == 3 || n == 17}}}
		in.Traces = append(in.Traces, t)
	}
	found := rank.Rank(in)
	if found.Shuffled.Of < 19 {
		b.Fatalf("%+v", found)
	}
	for b.Loop() {
		rank.Rank(in)
	}
}

// halfAMillionSpans repeats the requests of a world.
func halfAMillionSpans(w world) rank.Input {
	in := w.input()
	per := 0
	for _, t := range in.Traces {
		per += len(t.Spans)
	}
	base := in.Traces
	in.Lines = nil
	for copies := 1; copies*per < 500_000; copies++ {
		for _, t := range base {
			t.ID = fmt.Sprintf("%s%x", t.ID[:20], copies*10_000)
			in.Traces = append(in.Traces, t)
		}
	}
	for i := range in.Traces {
		in.Traces[i].ID = fmt.Sprintf("%030x", i+1)
	}
	return in
}

func BenchmarkTenThousandSeries(b *testing.B) {
	in := rank.Input{Window: window}
	for s := range 10_000 {
		m := rank.Metric{Service: fmt.Sprintf("service-%d", s/10), Name: fmt.Sprintf("metric_%d", s%10), Kind: rank.CPU}
		for n := range 240 {
			m.Points = append(m.Points, incident.Point{Time: window.From.Add(time.Duration(n) * 15 * time.Second), Value: float64((n*7919 + s) % 13)})
		}
		in.Metrics = append(in.Metrics, m)
	}
	b.ResetTimer()
	for b.Loop() {
		rank.Rank(in)
	}
}
