// Package significance says how likely chance alone is to make two samples differ as much as they do. It is pure, and
// exact for small counts, where approximations mislead.
package significance

import (
	"math"
	"sort"
)

// exactUpTo is the total count up to which tails are summed term by term; above it a normal curve is close enough.
const exactUpTo = 2000

// RateRatio is the two-sided p-value of two Poisson counts having the same rate. The exposures are what the counts were
// taken over, for example seconds, in the same unit; where one is not positive nothing can be said, and the answer is 1.
//
// Given their sum, the first count is binomial with the first exposure's share of both.
func RateRatio(a int, exposureA float64, b int, exposureB float64) float64 {
	n := a + b
	if n == 0 || !(exposureA > 0) || !(exposureB > 0) {
		return 1
	}
	share := exposureA / (exposureA + exposureB)
	if n > exactUpTo {
		mean, deviation := float64(n)*share, math.Sqrt(float64(n)*share*(1-share))
		return fromNormal((math.Abs(float64(a)-mean) - 0.5) / deviation)
	}
	lower, upper := 0.0, 0.0
	for k := range n + 1 {
		p := math.Exp(logChoose(n, k) + float64(k)*math.Log(share) + float64(n-k)*math.Log1p(-share))
		if k <= a {
			lower += p
		}
		if k >= a {
			upper += p
		}
	}
	return math.Min(1, 2*math.Min(lower, upper))
}

// MoreOften is the one-sided p-value of Fisher's exact test: how likely chance puts at least a of the a+b successes into
// the first group, of which there are n in it and m in the second. Counts outside their groups give 1.
func MoreOften(a, n, b, m int) float64 {
	successes, total := a+b, n+m
	if a < 0 || b < 0 || a > n || b > m || successes == 0 {
		return 1
	}
	all, p, mode := logChoose(total, successes), 0.0, (n+1)*(successes+1)/(total+2)
	for k := max(a, successes-m); k <= min(n, successes); k++ {
		term := math.Exp(logChoose(n, k) + logChoose(m, successes-k) - all)
		p += term
		if k > mode && term <= p*negligible {
			break // beyond the mode each term is smaller than the one before
		}
	}
	return math.Min(1, p)
}

const negligible = 1e-12 // of a sum

// LeastChance is the smallest one-sided p-value that Fisher's exact test can have for so many successes in two groups of n
// and m, however they are distributed: what cannot become significant needs no correction (Tarone, "A modified Bonferroni
// method for discrete data", Biometrics 46, 1990).
func LeastChance(successes, n, m int) float64 {
	if successes <= 0 || n <= 0 || m <= 0 || successes >= n+m {
		return 1
	}
	first, second := min(n, successes), min(m, successes)
	all := logChoose(n+m, successes)
	return math.Min(1, math.Exp(math.Min(logChoose(n, first)+logChoose(m, successes-first), logChoose(n, successes-second)+logChoose(m, second))-all))
}

// Testable is by what the p-values of discrete tests have to be multiplied so that at most a share q of all families of
// tests has any whose product is at most q though only chance is at work. It is the number of tests, less those whose least
// attainable p-value is too large to count, as Tarone shows. The p-values given are the least attainable ones; their order is
// changed.
func Testable(least []float64, q float64) int {
	sort.Float64s(least)
	for k := 1; k <= len(least); k++ {
		if sort.Search(len(least), func(i int) bool { return least[i] > q/float64(k) }) <= k {
			return k
		}
	}
	return max(1, len(least))
}

// HeavyTail is the two-sided p-value of a value that lies so many robust standard deviations away from the usual, for values
// with tails as heavy as those of Student's distribution with three degrees of freedom.
func HeavyTail(deviations float64) float64 {
	x := math.Abs(deviations) / math.Sqrt(3)
	return math.Max(0, 2/math.Pi*(math.Atan2(1, x)-x/(1+x*x)))
}

// Adjust corrects p-values for having looked at many: of the comparisons whose adjusted value is at most q, a share q at
// most is expected to be chance (Benjamini and Hochberg, "Controlling the false discovery rate", Journal of the Royal
// Statistical Society B 57, 1995). The order is kept.
func Adjust(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return p[order[a]] > p[order[b]] })
	adjusted, least := make([]float64, len(p)), 1.0
	for i, place := range order {
		rank := len(p) - i
		least = math.Min(least, p[place]*float64(len(p))/float64(rank))
		adjusted[place] = least
	}
	return adjusted
}

func fromNormal(z float64) float64 { return math.Min(1, math.Erfc(math.Max(0, z)/math.Sqrt2)) }

func logChoose(n, k int) float64 {
	return logFactorial(n) - logFactorial(k) - logFactorial(n-k)
}

func logFactorial(n int) float64 {
	v, _ := math.Lgamma(float64(n) + 1)
	return v
}
