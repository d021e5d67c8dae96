package synth

import "math"

// Histogram counts durations since its beginning. Crowds of requests are added as a flow, single requests as an observation;
// what is read are whole numbers that never fall.
type Histogram struct {
	flow   []float64
	single []uint64
	total  float64
	sum    float64
}

// NewHistogram makes an empty histogram.
func NewHistogram() *Histogram {
	return &Histogram{flow: make([]float64, len(grid)+1), single: make([]uint64, len(grid)+1)}
}

// Flow adds requests, which may be a fraction of one, whose durations have the given shape.
func (h *Histogram) Flow(requests float64, shape *Shape) {
	if requests <= 0 {
		return
	}
	for i, share := range shape.cells {
		h.flow[i] += requests * share
	}
	h.total += requests
	h.sum += requests * shape.mean
}

// FlowMix adds requests whose durations have the shape of a mixture.
func (h *Histogram) FlowMix(requests float64, mix Mix) {
	for _, part := range mix {
		h.Flow(requests*part.Weight, part.Shape)
	}
}

// Observe adds one request of the given seconds.
func (h *Histogram) Observe(seconds float64) {
	cell := len(grid)
	for i, bound := range grid {
		if seconds <= bound {
			cell = i
			break
		}
	}
	h.single[cell]++
	h.sum += seconds
}

// Reset forgets everything, as a restarted process does.
func (h *Histogram) Reset() { *h = *NewHistogram() }

// Count is the number of requests so far.
func (h *Histogram) Count() uint64 {
	_, count := h.below(len(grid) + 1)
	return count
}

// Buckets are the counts of each bucket of a layout, the last being what exceeds its bounds, and their sum in seconds.
func (h *Histogram) Buckets(layout Layout) (counts []uint64, sum float64) {
	counts = make([]uint64, len(layout.Bounds)+1)
	flow, single, cell, before := 0.0, uint64(0), 0, uint64(0)
	for i := range counts {
		end := len(grid) + 1
		if i < len(layout.cells) {
			end = layout.cells[i]
		}
		for ; cell < end; cell++ {
			flow += h.flow[cell]
			single += h.single[cell]
		}
		upTo := whole(flow) + single
		counts[i], before = upTo-before, upTo
	}
	return counts, h.sum
}

// Apart is Buckets with each bucket counted by itself, so that none ever falls: readers of native histograms take a bucket
// that falls for a restart. The counts' sum can lag behind Count by less than one for each bucket.
func (h *Histogram) Apart(layout Layout) (counts []uint64, sum float64) {
	counts = make([]uint64, len(layout.Bounds)+1)
	cell := 0
	for i := range counts {
		end := len(grid) + 1
		if i < len(layout.cells) {
			end = layout.cells[i]
		}
		flow, single := 0.0, uint64(0)
		for ; cell < end; cell++ {
			flow += h.flow[cell]
			single += h.single[cell]
		}
		counts[i] = whole(flow) + single
	}
	return counts, h.sum
}

func (h *Histogram) below(end int) (flow float64, count uint64) {
	single := uint64(0)
	for cell := range end {
		flow += h.flow[cell]
		single += h.single[cell]
	}
	return flow, whole(flow) + single
}

// whole cuts off the fraction; what is a whole number but for the rounding of many additions counts as that number.
func whole(requests float64) uint64 { return uint64(math.Floor(requests + 1e-6)) }
