package impact

import (
	"math"
	"regexp"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// counted is the rate of requests of a selection of the request metric's counts, each series once however many replicas store it, and
// with the first requests of counters that appear where these matter.
func counted(c *incident.Case, selection promql.Expr, window time.Duration) promql.Expr {
	if known := c.Facts.Counters; known != nil && known.Firsts {
		if rate, err := promql.RateWithFirsts(selection, window, beginsAtMost(c)); err == nil {
			return onceEach(c, rate)
		}
	}
	return onceEach(c, promql.Rate(selection, window))
}

// onceEach counts series of replicas once.
func onceEach(c *incident.Case, rate promql.Expr) promql.Expr {
	metric := c.Facts.Conventions.Requests
	if known := c.Facts.Counters; known != nil && len(known.Replicas) > 0 && !metric.CountsNatively() {
		rate = promql.MaxWithout(rate, known.Replicas...)
	}
	if metric.CountsNatively() {
		return promql.NativeCount(rate)
	}
	return rate
}

// byStatus are the labels that part failed requests from others; none where the metric does not tell.
func byStatus(metric *incident.RequestMetric) []string {
	if metric.Failed.Label == "" {
		return nil
	}
	return []string{metric.Failed.Label}
}

// trafficQuestion asks for the operation's request rate by status. Several steps ask it; it is sent once.
func trafficQuestion(c *incident.Case) (source.Question, error) {
	metric := c.Facts.Conventions.Requests
	rate := counted(c, phase.SelectOperation(c, metric.Counts()), phase.Averaging(c))
	text, err := promql.Sum(rate, byStatus(metric)...).Text()
	return source.Question{Name: "traffic", Kind: source.Range, Text: text, Window: phase.Lookback(c), Step: phase.Spacing(c)}, err
}

// traffic is the operation's request rate over time: all of it, what failed, and what failed by status.
type traffic struct {
	total  []incident.Point
	failed []incident.Point // at every time of total
	status map[string][]incident.Point
	told   bool // some of it has a status; without any, that nothing failed is not known
	// refused is what was answered with an HTTP status of 400 to 499 that is no failure, at every time of total; and by status.
	refused   []incident.Point
	refusedBy map[string][]incident.Point
}

func trafficOf(c *incident.Case, series []incident.Series) traffic {
	failure := c.Facts.Conventions.Requests.Failed
	pattern := regexp.MustCompile("^(?:" + failure.Pattern + ")$")
	total, failed, refused := map[time.Time]float64{}, map[time.Time]float64{}, map[time.Time]float64{}
	t := traffic{status: map[string][]incident.Point{}, refusedBy: map[string][]incident.Point{}}
	for _, s := range series {
		status := s.Labels[failure.Label]
		fails := pattern.MatchString(status)
		refuses := !fails && convention.Refuses(status)
		t.told = t.told || status != ""
		switch {
		case fails:
			t.status[status] = s.Points
		case refuses:
			t.refusedBy[status] = s.Points
		}
		for _, p := range s.Points {
			if _, seen := total[p.Time]; !seen {
				t.total = append(t.total, incident.Point{Time: p.Time})
			}
			total[p.Time] += p.Value
			switch {
			case fails:
				failed[p.Time] += p.Value
			case refuses:
				refused[p.Time] += p.Value
			}
		}
	}
	sortByTime(t.total)
	for i, p := range t.total {
		t.total[i].Value = total[p.Time]
		t.failed = append(t.failed, incident.Point{Time: p.Time, Value: failed[p.Time]})
		t.refused = append(t.refused, incident.Point{Time: p.Time, Value: refused[p.Time]})
	}
	return t
}

// ratios are the shares of failed requests over time; times without traffic are left out.
func (t traffic) ratios() []incident.Point {
	var ratios []incident.Point
	for i, p := range t.total {
		if p.Value > 0 {
			ratios = append(ratios, incident.Point{Time: p.Time, Value: t.failed[i].Value / p.Value})
		}
	}
	return ratios
}

// refusals is the same traffic with what was refused in the place of what failed.
func (t traffic) refusals() traffic {
	return traffic{total: t.total, failed: t.refused, status: t.refusedBy}
}

// share is the ratio of failed requests in the window and how many requests that speaks of; NaN without traffic.
func (t traffic) share(w incident.Window) (ratio, requests float64) {
	total, failed := baseline.Within(t.total, w), baseline.Within(t.failed, w)
	return baseline.Mean(failed) / baseline.Mean(total), baseline.Mean(total) * covered(t.total, w).Seconds()
}

// covered is how much of the window the points speak of.
func covered(points []incident.Point, w incident.Window) time.Duration {
	if len(points) == 0 {
		return 0
	}
	if points[0].Time.After(w.From) {
		w.From = points[0].Time
	}
	return max(0, w.Length())
}

// countNoise is the standard deviation that chance gives a share of the given mean among n requests (binomial). One
// failure in n is always possible by chance.
func countNoise(mean, n float64) float64 {
	if n < 1 {
		return 1
	}
	return math.Sqrt(math.Max(mean, 1/n) / n)
}
