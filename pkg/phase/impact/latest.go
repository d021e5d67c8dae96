package impact

import (
	"math"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// latestAsked names the question for the rates of the last minutes.
const latestAsked = "last minutes"

// latestQuestion asks for the operation's request rate by status over the last minutes alone: a chart's points average over the time
// before them, and the first ones of these minutes tell of requests that came earlier. Several steps ask it; it is sent once.
func latestQuestion(c *incident.Case) (source.Question, error) {
	metric := c.Facts.Conventions.Requests
	text, err := promql.Sum(counted(c, phase.SelectOperation(c, metric.Counts()), now), byStatus(metric)...).Text()
	return source.Question{Name: latestAsked, Kind: source.Instant, Text: text, Window: c.Window}, err
}

// latest are the operation's rates in the last minutes, in 1/s: of all requests, of those that failed and of those that were refused.
type latest struct {
	total, failed, refused float64
	status, refusedBy      map[string]float64
}

// latestOf reads the rates of the last minutes. Where these hold one sample or none, a store has no rate of them, and the chart's points
// stand for it, which average over longer.
func latestOf(c *incident.Case, t traffic, answers source.Answers) latest {
	if 2*sampling(c) <= now {
		t = trafficOf(c, answers[latestAsked].Series)
	}
	w := currently(c)
	mean := func(points []incident.Point) float64 { return baseline.Mean(baseline.Within(points, w)) }
	return latest{total: mean(t.total), failed: mean(t.failed), refused: mean(t.refused), status: byCode(t.total, t.status, w), refusedBy: byCode(t.total, t.refusedBy, w)}
}

// byCode are the mean rates by code. A code can be absent at times, where its rate is zero: sum over the code's points, count over all.
func byCode(total []incident.Point, status map[string][]incident.Point, w incident.Window) map[string]float64 {
	all, rates := float64(len(baseline.Within(total, w))), map[string]float64{}
	for code, points := range status {
		of := baseline.Within(points, w)
		if rate := baseline.Mean(of) * float64(len(of)); rate > 0 {
			rates[code] = rate / all
		}
	}
	return rates
}

// requests is how many requests that was.
func (l latest) requests() float64 { return l.total * now.Seconds() }

// share is the part that some of them are; NaN without any.
func (l latest) share(some float64) float64 {
	if l.total == 0 {
		return math.NaN()
	}
	return some / l.total
}
