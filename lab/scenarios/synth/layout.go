package synth

import "slices"

// Layout is a set of histogram bucket bounds in seconds, ascending. The last bucket, up to infinity, is implied.
type Layout struct {
	Bounds []float64
	cells  []int // for each bound, how many cells of the grid lie at or below it
}

// The layouts in which durations are reported.
var (
	// OTelHTTP are the bounds that OpenTelemetry advises for HTTP durations.
	OTelHTTP = newLayout(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
	// SpanMetrics are the bounds of Tempo's span metrics unless configured.
	SpanMetrics = newLayout(0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384)
	// ServiceGraph are the bounds of Tempo's service graph unless configured.
	ServiceGraph = newLayout(0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)
	// NameLookup are bounds fine enough to tell a lookup of 4 ms from one of 6 ms, and 2 s from 2.5 s.
	NameLookup = newLayout(0.001, 0.002, 0.004, 0.006, 0.01, 0.025, 0.1, 0.5, 1, 1.5, 2, 2.5, 3, 5)
	// CoreDNS are the bounds of CoreDNS's own request durations.
	CoreDNS = newLayout(0.00025, 0.001, 0.004, 0.016, 0.064, 0.256, 1.024, 4.096)
)

// grid holds every bound of every layout, so that one count of durations serves all of them.
var grid = mergeBounds(&OTelHTTP, &SpanMetrics, &ServiceGraph, &NameLookup, &CoreDNS,
	&SpanConnector, &Istio, &Micrometer, &ClientLibrary, &powers)

func newLayout(bounds ...float64) Layout { return Layout{Bounds: bounds} }

func mergeBounds(layouts ...*Layout) []float64 {
	merged := []float64{}
	for _, layout := range layouts {
		merged = append(merged, layout.Bounds...)
	}
	slices.Sort(merged)
	merged = slices.Compact(merged)
	for _, layout := range layouts {
		for _, bound := range layout.Bounds {
			layout.cells = append(layout.cells, slices.Index(merged, bound)+1)
		}
	}
	return merged
}

// around gives the bounds of the bucket that holds a duration in seconds.
func (l Layout) around(seconds float64) (low, high float64) {
	i, _ := slices.BinarySearch(l.Bounds, seconds)
	if i > 0 {
		low = l.Bounds[i-1]
	}
	return low, l.Bounds[min(i, len(l.Bounds)-1)]
}
