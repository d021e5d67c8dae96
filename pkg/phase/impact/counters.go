package impact

import (
	"fmt"
	"math"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	manyResets = 4   // of one counter, from which they are more than restarts
	oftenReset = 0.1 // of a counter's samples that are lower than the one before, likewise
	twice      = 1.9 // series of the same labels but for a replica's, from which each is stored more than once

	countersMark  = "counted" // label that says what a series of the question counts
	countedResets = "resets"
	countedPoints = "samples"
	countedCopies = "copies"
)

// Counters looks whether the service's counters can be read as counters: that they only rise, and that each is stored once.
func Counters() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseImpact,
		ID:     "counters",
		Title:  "Whether its counters can be trusted",
		Needs:  []incident.Fact{incident.FactService},
		Awaits: []incident.Fact{incident.FactConventions},
		Learns: []incident.Fact{incident.FactCounters},
		Plan:   planCounters,
		Read:   readCounters,
	}
}

func planCounters(c *incident.Case) ([]source.Question, error) {
	selected := phase.SelectOperation(c, c.Facts.Conventions.Requests.Counts())
	text, err := promql.Or(
		promql.Marked(promql.Max(promql.Resets(selected, sampled)), countersMark, countedResets),
		promql.Marked(promql.Max(promql.CountOverTime(selected, sampled)), countersMark, countedPoints),
		promql.Marked(promql.Max(promql.CountWithout(selected, convention.ReplicaLabels...)), countersMark, countedCopies)).Text()
	return []source.Question{{Name: "counters", Kind: source.Instant, Text: text, Window: c.Window}}, err
}

func readCounters(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("counters"); problem != nil {
		return phase.Reading{}, problem
	}
	counted := map[string]float64{}
	for _, s := range answers["counters"].Series {
		if len(s.Points) > 0 {
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
	finding := countersFinding(c, found)
	reading := phase.FoundThat(finding)
	if finding.Severity == incident.Normal {
		reading = phase.ClearBecause(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Counters = &found }), nil
}

func countersFinding(c *incident.Case, found incident.Counters) incident.Finding {
	metric, span := c.Facts.Conventions.Requests.Counts(), numbers.Duration(sampled.Seconds())
	window := c.Window.Last(sampled)
	finding := incident.Finding{Severity: incident.Normal, Interval: &window,
		Sentence: fmt.Sprintf("The counters of %s only rise, and each is stored once.", metric),
		Values: []incident.Value{{Name: "times that a counter fell", Value: found.Resets, Unit: incident.Count, Samples: found.Samples},
			{Name: "copies of a series", Value: float64(found.Copies), Unit: incident.Count}},
		Method: "resets of the series that fell most often; series that differ in nothing but the label of a replica"}
	switch {
	case found.Fall:
		finding.Severity = incident.Warning
		finding.Sentence = fmt.Sprintf("A counter of %s fell %s in %s, at %s of its samples, as when several collectors write one series in turn: no rate, share or latency can be read from it.",
			metric, wording.Counted(int(found.Resets), "time", "times"), span, numbers.Percent(found.Resets/found.Samples))
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
