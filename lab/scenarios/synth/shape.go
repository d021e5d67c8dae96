package synth

import "slices"

// Knot is a point of a cumulative distribution: Share of all durations are at most Seconds.
type Knot struct {
	Seconds, Share float64
}

// Shape is a distribution of durations, with a cumulative share that is straight between its knots.
type Shape struct {
	knots []Knot
	cells []float64 // the share of durations that fall into each cell of the grid, the last being what exceeds it
	mean  float64
}

// NewShape makes a shape from knots in ascending order; the first has share 0 and the last share 1.
func NewShape(knots ...Knot) *Shape {
	shape := &Shape{knots: knots, cells: make([]float64, len(grid)+1)}
	below := 0.0
	for i, bound := range grid {
		share := shape.Below(bound)
		shape.cells[i] = share - below
		below = share
	}
	shape.cells[len(grid)] = 1 - below
	for i := 1; i < len(knots); i++ {
		shape.mean += (knots[i].Share - knots[i-1].Share) * (knots[i].Seconds + knots[i-1].Seconds) / 2
	}
	return shape
}

// StraightTail makes a shape whose 99th percentile reads the same in every given layout. A histogram's reader draws a straight
// line through the bucket that holds the percentile, so the distribution is made straight over all of these buckets together.
// The body is what lies below.
func StraightTail(p99 float64, layouts []Layout, body ...Knot) *Shape {
	low, high := layouts[0].around(p99)
	for _, layout := range layouts[1:] {
		l, h := layout.around(p99)
		low, high = min(low, l), max(high, h)
	}
	atLow := 0.99 - 0.01*(p99-low)/(high-p99)
	return NewShape(append(body, Knot{low, atLow}, Knot{high, 1})...)
}

// Typical is a shape given by its median and its 99th percentile in seconds, for HTTP durations and span metrics alike.
func Typical(p50, p99 float64) *Shape {
	layouts := []Layout{OTelHTTP, SpanMetrics}
	tail := StraightTail(p99, layouts, Knot{})
	low := tail.knots[1]
	body := []Knot{{p50 * 0.35, 0}}
	if p50 < low.Seconds {
		body = append(body, Knot{p50, min(0.5, low.Share)})
	} else {
		body = []Knot{{low.Seconds * 0.3, 0}}
	}
	return StraightTail(p99, layouts, body...)
}

// Below is the share of durations of at most the given seconds.
func (s *Shape) Below(seconds float64) float64 {
	first, last := s.knots[0], s.knots[len(s.knots)-1]
	if seconds <= first.Seconds {
		return first.Share
	}
	if seconds >= last.Seconds {
		return last.Share
	}
	i := slices.IndexFunc(s.knots, func(k Knot) bool { return k.Seconds > seconds })
	left, right := s.knots[i-1], s.knots[i]
	return left.Share + (right.Share-left.Share)*(seconds-left.Seconds)/(right.Seconds-left.Seconds)
}

// Quantile is the duration in seconds below which the given share of durations lies.
func (s *Shape) Quantile(share float64) float64 {
	for i := 1; i < len(s.knots); i++ {
		left, right := s.knots[i-1], s.knots[i]
		if share <= right.Share && right.Share > left.Share {
			return left.Seconds + (right.Seconds-left.Seconds)*(share-left.Share)/(right.Share-left.Share)
		}
	}
	return s.knots[len(s.knots)-1].Seconds
}

// Mean is the average duration in seconds.
func (s *Shape) Mean() float64 { return s.mean }

// Stretch makes every duration longer by a factor.
func (s *Shape) Stretch(factor float64) *Shape {
	return s.each(func(seconds float64) float64 { return seconds * factor })
}

// Shift makes every duration longer by some seconds.
func (s *Shape) Shift(by float64) *Shape {
	return s.each(func(seconds float64) float64 { return seconds + by })
}

func (s *Shape) each(change func(float64) float64) *Shape {
	knots := make([]Knot, len(s.knots))
	for i, knot := range s.knots {
		knots[i] = Knot{change(knot.Seconds), knot.Share}
	}
	return NewShape(knots...)
}

// Part is a share of a mixture.
type Part struct {
	Shape  *Shape
	Weight float64
}

// Mix is a mixture of shapes; its weights are shares that sum to 1.
type Mix []Part

// Quantile draws a duration in seconds from the mixture: pick, in [0, 1), chooses the part and share the place within it.
func (m Mix) Quantile(pick, share float64) float64 {
	for _, part := range m {
		if pick < part.Weight {
			return part.Shape.Quantile(share)
		}
		pick -= part.Weight
	}
	return m[len(m)-1].Shape.Quantile(share)
}
