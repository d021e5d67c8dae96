package verdict

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
)

// Cause is one kind of cause, with all that follows from it. Each is declared in a file of its own, and stands in the list of
// causes.go.
type Cause struct {
	Kind  incident.CauseKind
	Means string // what it is, in a few words for docs/causes.md

	// Needs are the facts that Find, Timeline and Returns read. The verdict awaits those of all causes, and a cause sees no others.
	Needs []incident.Fact
	// After are the kinds of cause that this one may explain, or has to know of: their suspects are found before, and given
	// to Find.
	After []incident.CauseKind
	// Last says that it comes after all other kinds that something links to the failure.
	Last bool

	// Depth is how many steps lie between the cause and a symptom: 0 for a symptom itself, 1 for what explains one, 2 for the
	// change behind that.
	Depth int
	// Mechanism says that the cause tells how the failure comes about, and not only that something fails. Whatever has a
	// depth does.
	Mechanism bool
	// Unlinked says that nothing but time links it to the failure: it is shown below everything else, and never the verdict.
	Unlinked bool
	// Quiet says that it may be found although no number of the service moved.
	Quiet bool

	// Find gives the suspects of this kind, with what speaks for each.
	Find func(c *incident.Case, earlier Suspects) Suspects
	// Likely are the rules of which one has to hold for the verdict to be Likely; without one it is Possible at most.
	Likely []Rule
	// Against are the observations that would contradict this kind of cause, beside those of every kind. They see what the judgment sees,
	// and not Needs alone.
	Against []Observation
	// Timeline is what the cause puts into the timeline. The suspect is the one that the verdict names, and nil where it names
	// another cause; may be nil.
	Timeline func(c *incident.Case, named *Suspect) []incident.Link
	// Returns are the numbers that have to come back before the incident is over. The candidate is the one that the verdict
	// names, and nil where it names another cause; may be nil.
	Returns func(f *incident.Facts, named *incident.Candidate) []Number
	// Advise adds what a person may run when the verdict names the candidate; may be nil.
	Advise func(a *advice.Advice, c *incident.Case, named incident.Candidate)
}

// list is kinds of cause in their order of precedence. All that is judged is judged by a list, so that a test can add to it.
type list []Cause

// Needs are the facts that one of the causes, or the judgment itself, reads; each once, ordered.
func Needs() []incident.Fact {
	all := []incident.Fact{incident.FactErrors, incident.FactLatency, incident.FactTraffic, incident.FactRefused, incident.FactOnset, incident.FactApart,
		incident.FactShapes, incident.FactExternals, incident.FactTraits, incident.FactExample, incident.FactCulprit, incident.FactFailing, incident.FactNeighbours, incident.FactLogLabels}
	for _, k := range causes {
		all = append(all, k.Needs...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// CriteriaNeeds are the facts that Criteria reads.
func CriteriaNeeds() []incident.Fact { return append(Needs(), incident.FactVerdict) }

// AdviceNeeds are the facts that Advise reads: beside those of the causes, where services run.
func AdviceNeeds() []incident.Fact {
	return append(Needs(), incident.FactVerdict, incident.FactConventions, incident.FactNeighbours)
}

// view is the case as the cause sees it.
func (k Cause) view(c *incident.Case) *incident.Case {
	view := *c
	view.Facts = c.Facts.Only(k.Needs...)
	return &view
}

// Causes lists the kinds of cause, in their order of precedence: of two suspects of the same weight the first is named.
func Causes() []Cause { return slices.Clone(causes) }

// of gives the cause of a kind; false where there is none, as in a case of a newer Faultline.
func (l list) of(kind incident.CauseKind) (Cause, bool) {
	at := slices.IndexFunc(l, func(k Cause) bool { return k.Kind == kind })
	if at < 0 {
		return Cause{}, false
	}
	return l[at], true
}

// Suspects are suspects in the order in which they were found.
type Suspects []*Suspect

// Of picks those of some kinds.
func (all Suspects) Of(kinds ...incident.CauseKind) Suspects {
	var some Suspects
	for _, kind := range kinds {
		for _, s := range all {
			if s.kind == kind {
				some = append(some, s)
			}
		}
	}
	return some
}

// before are the kinds that a cause comes after, in the order of precedence where it comes after all.
func (l list) before(k Cause) []incident.CauseKind {
	if !k.Last {
		return k.After
	}
	var kinds []incident.CauseKind
	for _, other := range l {
		if other.Kind != k.Kind && !other.Unlinked {
			kinds = append(kinds, other.Kind)
		}
	}
	return kinds
}

// found gives the suspects of all causes that may be found, in the order of the causes. Those that a cause comes after are
// found before it, whatever that order is.
func (l list) found(c *incident.Case, among func(Cause) bool) Suspects {
	byKind := map[incident.CauseKind]Suspects{}
	var find func(k Cause) Suspects
	find = func(k Cause) Suspects {
		if known, done := byKind[k.Kind]; done {
			return known
		}
		var earlier Suspects
		for _, kind := range l.before(k) {
			if before, known := l.of(kind); known && among(before) {
				earlier = append(earlier, find(before)...)
			}
		}
		suspects := k.Find(k.view(c), earlier)
		for _, s := range suspects {
			s.kind, s.unlinked, s.mechanism = k.Kind, s.unlinked || k.Unlinked, k.Mechanism || k.Depth > 0
			s.depth = k.Depth
		}
		byKind[k.Kind] = suspects
		return suspects
	}
	var suspects Suspects
	for _, k := range l {
		if among(k) {
			suspects = append(suspects, find(k)...)
		}
	}
	return suspects
}
