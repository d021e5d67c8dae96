package impact

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	manyResets = 4     // of one counter, from which they are more than restarts
	oftenReset = 0.1   // of a counter's samples that are lower than the one before, likewise
	firstsPart = 0.05  // of the requests of a status, from which those that its counters began at may not be missed
	firstsAll  = 0.001 // of all requests, likewise
	fewAtFirst = 10.0  // requests that a counter may begin at, at least
	twice      = 1.9   // series of the same labels but for a replica's, from which each is stored more than once

	countersMark  = "counted" // label that says what a series of the question counts
	countedResets = "resets"
	countedPoints = "samples"
	countedCopies = "copies"
	countedBegun  = "begun at"
	countedGrown  = "grown"
)

// Counters looks whether the service's counters can be read as counters: that they only rise, and that each is stored once.
func Counters() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "counters",
		Title:  "Counter reliability",
		Needs:  []incident.Fact{incident.FactService},
		Awaits: []incident.Fact{incident.FactConventions},
		Learns: []incident.Fact{incident.FactCounters},
		Plan:   planCounters,
		Read:   readCounters,
	}
}

// beginsAtMost is what a counter that is born can begin at: what one counts until the next sample, if that is few. One that begins higher
// is an old one that is first seen.
func beginsAtMost(c *incident.Case) float64 { return math.Max(fewAtFirst, sampling(c).Seconds()) }

func planCounters(c *incident.Case) ([]source.Question, error) {
	metric := c.Facts.Conventions.Requests
	selected := phase.SelectOperation(c, metric.Counts())
	counts := []promql.Expr{
		promql.Marked(promql.Max(promql.Resets(selected, sampled)), countersMark, countedResets),
		promql.Marked(promql.Max(promql.CountOverTime(selected, sampled)), countersMark, countedPoints),
		promql.Marked(promql.Max(promql.CountWithout(selected, convention.ReplicaLabels...)), countersMark, countedCopies),
	}
	if !metric.CountsNatively() {
		young, err := promql.Young(selected, bornWithin(c), beginsAtMost(c))
		if err != nil {
			return nil, err
		}
		counts = append(counts, promql.Marked(promql.Sum(young, byStatus(metric)...), countersMark, countedBegun),
			promql.Marked(promql.Sum(promql.Increase(selected, bornWithin(c)), byStatus(metric)...), countersMark, countedGrown))
	}
	text, err := promql.Or(counts...).Text()
	return []source.Question{{Name: "counters", Kind: source.Instant, Text: text, Window: c.Window}}, err
}

func readCounters(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("counters"); problem != nil {
		return phase.Reading{}, problem
	}
	counted, begun, grown := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for _, s := range answers["counters"].Series {
		if len(s.Points) == 0 {
			continue
		}
		switch status := s.Labels[c.Facts.Conventions.Requests.Failed.Label]; s.Labels[countersMark] {
		case countedBegun:
			begun[status] += s.Points[0].Value
		case countedGrown:
			grown[status] += s.Points[0].Value
		default:
			counted[s.Labels[countersMark]] = s.Points[0].Value
		}
	}
	if counted[countedPoints] == 0 {
		return phase.Reading{}, noTraffic(c)
	}
	found := incident.Counters{Resets: counted[countedResets], Samples: counted[countedPoints], Copies: int(math.Round(max(1, counted[countedCopies])))}
	found.Fall = found.Resets >= manyResets && found.Resets >= oftenReset*found.Samples
	if counted[countedCopies] >= twice {
		found.Replicas = slices.Clone(convention.ReplicaLabels)
	}
	found.Begun, found.Firsts = missed(begun, grown)
	finding := countersFinding(c, found)
	reading := phase.FoundThat(finding)
	if finding.Severity == incident.Normal {
		reading = phase.ClearBecause(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Counters = &found }), nil
}

// bornWithin is the time in which counters that appear are looked for.
func bornWithin(c *incident.Case) time.Duration {
	return min(time.Hour, c.Window.Length()).Truncate(time.Second)
}

// missed are the requests that counters began at when they appeared, and whether these are too many of a status to be missed.
func missed(begun, grown map[string]float64) (requests float64, matter bool) {
	all := 0.0
	for _, n := range grown {
		all += n
	}
	for _, n := range begun {
		requests += n
	}
	for status, n := range begun {
		matter = matter || n > 0 && n >= firstsPart*(n+grown[status]) && n >= firstsAll*(requests+all)
	}
	return requests, matter
}

func countersFinding(c *incident.Case, found incident.Counters) incident.Finding {
	metric, span := c.Facts.Conventions.Requests.Counts(), numbers.Duration(sampled.Seconds())
	window := c.Window.Last(sampled)
	finding := incident.Finding{Severity: incident.Normal, Interval: &window,
		Sentence: fmt.Sprintf("The counters of %s only rise, and each is stored once.", metric),
		Values: []incident.Value{{Name: "times that a counter fell", Measure: incident.MeasureResets, Value: found.Resets, Unit: incident.Count, Samples: found.Samples},
			{Name: "copies of a series", Measure: incident.MeasureCopies, Value: float64(found.Copies), Unit: incident.Count}},
		Method: "resets of the series that fell most often; series that differ in nothing but the label of a replica"}
	switch {
	case found.Fall:
		finding.Severity = incident.Warning
		finding.Sentence = fmt.Sprintf("A counter of %s fell %s in %s, at %s of its samples, as when several collectors write one series in turn: no rate, share or latency can be read from it.",
			metric, wording.Counted(int(found.Resets), "time", "times"), span, numbers.Percent(found.Resets/found.Samples))
	case found.Firsts && len(found.Replicas) == 0:
		finding.Severity = incident.Info
		span := numbers.Duration(bornWithin(c).Seconds())
		finding.Sentence = fmt.Sprintf("Counters of %s appeared in the last %s that began at one request or more: a rate misses these %s, and the numbers below count them.", metric, span,
			wording.Counted(int(math.Round(found.Begun)), "request", "requests"))
		finding.Values = append(finding.Values, incident.Value{Name: "requests that counters began at", Value: math.Round(found.Begun), Unit: incident.Count},
			incident.Value{Name: "looked back", Value: bornWithin(c).Seconds(), Unit: incident.Seconds})
	case len(found.Replicas) > 0:
		finding.Severity = incident.Info
		finding.Sentence = fmt.Sprintf("Each series of %s is stored %d times, by replicas of its collector: the numbers below count one of them.", metric, found.Copies)
	case found.Resets > 0:
		finding.Sentence = fmt.Sprintf("The counters of %s rise, but for %s in %s, and each is stored once.", metric,
			wording.Counted(int(found.Resets), "restart", "restarts"), span)
	}
	return finding
}

// untrusted is why nothing can be read from the service's counters; nil where it can, and where that is not known.
func untrusted(c *incident.Case) error {
	if c.Facts.Counters == nil || !c.Facts.Counters.Fall {
		return nil
	}
	return phase.Skipf("Have each collector write series of its own, told apart by a label, or only one of them write.",
		"The counters of %s fall again and again, so that no rate can be read from them.", c.Facts.Conventions.Requests.Counts())
}
