package services

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
)

// Witness counts what the ranking says of its first service once more: all traces that show it, and not those of a sample, for as
// long since the onset as before it. Only the trace store is asked, with two queries.
func Witness() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "witness",
		Title:  "The largest change, counted again",
		Needs:  []incident.Fact{incident.FactRanking},
		Awaits: []incident.Fact{incident.FactTraffic, incident.FactOnset},
		Learns: []incident.Fact{incident.FactWitness},
		Plan:   planWitness,
		Read:   readWitness,
	}
}

const (
	witnessed     = 5 * time.Minute // what is counted on either side, at most
	leastCounted  = time.Minute
	countedAtMost = 1000 // traces; beyond, how dense the newest lie tells how many there are
	countedSince  = "counted since"
	countedBefore = "counted before"

	stillMost = 0.5 // of a change that the sample shows, which all traces have to show too
	noneOfIt  = 0.2 // of it, below which they contradict it
)

// first is the strongest difference of the ranking's first service that traces can be searched for; false where there is none.
func first(c *incident.Case) (service string, d incident.Difference, query string, countable bool) {
	r := c.Facts.Ranking
	if len(r.Services) == 0 || r.Onset == nil {
		return "", d, "", false
	}
	service = r.Services[0].Service
	of := phase.SubjectSpans(c)
	for _, d = range r.Services[0].Evidence {
		query, countable = tracesThatShow(c, service, d)
		if countable && service != c.Subject.Service && len(of) > 1 { // of the subject's system
			query = traceql.WithAlso(query, of...)
		}
		if countable && traceql.Fits(query) {
			return service, d, query, true
		}
	}
	return service, d, "", false
}

// tracesThatShow is a query for the traces that show a difference; false for what traces do not show.
func tracesThatShow(c *incident.Case, service string, d incident.Difference) (string, bool) {
	named := func(what string) []traceql.Condition {
		return append(phase.SpansOf(c, service), traceql.SpanName(what))
	}
	switch rank.Kind(d.Kind) {
	case rank.Errors:
		return traceql.Spans(append(named(d.What), traceql.Failed())...), true
	case rank.Refused:
		at := strings.LastIndexByte(d.What, ' ')
		if code, err := strconv.Atoi(d.What[at+1:]); err == nil && at > 0 {
			return traceql.Spans(append(named(d.What[:at]), traceql.Status(code))...), true
		}
	case rank.CallPattern:
		if callee, operation, parted := strings.Cut(d.What, " "); parted {
			return traceql.Below(traceql.Spans(phase.SpansOf(c, service)...), traceql.Spans(traceql.Service(callee), traceql.SpanName(operation))), true
		}
	case rank.OwnLatency:
		if d.Current > d.Usual {
			return traceql.Spans(append(named(d.What), traceql.LongerThan(time.Duration((d.Usual+d.Current)/2*float64(time.Millisecond))))...), true
		}
	case rank.EdgeLatency, rank.LogPattern, rank.ErrorLines, rank.Operation, rank.CPU, rank.Memory, rank.Disk, rank.Network:
	}
	return "", false
}

// sidesOf are equal times before the change began and at the end of the window; false where it began too lately.
func sidesOf(c *incident.Case) (before, since incident.Window, long bool) {
	began := *c.Facts.Ranking.Onset
	if onset := c.Facts.Onset; onset != nil && onset.Earliest.Before(began.Earliest) {
		began.Earliest = onset.Earliest
	}
	if onset := c.Facts.Onset; onset != nil && onset.Latest.Before(began.Latest) {
		began.Latest = onset.Latest
	}
	length := min(witnessed, c.Window.To.Sub(began.Latest)).Truncate(time.Second)
	end := began.Earliest.Truncate(time.Second)
	return incident.Window{From: end.Add(-length), To: end}, c.Window.Last(length), length >= leastCounted
}

func planWitness(c *incident.Case) ([]source.Question, error) {
	_, _, query, countable := first(c)
	if !countable {
		return nil, nil
	}
	before, since, long := sidesOf(c)
	if !long {
		return nil, nil
	}
	now, err := phase.Search(countedSince, query, since, countedAtMost, 0)
	if err != nil {
		return nil, err
	}
	then, err := phase.Search(countedBefore, query, before, countedAtMost, 0)
	return []source.Question{now, then}, err
}

