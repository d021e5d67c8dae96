package services

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	fewRequests = 30    // of the subject in the sample, from which their share of failures is told
	disagree    = 1.5   // times the other's share, from which two witnesses do not say the same
	matters     = 0.01  // difference of the shares, likewise
	notByChance = 0.001 // the most likely that chance alone may make them differ so
)

// Agreement holds the share of failed requests in the sampled traces against that of the metrics: two witnesses of one number. Where
// there are no metrics it is the only one.
func Agreement() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "agreement",
		Title:  "Agreement of traces and metrics",
		Needs:  []incident.Fact{incident.FactNeighbours},
		Awaits: []incident.Fact{incident.FactErrors, incident.FactOnset},
		Plan:   func(*incident.Case) ([]source.Question, error) { return nil, nil },
		Read: func(c *incident.Case, answers source.Answers) (phase.Reading, error) {
			reading, err := readAgreement(c, answers)
			if again := repeated(c); err == nil && again != nil {
				reading.Outcome, reading.Findings = incident.Found, append(reading.Findings, *again)
			}
			return reading, err
		},
	}
}

// failures are the subject's requests in sampled traces, and those of them that failed.
type failures struct{ failed, of int }

func (f failures) share() float64 { return float64(f.failed) / float64(max(1, f.of)) }

// failuresIn counts them in a time.
func failuresIn(c *incident.Case, w incident.Window) failures {
	var found failures
	for _, t := range c.Facts.Neighbours.Traces {
		for _, s := range t.Spans {
			if s.Service != c.Subject.Service || s.Kind != incident.KindServer && s.Kind != incident.KindConsumer || !w.Contains(s.Start) ||
				c.Subject.Operation != "" && s.Name != c.Subject.Operation {
				continue
			}
			found.of++
			if s.Failed {
				found.failed++
			}
		}
	}
	return found
}

func readAgreement(c *incident.Case, _ source.Answers) (phase.Reading, error) {
	lately := c.Window.Last(latelyFor)
	traced := failuresIn(c, lately)
	if traced.of < fewRequests {
		return phase.Reading{}, phase.Skipf("Investigate a longer window, or a service with more requests.",
			"%s of the last %s %s sampled, too few to hold against the metrics.", wording.Counted(traced.of, "request", "requests"),
			numbers.Duration(latelyFor.Seconds()), wording.Plural(traced.of, "was", "were"))
	}
	metrics := c.Facts.Errors
	finding := incident.Finding{Severity: incident.Info, Interval: &lately,
		Values: []incident.Value{{Name: "failed, by traces", Measure: incident.MeasureTracesErrors, Value: traced.share(), Unit: incident.Ratio, Samples: float64(traced.of)}},
		Method: "the status of the service's own spans in sampled traces, and the metrics' share of failed requests; chance by Fisher's exact test"}
	said := fmt.Sprintf("%s of %s sampled requests of the last %s failed", numbers.Percent(traced.share()), numbers.Count(float64(traced.of)), numbers.Duration(latelyFor.Seconds()))
	finding.Values = append(finding.Values, incident.Value{Name: "sampled over", Measure: incident.MeasureCountedOver, Value: latelyFor.Seconds(), Unit: incident.Seconds})
	if metrics == nil {
		finding.Sentence = "By traces alone, " + said + "."
		return phase.FoundThat(finding), nil
	}
	finding.Values = append(finding.Values, incident.Value{Name: "failed, by metrics", Measure: incident.MeasureMetricsErrors, Value: metrics.Now, Unit: incident.Ratio, Samples: metrics.Samples})
	counted := countedBy(metrics.Now, metrics.Samples)
	if !contradict(traced, counted) {
		finding.Severity = incident.Normal
		finding.Sentence = fmt.Sprintf("Traces and metrics agree: %s, by metrics %s.", said, numbers.Percent(metrics.Now))
		return phase.ClearBecause(finding), nil
	}
	if before := failuresIn(c, metrics.Baseline); !metrics.NoBaseline && traced.share() > counted.share() && before.share() > metrics.Normal &&
		contradict(before, countedBy(metrics.Normal, metrics.Samples/metrics.Window.Length().Seconds()*metrics.Baseline.Length().Seconds())) {
		finding.Sentence = fmt.Sprintf("The trace store keeps failed requests more often than others: %s, by metrics %s; before it was %s of %s, by metrics %s. The metrics count all of them.",
			said, numbers.Percent(metrics.Now), numbers.Percent(before.share()), numbers.Count(float64(before.of)), numbers.Percent(metrics.Normal))
		finding.Values[0].Baseline, finding.Values[2].Baseline = incident.Baselined(before.share()), incident.Baselined(metrics.Normal)
		finding.Values = append(finding.Values, incident.Value{Name: "sampled before", Value: float64(before.of), Unit: incident.Count})
		finding.Baseline = &metrics.Baseline
		return phase.FoundThat(finding), nil
	}
	finding.Severity = incident.Warning
	finding.Sentence = fmt.Sprintf("Traces and metrics do not agree: %s, by metrics %s. %s", said, numbers.Percent(metrics.Now), reasons(traced, metrics))
	return phase.FoundThat(finding), nil
}

// countedBy are the failures that a share of so many requests means.
func countedBy(share, requests float64) failures {
	return failures{failed: int(share*requests + 0.5), of: int(requests + 0.5)}
}

// contradict says that two shares differ by more than chance makes them.
func contradict(traced, counted failures) bool {
	more, less := traced, counted
	if traced.share() < counted.share() {
		more, less = counted, traced
	}
	return more.share()-less.share() >= matters && more.share() >= disagree*less.share() &&
		significance.MoreOften(more.failed, more.of, less.failed, less.of) < notByChance
}

// reasons are what makes two such witnesses differ, so that a reader knows which to believe.
func reasons(traced failures, metrics *incident.Change) string {
	if traced.share() > metrics.Now {
		return "Counters that begin with their first failure, or that several collectors write, count too few; sampling that keeps failed traces keeps too many."
	}
	return "Failures that set no error status on the span, or sampling that leaves failed traces out, show too few; a metric that counts attempts and not requests counts too many."
}
