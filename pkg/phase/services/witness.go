package services

import (
	"math"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Witness counts what the ranking says of its first service once more: all traces or log lines that show it, and not those of a sample,
// for as long since it began as before it. Where the strongest difference cannot be counted it counts a weaker one, and says so.
func Witness() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "witness",
		Title:  "Recount of the largest change",
		Needs:  []incident.Fact{incident.FactRanking},
		Awaits: witnessAwaits,
		Learns: []incident.Fact{incident.FactWitness},
		Plan:   func(c *incident.Case) ([]source.Question, error) { return planWitness(c, firstRanked(c)) },
		Read: func(c *incident.Case, answers source.Answers) (phase.Reading, error) {
			return readWitness(c, firstRanked(c), answers, func(f *incident.Facts, w *incident.Witnesses) { f.Witness = w })
		},
	}
}

// NextWitness does the same for the next service, where the count of the first one contradicts the ranking.
func NextWitness() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "next-witness",
		Title:  "Recount of the second largest change",
		Needs:  []incident.Fact{incident.FactRanking},
		Awaits: append([]incident.Fact{incident.FactWitness}, witnessAwaits...),
		Learns: []incident.Fact{incident.FactNextWitness},
		Plan:   func(c *incident.Case) ([]source.Question, error) { return planWitness(c, nextRanked(c)) },
		Read: func(c *incident.Case, answers source.Answers) (phase.Reading, error) {
			if first := firstRanked(c); first == nil || !difference.Contradicted(first, c.Facts.Witness) {
				return needless(c, "No second count contradicts the largest change, so the next one was not counted."), nil
			}
			return readWitness(c, nextRanked(c), answers, func(f *incident.Facts, w *incident.Witnesses) { f.NextWitness = w })
		},
	}
}

var witnessAwaits = []incident.Fact{incident.FactTraffic, incident.FactOnset, incident.FactLogLabels, incident.FactNeighbours}

const (
	witnessed     = 5 * time.Minute // what is counted on either side, at most
	leastCounted  = 30 * time.Second
	leastBefore   = 10 * time.Second // where requests are known for no longer
	countedAtMost = 1000             // traces; beyond, how dense the newest lie tells how many there are
	countedSince  = "counted since"
	countedBefore = "counted before"

	stillMost = 0.5 // of a change that the sample shows, which all of it has to show too
	noneOfIt  = 0.2 // of it, below which all of it contradicts the sample
)

// firstRanked is the ranking's first service; nil where there is none.
func firstRanked(c *incident.Case) *incident.RankedService {
	r := c.Facts.Ranking
	if len(r.Services) == 0 || len(r.Services[0].Evidence) == 0 {
		return nil
	}
	return &r.Services[0]
}

// nextRanked is the service behind a first one that a second count contradicts, where it changed enough to be told; else nil.
func nextRanked(c *incident.Case) *incident.RankedService {
	r := c.Facts.Ranking
	if first := firstRanked(c); first == nil || len(r.Services) < 2 || !difference.Contradicted(first, c.Facts.Witness) {
		return nil
	}
	if next := &r.Services[1]; next.Score >= difference.WorthTelling && len(next.Evidence) > 0 {
		return next
	}
	return nil
}

// sidesOf are equal times before a service's change began and at the end of the window; false where it began too lately, or nobody
// knows when.
func sidesOf(c *incident.Case, service string) (before, since incident.Window, long bool) {
	began := c.Facts.Ranking.Onset
	for i := range c.Facts.Ranking.Services {
		if r := &c.Facts.Ranking.Services[i]; r.Service == service && r.Began != nil {
			began = r.Began
		}
	}
	if began == nil {
		return before, since, false
	}
	earliest, latest := began.Earliest, began.Latest
	if onset := c.Facts.Onset; onset != nil && onset.Earliest.Before(earliest) {
		earliest = onset.Earliest
	}
	if onset := c.Facts.Onset; onset != nil && onset.Latest.Before(latest) {
		latest = onset.Latest
	}
	length := min(witnessed, c.Window.To.Sub(latest)).Truncate(time.Second)
	end := earliest.Truncate(time.Second)
	before, since = incident.Window{From: end.Add(-length), To: end}, c.Window.Last(length)
	if before.From, long = knownSince(c, before); !long {
		return before, since, false
	}
	return before, since, length >= leastCounted && before.Length() >= leastBefore
}

