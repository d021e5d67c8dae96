package promql

import "github.com/prometheus/prometheus/promql/parser"

// NativeQuantile estimates the q-quantile (0 to 1) from rates of native histograms, summed by the given labels; it
// interpolates exponentially within a bucket, as histogram_quantile does with native ones.
func NativeQuantile(q float64, rates Expr, by ...string) Expr {
	return call("histogram_quantile", &parser.NumberLiteral{Val: q}, Sum(rates, by...).node)
}

// NativeCount takes the count out of native histograms: of a rate, observations per second.
func NativeCount(histograms Expr) Expr { return call("histogram_count", histograms.node) }

// NativeSum takes the sum of what was observed out of native histograms: of a rate, per second.
func NativeSum(histograms Expr) Expr { return call("histogram_sum", histograms.node) }

// Marked gives every series a label with a value; a label of that name that it had is lost. Series of several metrics can
// be told apart by it in one answer.
func Marked(e Expr, label, value string) Expr {
	empty := &parser.StringLiteral{}
	return call("label_replace", e.node, &parser.StringLiteral{Val: label}, &parser.StringLiteral{Val: value}, empty, empty)
}

func call(function string, args ...parser.Expr) Expr {
	return Expr{&parser.Call{Func: parser.Functions[function], Args: args}}
}
