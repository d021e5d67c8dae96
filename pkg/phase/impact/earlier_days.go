package impact

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// daysAsked are how many days ago the same hours are looked at: the days before, and the same day of the week before.
var daysAsked = []int{1, 2, 3, 7}

const (
	day          = 24 * time.Hour
	daySpacing   = 5 * time.Minute // between the points of earlier days, and what each averages over
	earlierAsked = "earlier days"
)

// earlierQuestion asks for the operation's traffic and p99 in the same hours of earlier days. Several steps ask it; it is
// sent once.
func earlierQuestion(c *incident.Case) (source.Question, error) {
	var parts []phase.Part
	metric := c.Facts.Conventions.Requests
	traffic := promql.Sum(onceEach(c, promql.Rate(phase.SelectOperation(c, metric.Counts()), daySpacing)), byStatus(metric)...)
	for _, d := range daysAsked {
		earlier := time.Duration(d) * day
		parts = append(parts, phase.Part{Name: trafficOn(d), Expr: traffic, Earlier: earlier})
		if metric.Histogram != "" {
			parts = append(parts, phase.Part{Name: p99On(d), Expr: quantileOf(c, daySpacing), Earlier: earlier})
		}
	}
	text, err := phase.Joined(parts...)
	return source.Question{Name: earlierAsked, Kind: source.Range, Text: text, Window: phase.Lookback(c), Step: daySpacing}, err
}

func trafficOn(d int) string { return fmt.Sprintf("requests %d d before", d) }
func p99On(d int) string     { return fmt.Sprintf("p99 %d d before", d) }

// earlierDays is what the same hours of earlier days were like, a value a day, as far as the store reaches back.
type earlierDays struct {
	traffic []traffic          // at today's times
	p99     [][]incident.Point // s, at today's times
	unread  string             // why they could not be looked at; empty when they were
}

func earlierDaysOf(c *incident.Case, answers source.Answers) earlierDays {
	if problem := answers.Problem(earlierAsked); problem != nil {
		return earlierDays{unread: problem.Sentence}
	}
	parts := phase.Parted(answers[earlierAsked])
	var days earlierDays
	for _, d := range daysAsked {
		if series := parts[trafficOn(d)]; len(series) > 0 {
			days.traffic = append(days.traffic, trafficOf(c, series))
		}
		if series := parts[p99On(d)]; len(series) > 0 {
			days.p99 = append(days.p99, scaled(series[0].Points, c.Facts.Conventions.Requests.Seconds))
		}
	}
	return days
}

// sameHours is the window that earlier days are read in: the hour that ends with the window. An incident of today has no
// part in it.
func sameHours(c *incident.Case) incident.Window { return baseline.Hour(c.Window.To) }

// errors is the usual share of failed requests in these hours; false where no day is known.
func (e earlierDays) errors(c *incident.Case) (ratio float64, days int) {
	var ratios []float64
	for _, t := range e.traffic {
		if total := baseline.Within(t.total, sameHours(c)); baseline.Mean(total) > 0 {
			ratios = append(ratios, baseline.Mean(baseline.Within(t.failed, sameHours(c)))/baseline.Mean(total))
		}
	}
	return baseline.Median(ratios), len(ratios)
}

// latency is the usual p99 in these hours.
func (e earlierDays) latency(c *incident.Case) (seconds float64, days int) {
	var medians []float64
	for _, points := range e.p99 {
		if values := baseline.Within(points, sameHours(c)); len(values) > 0 {
			medians = append(medians, baseline.Median(values))
		}
	}
	return baseline.Median(medians), len(medians)
}

// expected is the request rate that the time of day lets expect now: the normal one of today, times what earlier days
// rose or fell by between the same times.
func (e earlierDays) expected(current, usual incident.Window, normal float64) (rate float64, days int) {
	var shares []float64
	for _, t := range e.traffic {
		then, before := baseline.Within(t.total, current), baseline.Within(t.total, usual)
		if len(then) > 0 && baseline.Mean(before) > 0 {
			shares = append(shares, baseline.Mean(then)/baseline.Mean(before))
		}
	}
	return normal * baseline.Median(shares), len(shares)
}

// onEarlierDays is what a number of earlier days measures, by its unit.
var onEarlierDays = map[incident.Unit]incident.Measure{incident.Ratio: incident.MeasureEarlierErrors, incident.Seconds: incident.MeasureEarlierP99}

// tell adds to a finding what earlier days had at this time, or that it is not known.
func (e earlierDays) tell(f *incident.Finding, name string, value float64, unit incident.Unit, days int) {
	switch {
	case e.unread != "":
		f.Sentence += " Earlier days could not be looked at: " + e.unread
	case days == 0:
		f.Method += "; the store does not reach back to the same hours of earlier days"
	default:
		f.Sentence += fmt.Sprintf(" In the same hour of %d earlier %s it was %s.", days, wording.Plural(days, "day", "days"), numbers.Say(value, unit))
		f.Values = append(f.Values, incident.Value{Name: name + " in the same hour of earlier days", Measure: onEarlierDays[unit], Value: value, Unit: unit, Samples: float64(days)})
	}
}
