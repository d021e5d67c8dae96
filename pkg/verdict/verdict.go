// Package verdict judges what the steps of an investigation have learned: facts in, verdict out. It is pure, and asks nothing.
//
// Every kind of cause is one declared value in one file: which facts it reads, how it is found, when it is likely, what number
// has to come back, which commands look and which change something, and how it opens the timeline. causes.go lists them.
package verdict

import (
	"fmt"
	"slices"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Judge weighs what is known of a case. The blame is what the verdict rests on in the cluster; nil where that is nothing.
func Judge(c *incident.Case) (incident.Verdict, *incident.Blame) { return causes.judge(c) }

func (l list) judge(told *incident.Case) (incident.Verdict, *incident.Blame) {
	verdict, c, named := l.weigh(told)
	verdict.Against, verdict.Next = l.contradictions(c, named)
	if verdict.Level != incident.Possible {
		verdict.Next = nil
	}
	verdict.Rests = l.rests(told, &verdict)
	return verdict, blameOf(named)
}

// weigh is a verdict without its doubts, with the case as it was judged and the suspect that it names; nil where it names none.
func (l list) weigh(told *incident.Case) (incident.Verdict, *incident.Case, *Suspect) {
	c := new(*told)
	c.Facts.Ranking = difference.Held(c.Facts.Ranking, c.Facts.Witness, c.Facts.NextWitness)
	all := l.ranked(c).distinct()
	verdict := incident.Verdict{Level: incident.NoClearCause, Candidates: []incident.Candidate{}, Normal: []string{}, Unchecked: []string{}}
	for i, s := range all {
		candidate := s.candidate()
		if i > 0 {
			candidate.Score = min(candidate.Score, verdict.Candidates[i-1].Score)
		}
		verdict.Candidates = append(verdict.Candidates, candidate)
	}
	var named *Suspect
	if len(all) > 0 && all[0].holds() && !isStanding(c, all[0]) && !isOfUnknownAge(c, all[0]) {
		named = all[0]
		verdict.Level = l.levelOf(c, named)
	}
	if verdict.Level == incident.Likely && c.Facts.Apart.Mixed() { // what fails in one may be explained by what changed in another
		verdict.Level = incident.Possible
	}
	said, whole := conclusion(c, verdict.Level, named, all)
	verdict.Statement, verdict.StatementMoments = said.Plain(), said.Moments()
	verdict.Sentence, verdict.Moments = whole.Plain(), whole.Moments()
	verdict.Chain = l.timeline(c, named)
	return verdict, c, named
}

// conclusion says what the verdict is, for those who show its level beside it, and as a whole.
func conclusion(c *incident.Case, level incident.Level, named *Suspect, all Suspects) (said, whole wording.Text) {
	switch {
	case named != nil:
		said = wording.Textf("%s.", named.saying)
	case nothingMoved(c.Facts):
		said = wording.Textf("neither errors nor latency of %s left their usual course, so there is nothing to explain.", c.Subject.Service)
	case len(all) > 0 && isStanding(c, all[0]):
		said = wording.Textf("what fails failed as often before, as far as is known, and nothing that was looked at changed.")
	case len(all) > 0 && isOfUnknownAge(c, all[0]):
		said = wording.Textf("some requests fail, and it is not known whether they did before: no number is known from before, and no requests could be compared.")
	case slices.ContainsFunc(c.Steps, func(s incident.StepResult) bool { return s.Outcome == incident.NotChecked }):
		said = wording.Textf("No clear cause, but not everything could be looked at.%s", mixed(c))
		return said, said
	default:
		said = wording.Textf("nothing that was looked at explains it.")
	}
	said = wording.Textf("%s%s", said, mixed(c))
	return said, wording.Textf("%s: %s", wording.Capital(string(level)), said)
}

// mixed says that what was looked at is of several systems together, where it is.
func mixed(c *incident.Case) string {
	if !c.Facts.Apart.Mixed() {
		return ""
	}
	return fmt.Sprintf(" This is of several services called %s together (%s %s), and may be true of none or of one of them: choose one.",
		c.Subject.Service, c.Facts.Apart.Part, wording.List(c.Facts.Apart.Names()))
}

// ranked lists what could have caused the incident, the best supported first. What explains a symptom goes before it: the
// slow lookup explains the timeout, and not the other way round. Then come the services whose requests changed most. What is
// linked to the failure by nothing but time goes last.
func (l list) ranked(c *incident.Case) Suspects {
	calm := nothingMoved(c.Facts)
	all := l.found(c, func(one Cause) bool { return !calm || one.Quiet })
	if calm { // the ranking's own order stays
		return all
	}
	sort.SliceStable(all, func(i, j int) bool {
		if all[i].tier() != all[j].tier() {
			return all[i].tier() < all[j].tier()
		}
		return all[i].weight() > all[j].weight()
	})
	return all
}

// blameOf is what a suspect rests on in the cluster; nil when that is nothing.
func blameOf(s *Suspect) *incident.Blame {
	if s == nil || s.change == nil && s.unhealthy == nil {
		return nil
	}
	blame := &incident.Blame{Change: s.change}
	if s.unhealthy != nil {
		blame.Trouble = s.unhealthy.trouble
	}
	return blame
}