func readWitness(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	service, d, _, countable := first(c)
	if _, asked := answers[countedSince]; !countable || !asked {
		return phase.Reading{}, phase.Skipf("Look at what the ranking shows in the stores yourself.",
			"What the ranking rests on cannot be counted by a search for traces, or began less than a minute ago.")
	}
	if problem := answers.Problem(countedSince, countedBefore); problem != nil {
		return phase.Reading{}, problem
	}
	w := incident.Witness{Service: service, Kind: d.Kind, What: d.What, Now: density(answers[countedSince]), Before: density(answers[countedBefore])}
	w.Outcome = weigh(c, d, w, answers)
	finding := witnessFinding(service, d, w, answers)
	reading := phase.FoundThat(finding)
	return reading.Teaching(func(f *incident.Facts) { f.Witness = &w }), nil
}

// density is how many traces an answer has, per second.
func density(a source.Answer) float64 {
	part := sampledOf(a)
	return float64(part.Traces) / max(part.Window.Length(), time.Second).Seconds()
}

// weigh holds the counts against the sample: by how much the share of requests that show the difference changed there, and the number
// of all traces that do changed here, by as many requests as there are.
func weigh(c *incident.Case, d incident.Difference, w incident.Witness, answers source.Answers) incident.WitnessOutcome {
	sampled := difference.Share(d.Now) - difference.Share(d.Before)
	usual := w.Before
	if t := c.Facts.Traffic; t != nil && t.Now > 0 && t.Normal > 0 {
		usual *= t.Now / t.Normal
	}
	since, before := sampledOf(answers[countedSince]), sampledOf(answers[countedBefore])
	chance := significance.RateRatio(since.Traces, since.Window.Length().Seconds(), before.Traces, before.Window.Length().Seconds())
	largest := math.Max(w.Now, usual)
	if largest == 0 {
		return incident.WitnessUnsure // the store has none of them at all, neither now nor before
	}
	// In the sample the change is a share of its larger side too.
	wanted := sampled / math.Max(difference.Share(d.Now), difference.Share(d.Before))
	found := (w.Now - usual) / largest
	switch {
	case found*wanted > 0 && math.Abs(found) >= stillMost*math.Abs(wanted) && chance < rank.Unsure:
		return incident.WitnessConfirms
	case found*wanted <= 0 && (chance < rank.Unsure || since.Traces+before.Traces >= countedAtMost/10), math.Abs(found) < noneOfIt*math.Abs(wanted) && since.Traces+before.Traces >= countedAtMost/10:
		return incident.WitnessContradicts
	}
	return incident.WitnessUnsure
}

func witnessFinding(service string, d incident.Difference, w incident.Witness, answers source.Answers) incident.Finding {
	since, before := answers[countedSince], answers[countedBefore]
	current, usual := sampledOf(since), sampledOf(before)
	counts := func(part incident.Sampled) string {
		return fmt.Sprintf("%s in %s", numbers.Count(float64(part.Traces)), numbers.Duration(part.Window.Length().Round(time.Second).Seconds()))
	}
	finding := incident.Finding{Severity: incident.Info, Interval: &current.Window, Baseline: &usual.Window,
		Values: []incident.Value{{Name: "traces that show it", Value: float64(current.Traces), Unit: incident.Count, Baseline: incident.Baselined(float64(usual.Traces)), AtLeast: since.Truncated},
			{Name: "counted over", Value: current.Window.Length().Round(time.Second).Seconds(), Unit: incident.Seconds,
				Baseline: incident.Baselined(usual.Window.Length().Round(time.Second).Seconds())}},
		Method: "all traces that show what the ranking found in a sample, for the same time since it began and before"}
	said := map[incident.WitnessOutcome]string{
		incident.WitnessConfirms:    "Counted over all traces, it is so",
		incident.WitnessContradicts: "Counted over all traces, it is not so",
		incident.WitnessUnsure:      "Counted over all traces, it cannot be told",
	}[w.Outcome]
	finding.Sentence = fmt.Sprintf("%s: %s of %s, %s; before %s.", said, difference.Subject(d), service, counts(current), counts(usual))
	if w.Outcome == incident.WitnessContradicts {
		finding.Severity = incident.Warning
	}
	return finding
}
