package rank

import "math"

// confidence is the normal quantile of the interval that a difference of shares is held against: 95%, one-sided.
const confidence = 1.645

// wilson is the interval of a share (Wilson, "Probable inference, the law of succession, and statistical inference",
// Journal of the American Statistical Association 22, 1927).
func wilson(hits, of float64) (low, high float64) {
	if of == 0 {
		return 0, 1
	}
	p, z2 := hits/of, confidence*confidence
	middle := (p + z2/(2*of)) / (1 + z2/of)
	half := confidence / (1 + z2/of) * math.Sqrt(p*(1-p)/of+z2/(4*of*of))
	return math.Max(0, middle-half), math.Min(1, middle+half)
}

// leastDifference is how much two shares differ at least, by the confidence interval of their difference (Newcombe,
// "Interval estimation for the difference between independent proportions: comparison of eleven methods", Statistics in
// Medicine 17, 1998, method 10). It is positive where the first is larger, negative where it is smaller, and 0 where the
// interval holds 0.
func leastDifference(hits1, of1, hits0, of0 float64) float64 {
	if of1 == 0 || of0 == 0 {
		return 0
	}
	p1, p0 := hits1/of1, hits0/of0
	low1, high1 := wilson(hits1, of1)
	low0, high0 := wilson(hits0, of0)
	if p1 >= p0 {
		return math.Max(0, p1-p0-math.Hypot(p1-low1, high0-p0))
	}
	return math.Min(0, p1-p0+math.Hypot(high1-p1, p0-low0))
}
