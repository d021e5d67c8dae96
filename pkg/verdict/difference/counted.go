package difference

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

// CountOf is the second count of a service's difference among several; nil where it was not tried.
func CountOf(service string, d incident.Difference, among ...*incident.Witnesses) *incident.Witness {
	for _, some := range among {
		if some == nil {
			continue
		}
		for i := range some.Counts {
			if w := &some.Counts[i]; w.Service == service && isOf(w, d) {
				return w
			}
		}
	}
	return nil
}

// Contradicted says that all traces or lines deny the strongest difference of a service: the one that its place in the ranking rests on.
func Contradicted(r *incident.RankedService, among ...*incident.Witnesses) bool {
	if len(r.Evidence) == 0 {
		return false
	}
	w := CountOf(r.Service, r.Evidence[0], among...)
	return w != nil && w.Outcome == incident.WitnessContradicts
}

// Held is a ranking without what second counts contradict: services of which they deny the strongest difference, and weaker differences
// of others, which then weigh less. A difference that was counted leads where the strongest could not be: it is what is known. The
// ranking given stays as it is.
func Held(all *incident.Ranking, counts ...*incident.Witnesses) *incident.Ranking {
	if all == nil {
		return nil
	}
	held := *all
	held.Services = []incident.RankedService{}
	out := map[string]bool{}
	for _, r := range all.Services {
		if Contradicted(&r, counts...) {
			out[r.Service] = true
			continue
		}
		held.Services = append(held.Services, heldOf(r, counts))
	}
	for i := range held.Services {
		if r := &held.Services[i]; out[r.ExplainedBy] {
			r.ExplainedBy = ""
		}
	}
	slices.SortStableFunc(held.Services, func(a, b incident.RankedService) int { // a service that lost a difference may go behind
		return compareDescending(a.Score, b.Score)
	})
	if len(held.Services) == 0 {
		held.Onset, held.Shuffled = nil, incident.Counted{}
	} else if held.Services[0].Service != all.Services[0].Service { // both were told of the first one
		held.Onset, held.Shuffled = held.Services[0].Began, incident.Counted{}
	}
	return &held
}

func compareDescending(a, b float64) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

func heldOf(r incident.RankedService, counts []*incident.Witnesses) incident.RankedService {
	outcome := func(d incident.Difference) incident.WitnessOutcome {
		if w := CountOf(r.Service, d, counts...); w != nil {
			return w.Outcome
		}
		return ""
	}
	kept := slices.DeleteFunc(slices.Clone(r.Evidence), func(d incident.Difference) bool { return outcome(d) == incident.WitnessContradicts })
	if len(kept) < len(r.Evidence) {
		r.Score, r.Chance = min(r.Score, weightOf(kept)), chanceOf(kept)
	}
	at := slices.IndexFunc(kept, func(d incident.Difference) bool { return outcome(d) == incident.WitnessConfirms })
	if len(kept) > 0 && outcome(kept[0]) == incident.WitnessUncounted && at > 0 {
		counted := kept[at]
		kept = slices.Insert(slices.Delete(kept, at, at+1), 0, counted)
	}
	r.Evidence = kept
	return r
}

// weightOf is what differences weigh together.
func weightOf(all []incident.Difference) float64 {
	strongest := map[rank.Kind]float64{}
	for _, d := range all {
		strongest[rank.Kind(d.Kind)] = max(strongest[rank.Kind(d.Kind)], d.Strength)
	}
	return rank.Score(strongest)
}

// chanceOf is that of the least likely of some differences.
func chanceOf(all []incident.Difference) float64 {
	least := 1.0
	for _, d := range all {
		least = min(least, d.Chance)
	}
	return least
}

// Counts are the two numbers of a second count in words.
func Counts(w incident.Witness) string {
	in := func(t incident.Tally) string {
		return fmt.Sprintf("%s in %s", numbers.Count(t.Count), numbers.Duration(t.Over.Seconds()))
	}
	return fmt.Sprintf("%s, before %s", in(w.Now), in(w.Before))
}

// CountedAgain says what the second count of one of a service's differences is, and what follows from it; without a full stop.
func CountedAgain(r *incident.RankedService, d incident.Difference, w incident.Witness) string {
	said := map[incident.WitnessOutcome]string{
		incident.WitnessConfirms:    "confirms",
		incident.WitnessContradicts: "contradicts",
		incident.WitnessUnsure:      "neither confirms nor contradicts",
	}[w.Outcome]
	which := "the largest change"
	if !isOf(&w, r.Evidence[0]) {
		which = "a smaller change"
	}
	return fmt.Sprintf("A count of all %s %s %s: %s of %s, %s", w.Counted, said, which, Subject(d), r.Service, Counts(w))
}

// NotCounted says why the second count of a service's difference is missing; without a full stop.
func NotCounted(r *incident.RankedService, d incident.Difference, why string) string {
	return fmt.Sprintf("%s of %s could not be counted again: %s", Subject(d), r.Service, strings.TrimSuffix(why, "."))
}

// isOf says that a second count is of a difference of its service.
func isOf(w *incident.Witness, d incident.Difference) bool {
	return w.Kind == d.Kind && w.About == d.About && slices.Equal(w.Peers, d.Peers)
}

// CountedValues are the numbers that its sentences hold. AtLeast says that there are more than were brought.
func CountedValues(w incident.Witness, atLeast bool) []incident.Value {
	return []incident.Value{
		{Name: string(w.Counted) + " that show it", Measure: incident.MeasureWitnessed, Value: w.Now.Count, Unit: incident.Count, Baseline: incident.Baselined(w.Before.Count), AtLeast: atLeast,
			Labels: map[string]string{"service": w.Service, "kind": w.Kind}},
		{Name: "counted over", Measure: incident.MeasureCountedOver, Value: w.Now.Over.Seconds(), Unit: incident.Seconds, Baseline: incident.Baselined(w.Before.Over.Seconds())}}
}

// PeerName names what is called without a trace, with its system where the name does not say it.
func PeerName(p incident.Peer) string {
	if p.System == "" || strings.Contains(strings.ToLower(p.Name), strings.ToLower(p.System)) {
		return p.Name
	}
	return fmt.Sprintf("%s (%s)", p.Name, p.System)
}

// PeerTimes says how long a request's calls to a peer take.
func PeerTimes(p incident.Peer) string {
	return fmt.Sprintf("%s in calls to %s, normally %s", milliseconds(p.Spent.Now), PeerName(p), milliseconds(p.Spent.Before))
}
