package rank_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func BenchmarkHalfAMillionSpans(b *testing.B) {
	in := world{wait: func(_, to string, at time.Time, _ int) time.Duration {
		if to == "store" {
			return since(at, struck, 500*ms, 2*ms)
		}
		return 2 * ms
	}}.input()
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
	b.ResetTimer()
	for b.Loop() {
		rank.Rank(in)
	}
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