// knownSince is from when on requests are known in a time before the change: a time without any is no time without the change. False
// where none are known in it at all. Where a part of the sample holds only its newest requests, those before them are there too.
func knownSince(c *incident.Case, w incident.Window) (time.Time, bool) {
	if c.Facts.Neighbours == nil {
		return w.From, true
	}
	begins := c.Window.From
	for _, part := range requestsOf(c).Parts {
		if !w.From.Before(begins) && w.From.Before(part.Window.From) {
			return w.From, true
		}
		begins = part.Window.To
	}
	var first time.Time
	for _, t := range requestsOf(c).Traces {
		if at := t.Start; w.Contains(at) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first.Truncate(time.Second), !first.IsZero()
}

func planWitness(c *incident.Case, r *incident.RankedService) ([]source.Question, error) {
	if r == nil {
		return nil, nil
	}
	before, since, long := sidesOf(c, r.Service)
	pick := chosen(c, r)
	if pick.counted == nil || !long {
		return nil, nil
	}
	now, err := pick.how.ask(countedSince, since)
	if err != nil {
		return nil, err
	}
	then, err := pick.how.ask(countedBefore, before)
	return []source.Question{now, then}, err
}

func readWitness(c *incident.Case, r *incident.RankedService, answers source.Answers, learn func(*incident.Facts, *incident.Witnesses)) (phase.Reading, error) {
	if r == nil {
		return needless(c, "No service is left that changed enough to be counted again."), nil
	}
	pick := chosen(c, r)
	if pick.counted == nil && pick.why == "" {
		return needless(c, "The largest change was read from everything that the store has and not from a sample, so there is nothing to count again."), nil
	}
	found := incident.Witnesses{Counts: []incident.Witness{}}
	uncounted := func(d *incident.Difference, why string) {
		found.Counts = append(found.Counts, incident.Witness{Service: r.Service, Kind: d.Kind, About: d.About, Peers: d.Peers, Outcome: incident.WitnessUncounted, Reason: why})
	}
	taught := func(reading phase.Reading) phase.Reading {
		return reading.Teaching(func(f *incident.Facts) { learn(f, &found) })
	}
	unable := func(why, advice string) phase.Reading {
		return taught(phase.Reading{Outcome: incident.NotChecked, Reason: why, Advice: advice})
	}
	if pick.why != "" {
		uncounted(&r.Evidence[0], pick.why)
	}
	if pick.counted == nil {
		return unable(wording.Capital(difference.NotCounted(r, r.Evidence[0], pick.why))+".", "Look at what the ranking shows in the stores yourself."), nil
	}
	if _, asked := answers[countedSince]; !asked {
		const lately = "It began less than 30 s ago, its start is not known, or no requests are known from before."
		uncounted(pick.counted, lately)
		return unable(lately, "Look again in a minute, or choose a window that begins earlier."), nil
	}
	if why, advice := lacking(answers); why != "" {
		uncounted(pick.counted, why)
		return unable(why, advice), nil
	}
	d := pick.counted
	w := incident.Witness{Service: r.Service, Kind: d.Kind, About: d.About, Peers: d.Peers, Counted: pick.how.of, Now: tallyOf(answers[countedSince]), Before: tallyOf(answers[countedBefore])}
	w.Outcome = weigh(c, *d, w)
	found.Counts = append(found.Counts, w)
	finding := witnessFinding(r, *d, w, answers)
	if pick.why != "" {
		finding.Sentence += " " + wording.Capital(difference.NotCounted(r, r.Evidence[0], pick.why)) + "."
	}
	return taught(phase.FoundThat(finding)), nil
}

// lacking says which count the store did not answer, and what to do; nothing where it answered both.
func lacking(answers source.Answers) (why, advice string) {
	if problem := answers.Problem(countedSince, countedBefore); problem != nil {
		return problem.Sentence, problem.Advice
	}
	return "", ""
}

// needless says why nothing had to be counted: that is no finding of normal.
func needless(c *incident.Case, why string) phase.Reading {
	return phase.FoundThat(incident.Finding{Severity: incident.Info, Sentence: why, Interval: &c.Window})
}

// tallyOf is how many traces or lines an answer has, in the time that it covers.
func tallyOf(a source.Answer) incident.Tally {
	if a.Question.Kind == source.LogCount {
		n := 0.0
		for _, s := range a.Series {
			for _, p := range s.Points {
				n += p.Value
			}
		}
		return incident.Tally{Count: n, Over: a.Question.Window.Length()}
	}
	part := sampledOf(a)
	return incident.Tally{Count: float64(part.Traces), Over: max(part.Window.Length(), time.Second).Round(time.Second)}
}

// weigh holds the counts against the sample: by how much the share of requests that show the difference changed there, and the number
// of all that do changed here, by as many requests as there are.
func weigh(c *incident.Case, d incident.Difference, w incident.Witness) incident.WitnessOutcome {
	sampled := difference.Share(d.Now) - difference.Share(d.Before)
	current, usual := w.Now.Rate(), w.Before.Rate()
	if t := c.Facts.Traffic; t != nil && t.Now > 0 && t.Normal > 0 {
		usual *= t.Now / t.Normal
	}
	chance := significance.RateRatio(int(w.Now.Count), w.Now.Over.Seconds(), int(w.Before.Count), w.Before.Over.Seconds())
	largest := math.Max(current, usual)
	if largest == 0 {
		return incident.WitnessUnsure // the store has none of them at all, neither now nor before
	}
	// In the sample the change is a share of its larger side too.
	wanted := sampled / math.Max(difference.Share(d.Now), difference.Share(d.Before))
	found := (current - usual) / largest
	enough := w.Now.Count+w.Before.Count >= countedAtMost/10
	switch {
	case found*wanted > 0 && math.Abs(found) >= stillMost*math.Abs(wanted) && chance < rank.Unsure:
		return incident.WitnessConfirms
	case found*wanted <= 0 && (chance < rank.Unsure || enough), math.Abs(found) < noneOfIt*math.Abs(wanted) && enough:
		return incident.WitnessContradicts
	}
	return incident.WitnessUnsure
}

func witnessFinding(r *incident.RankedService, d incident.Difference, w incident.Witness, answers source.Answers) incident.Finding {
	since, before := answers[countedSince], answers[countedBefore]
	current, usual := sampledOf(since).Window, sampledOf(before).Window
	finding := incident.Finding{Severity: incident.Info, Interval: &current, Baseline: &usual,
		Values: difference.CountedValues(w, since.Truncated),
		Method: "all " + string(w.Counted) + " that show what the ranking found in a sample, for the same time since it began and before"}
	finding.Sentence = difference.CountedAgain(r, d, w) + "."
	if w.Outcome == incident.WitnessContradicts {
		finding.Severity = incident.Warning
	}
	return finding
}
