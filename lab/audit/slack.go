package audit

import "math"

// slack is how far the true number may be from the one that was said, which speaks of so many requests and seconds.
type slack func(said, requests, seconds float64) float64

// ofShare is how far a share may be off that was read from so many requests: three standard deviations of either, and a tenth for
// the edges of the time.
func ofShare(share, requests, _ float64) float64 {
	p := math.Min(math.Max(share, 1/math.Max(requests, 1)), 1)
	return 3*math.Sqrt(p*(1-math.Min(p, 0.99))/math.Max(requests, 1)) + 0.1*share + 0.002
}

// ofRate is how far a rate may be off: three standard deviations of its count, and a tenth.
func ofRate(rate, _, seconds float64) float64 {
	return 3*math.Sqrt(math.Max(rate*seconds, 1))/seconds + 0.1*rate
}

// ofCount is how far a count may be off: lines and traces arrive while it is asked.
func ofCount(n, _, _ float64) float64 { return 1 + 0.05*n }

// ofSample is how far the count of a sample may be from the part of all that it stands for.
func ofSample(n, _, _ float64) float64 { return 3 + 4*math.Sqrt(n) + 0.25*n }

// exactly allows nothing but what numbers lose as they are written down.
func exactly(said, _, _ float64) float64 { return 1e-3 * math.Abs(said) }

// ofPart allows a part of what was said, and something besides.
func ofPart(part, least float64) slack {
	return func(said, _, _ float64) float64 { return part*math.Abs(said) + least }
}
