package services

import (
	"fmt"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const toldServices = 3

// Rank compares how every service of the requests handles them now with how it did before: by the times of calls, by the
// log lines of the same requests, and by the services' infrastructure metrics.
func Rank() phase.Step {
	return phase.Step{
		Phase: incident.PhaseCause,
		ID:    "ranking",
		Title: "Service ranking",
		Awaits: []incident.Fact{incident.FactNeighbours, incident.FactOnset, incident.FactLogLabels, incident.FactTraceLines, incident.FactService, incident.FactCallees,
			incident.FactExample, incident.FactTraffic, incident.FactRisen},
		Learns: []incident.Fact{incident.FactRanking},
		Plan:   planRanking,
		Read:   readRanking,
	}
}

func planRanking(c *incident.Case) ([]source.Question, error) {
	questions, err := lineQuestions(c)
	if err != nil {
		return nil, err
	}
	failures, err := errorQuestions(c)
	if err != nil {
		return nil, err
	}
	metrics, err := metricQuestions(c)
	return slices.Concat(questions, failures, metrics), err
}

func readRanking(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	in := rank.Input{Traces: requestsOf(c).Traces, Sampled: sampledTimes(c), Window: c.Window, Metrics: metricsOf(c, answers)}
	notRead(c, &in)
	var missing []string
	var problem *source.Problem
	if in.Lines, in.Read, problem = requestLines(c, answers); problem != nil {
		missing = append(missing, "log lines")
	}
	for _, kind := range []string{metricsQuestion, elsewhereQuestion} {
		if answers[kind].Problem != nil {
			missing = append(missing, kind)
		}
	}
	failures, unread := errorLines(c, answers)
	failures = slices.DeleteFunc(failures, func(m rank.Metric) bool { // what is compared by request needs no clock
		return slices.ContainsFunc(in.Lines, func(l rank.Line) bool { return l.Service == m.Service })
	})
	if in.Metrics = append(in.Metrics, failures...); unread {
		missing = append(missing, "error lines")
	}
	if len(in.Traces)+len(in.Metrics) == 0 {
		return phase.Reading{}, nothingAtAll(c, answers)
	}
	if onset := c.Facts.Onset; onset != nil {
		in.Onsets = []time.Time{onset.Earliest, onset.Latest}
	}
	found := rankingOf(rank.Rank(in))
	found.Services = notDenied(c, found.Services)
	if !knowsWhoTakesPart(c) {
		unlink(found.Services, c.Subject.Service)
		linkNamed(found.Services, c.Subject.Service)
	}
	putBehindNamed(found.Services, c.Subject.Service)
	found.Traces, found.Lines, found.Metrics = len(in.Traces), len(in.Lines), len(in.Metrics)
	finding := rankingFinding(c, found, missing)
	if len(found.Services) == 0 && nothingBefore(c, in) {
		return phase.Reading{}, phase.Skipf("Choose a window that begins earlier, or check how long the stores keep telemetry.",
			"Nothing is known of these services from before the last %s, so that nothing can be compared.", numbers.Duration(latelyFor.Seconds()))
	}
	if len(found.Services) == 0 && nothingLately(c, in) {
		return phase.Reading{}, phase.Skipf("Look at why it handles nothing any more: its own log, and what it takes its work from.",
			"No request of the last %s was sampled, so that none can be held against those from before.", numbers.Duration(latelyFor.Seconds()))
	}
	reading := phase.FoundThat(finding)
	if !difference.MoreThanChance(&found, c.Window.To) {
		if unread := notCompared(c, found, missing); unread != nil {
			return phase.Reading{}, unread
		}
		reading = phase.ClearBecause(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Ranking = &found }), nil
}

// notCompared says what could not be compared, where what could be shows nothing beyond chance; nil where nothing is missing.
func notCompared(c *incident.Case, found incident.Ranking, missing []string) *phase.Skip {
	switch {
	case c.Facts.Neighbours == nil:
		return phase.Skipf(whyNoneSampled(),
			"No requests could be sampled. %s of services could be compared, and %s no change beyond chance.",
			wording.Counted(found.Metrics, "series of metrics or error lines", "series of metrics and error lines"), wording.Plural(found.Metrics, "it shows", "they show"))
	case c.Facts.Neighbours.Lost:
		return phase.Skipf("Look again; the trace store's own log says more if this lasts.",
			"Chance explains every difference in the requests that could be read, but a part of the time could not be read.")
	case len(missing) > 0:
		return phase.Skipf("Look again; the log of the store that did not answer says more if this lasts.",
			"Chance explains every difference that could be read, but the %s could not be read.", wording.List(missing))
	}
	return nil
}

// sampledTimes are the times that the sampled requests are from.
func sampledTimes(c *incident.Case) []incident.Window {
	var times []incident.Window
	for _, part := range requestsOf(c).Parts {
		times = append(times, part.Window)
	}
	return times
}

// requestsOf are the sampled requests; none where they could not be sampled.
func requestsOf(c *incident.Case) incident.Neighbours {
	if c.Facts.Neighbours == nil {
		return incident.Neighbours{}
	}
	return *c.Facts.Neighbours
}

// nothingBefore says that neither requests nor metrics are known from before the last minutes.
func nothingBefore(c *incident.Case, in rank.Input) bool {
	lately := c.Window.Last(latelyFor).From
	return !slices.ContainsFunc(in.Traces, func(t incident.Trace) bool { return t.Start.Before(lately) }) &&
		!slices.ContainsFunc(in.Metrics, func(m rank.Metric) bool { return len(m.Points) > 0 && m.Points[0].Time.Before(lately) })
}

// nothingAtAll is why there is nothing to compare.
func nothingAtAll(c *incident.Case, answers source.Answers) error {
	if _, asked := answers[elsewhereQuestion]; asked {
		if problem := answers.Problem(elsewhereQuestion); problem != nil {
			return problem
		}
	} else if risen := c.Facts.Risen; risen != nil {
		return phase.Skipf(whyNoneSampled(), "No requests could be sampled, and none of %d series of infrastructure metrics rose by half.", risen.Series)
	}
	if c.Facts.Neighbours == nil {
		return phase.Skipf("See why requests could not be sampled, or send metrics of CPU, memory and disk with the name of their service or pod.",
			"No requests could be sampled, and there are neither metrics of services nor error lines to compare.")
	}
	return phase.Skipf("Send traces, or metrics of CPU, memory and disk with the name of their service or pod.",
		"There are neither traces of requests nor metrics of services nor error lines to compare.")
}

// nothingLately says that all requests that are known are from before the last minutes, and that there is nothing else to compare.
func nothingLately(c *incident.Case, in rank.Input) bool {
	lately := c.Window.Last(latelyFor).From
	return len(in.Traces) > 0 && len(in.Metrics) == 0 && !slices.ContainsFunc(in.Traces, func(t incident.Trace) bool { return !t.Start.Before(lately) })
}

// unlink marks all services but the subject as linked to its requests by nothing but time.
func unlink(services []incident.RankedService, subject string) {
	for i := range services {
		services[i].Unlinked = services[i].Service != subject
	}
}

// notDenied leaves out what the example trace contradicts: a call that no sampled request makes any more, and that it makes.
func notDenied(c *incident.Case, services []incident.RankedService) []incident.RankedService {
	example := c.Facts.Example
	if example == nil || c.Facts.Onset != nil && example.Trace.Start.Before(c.Facts.Onset.Earliest) {
		return services
	}
	called := map[incident.Aspect]bool{}
	for _, s := range example.Trace.Spans {
		called[incident.Aspect{Callee: s.Service, Operation: s.Name}] = true
	}
	kept := []incident.RankedService{}
	for _, s := range services {
		s.Evidence = slices.DeleteFunc(s.Evidence, func(d incident.Difference) bool {
			return rank.Kind(d.Kind) == rank.CallPattern && d.Now.Hits == 0 && called[d.About]
		})
		if len(s.Evidence) > 0 {
			kept = append(kept, s)
		}
	}
	return kept
}

func rankingOf(r rank.Ranking) incident.Ranking {
	out := incident.Ranking{Services: []incident.RankedService{}, Onset: r.Onset, Compared: r.Compared,
		Shuffled: incident.Counted{Hits: r.Shuffled.Hits, Of: r.Shuffled.Of}}
	for _, s := range r.Suspects {
		one := incident.RankedService{Service: s.Service, Score: s.Score, Chance: s.Chance, Lasted: s.Lasted, Last: s.Last, ExplainedBy: s.ExplainedBy, Began: s.Began, Evidence: []incident.Difference{}}
		for _, e := range s.Evidence {
			one.Evidence = append(one.Evidence, incident.Difference{Kind: string(e.Kind), About: e.About, Holds: e.Holds, Peers: e.Peers,
				Now: incident.Counted{Hits: e.Now.Hits, Of: e.Now.Of}, Before: incident.Counted{Hits: e.Before.Hits, Of: e.Before.Of},
				Usual: e.Typical, Current: e.Current, Strength: e.Strength, Chance: e.Chance, Example: e.Example, Failure: e.Failure})
		}
		out.Services = append(out.Services, one)
	}
	return out
}

func rankingFinding(c *incident.Case, found incident.Ranking, missing []string) incident.Finding {
	finding := incident.Finding{Severity: incident.Normal, Interval: &c.Window,
		Values: []incident.Value{{Name: "changes compared", Value: float64(found.Compared), Unit: incident.Count},
			{Name: "requests", Value: float64(found.Traces), Unit: incident.Count}, {Name: "log lines", Value: float64(found.Lines), Unit: incident.Count},
			{Name: "metric series", Value: float64(found.Metrics), Unit: incident.Count}},
		Method: "for every service and operation, the share of requests that show something now and before; the strength is the least difference that their numbers allow (95%)"}
	finding.Sentence = "No service handles its requests otherwise than before."
	if len(found.Services) > 0 && found.Services[0].Score >= difference.WorthTelling {
		finding.Severity, finding.Sentence = incident.Warning, ""
		if !difference.MoreThanChance(&found, c.Window.To) {
			finding.Severity = incident.Info
			finding.Sentence = "So many changes were compared that chance alone may have made all that were found. The largest: "
			if !difference.IsFresh(found.Services[0], c.Window.To) {
				finding.Sentence = "No request of the last minutes shows that it is still so, but before: "
			}
		}
		tellServices(&finding, found)
	} else if len(found.Services) > 0 && found.Services[0].Score > 0 && found.Services[0].Chance <= rank.Unsure {
		first := found.Services[0]
		finding.Severity = incident.Info
		finding.Sentence = "No service handles many of its requests otherwise than before. The largest change: " + difference.Describe(first.Service, first.Evidence[0]) + "."
		finding.Values = append(finding.Values, difference.Values(first.Service, first.Evidence[0])...)
	}
	if len(missing) > 0 {
		finding.Sentence += fmt.Sprintf(" The %s could not be read.", wording.List(missing))
	}
	return finding
}

// tellServices says what the first services do otherwise, and whether the order of the requests matters for that.
func tellServices(finding *incident.Finding, found incident.Ranking) {
	for i, s := range found.Services {
		if i == toldServices || s.Score < difference.WorthTelling {
			break
		}
		finding.Values = append(finding.Values, incident.Value{Name: "strength", Value: s.Score, Unit: incident.Ratio, Labels: map[string]string{"service": s.Service}})
		finding.Values = append(finding.Values, difference.Values(s.Service, s.Evidence[0])...)
		if i > 0 {
			finding.Sentence += " Next: "
		}
		finding.Sentence += difference.Describe(s.Service, s.Evidence[0]) + "."
	}
	if found.Shuffled.Of > 0 {
		finding.Values = append(finding.Values, incident.Value{Name: "other orders of the requests", Value: float64(found.Shuffled.Of), Unit: incident.Count},
			incident.Value{Name: "of these, as much failing", Value: float64(found.Shuffled.Hits), Unit: incident.Count})
		finding.Sentence += " In comparison, " + difference.Shuffled(found.Shuffled) + "."
	}
}
