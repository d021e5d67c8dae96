package httpapi

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// bucketsOf lays a course of native histograms out as a classic histogram's series: one for each upper bound that any of
// them has, under the label le, with the observations up to it. Readers of classic histograms then read both kinds. A
// bucket that a native histogram leaves out is empty, so that every bound has a point at every time but those whose counts
// are no numbers.
func bucketsOf(known texts, metric model.Metric, course []model.SampleHistogramPair) []incident.Series {
	var bounds []float64
	for _, at := range course {
		for _, b := range at.Histogram.Buckets {
			// The lower bounds too: without them, the lowest bucket would seem to begin at 0.
			bounds = append(bounds, float64(b.Lower), float64(b.Upper))
		}
	}
	slices.Sort(bounds)
	bounds = slices.DeleteFunc(slices.Compact(bounds), func(b float64) bool { return math.IsInf(b, 0) })
	if len(course) > 0 {
		bounds = append(bounds, math.Inf(1))
	}
	series := make([]incident.Series, len(bounds))
	for i, bound := range bounds {
		labels := labelsOf(metric, known)
		labels[model.BucketLabel] = boundText(bound)
		series[i] = incident.Series{Labels: labels}
		for _, at := range course {
			if count := upTo(at.Histogram, bound); isNumber(count) {
				series[i].Points = append(series[i].Points, incident.Point{Time: at.Timestamp.Time().In(time.UTC), Value: count})
			}
		}
	}
	return slices.DeleteFunc(series, func(s incident.Series) bool { return len(s.Points) == 0 })
}

// upTo is how many of a histogram's observations are at most the bound.
func upTo(h *model.SampleHistogram, bound float64) float64 {
	if math.IsInf(bound, 1) {
		return float64(h.Count)
	}
	sum := 0.0
	for _, b := range h.Buckets {
		if float64(b.Upper) <= bound {
			sum += float64(b.Count)
		}
	}
	return sum
}

func boundText(bound float64) string {
	if math.IsInf(bound, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(bound, 'g', -1, 64)
}
