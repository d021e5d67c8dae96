package significance

// Densest is a run of weights, none negative, around the largest one that has a share of all of them: the interval to name for a moment
// whose likelihood they are. It grows by the larger of the two weights beside it.
func Densest(weights []float64, share float64) (first, last int) {
	whole := 0.0
	for i, w := range weights {
		whole += w
		if w > weights[first] {
			first, last = i, i
		}
	}
	for sum := weights[first]; sum < share*whole; {
		below, above := -1.0, -1.0
		if first > 0 {
			below = weights[first-1]
		}
		if last < len(weights)-1 {
			above = weights[last+1]
		}
		switch {
		case below < 0 && above < 0:
			return first, last
		case below >= above:
			first--
			sum += below
		default:
			last++
			sum += above
		}
	}
	return first, last
}
