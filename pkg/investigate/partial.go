package investigate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// products are those who answer as sentences call them.
var products = map[source.Signal]string{source.Metrics: "The metrics store", source.Logs: "The log store", source.Traces: "The trace store",
	source.Externals: "The status page", source.Grafana: "Grafana"}

// doubted takes back that all is normal where a query failed or an answer may lack something: what is missing may be what is not normal.
// What was found all the same stays found. A store that is not there was not to be asked.
func doubted(reading phase.Reading, answers source.Answers) phase.Reading {
	if reading.Outcome != incident.Clear {
		return reading
	}
	for _, name := range sortedNames(answers) {
		a := answers[name]
		if a.Problem != nil && a.Problem.Kind != source.Unconfigured {
			return phase.Reading{Outcome: incident.NotChecked, Why: string(a.Problem.Kind), Reason: "What could be looked at was normal, but a query failed: " + a.Problem.Sentence, Advice: a.Problem.Advice}
		}
		if len(a.Warnings) > 0 {
			return phase.Reading{Outcome: incident.NotChecked, Why: whyIncomplete, Reason: noteOf(a) + " What it told was normal.",
				Advice: "Look again, about a shorter time if this lasts; the store's own log says more."}
		}
	}
	return reading
}

// doubt is why a fact may lack something.
type doubt struct {
	step *running // whose answers lack it
	said string   // a sentence, which that step says
}

// inherited are why facts that a step used may lack something, each once.
func (r *run) inherited(facts ...[]incident.Fact) []doubt {
	var all []doubt
	for _, fact := range slices.Concat(facts...) {
		if doubt, doubted := r.doubts[fact]; doubted && r.facts.Facts.Knows(fact) && !slices.Contains(all, doubt) {
			all = append(all, doubt)
		}
	}
	return all
}

// doubtedByFacts takes back that all is normal where a fact that a step needed was made of an answer that may lack something. The
// names of metrics are left out: a step says itself which metric it looked at, and that one was there.
func (r *run) doubtedByFacts(s *running, reading phase.Reading) phase.Reading {
	if reading.Outcome != incident.Clear {
		return reading
	}
	needed := slices.DeleteFunc(slices.Concat(s.Needs, s.NeedsOne), func(fact incident.Fact) bool { return fact == incident.FactConventions })
	if doubts := r.inherited(needed); len(doubts) > 0 {
		return phase.Reading{Outcome: incident.NotChecked, Why: whyIncomplete, Reason: "What it looked at was normal, but it rests on what may lack something: " + doubts[0].said,
			Advice: "Look again, for a shorter time if this lasts; the store's own log says more."}
	}
	return reading
}

// notesOf are what limits a step's findings: what its own answers may lack, and by which earlier steps the facts that it used may. The
// facts that it learns may lack the same.
func (r *run) notesOf(s *running, reading phase.Reading) []string {
	all, lost := notes(s.order, s.answers), lostBy(s)
	var own []doubt
	for _, said := range slices.Concat(all, lost) {
		own = append(own, doubt{s, said})
	}
	if reading.Outcome == incident.Found { // else its reason says so
		all = append(all, lost...)
	}
	inherited := r.inherited(s.Needs, s.NeedsOne, s.Awaits)
	var others []*running
	for _, doubt := range inherited {
		if doubt.step != s && !slices.Contains(others, doubt.step) {
			others = append(others, doubt.step)
		}
	}
	if doubts := append(own, inherited...); len(doubts) > 0 && reading.Learn != nil {
		for _, fact := range s.Learns {
			r.doubts[fact] = doubts[0]
		}
	}
	if len(others) > 0 {
		all = append(all, fmt.Sprintf("It rests on %s, which may lack something.", wording.List(quoted(others))))
	}
	return all
}

func quoted(steps []*running) []string {
	all := make([]string, len(steps))
	for i, step := range steps {
		all[i] = wording.Quoted(step.Title)
	}
	return all
}

// lostBy says that a query of a step failed which read the others' answers all the same; none where none failed.
func lostBy(s *running) []string {
	for _, name := range s.order {
		if problem := s.answers[name].Problem; problem != nil && problem.Kind != source.Unconfigured {
			return []string{fmt.Sprintf("A query of %q failed: %s", s.Title, problem.Sentence)}
		}
	}
	return nil
}

// notes are a sentence for every answer that may lack something.
func notes(order []string, answers source.Answers) []string {
	var all []string
	for _, name := range order {
		if a := answers[name]; a.Problem == nil && len(a.Warnings) > 0 {
			if note := noteOf(a); !slices.Contains(all, note) {
				all = append(all, note)
			}
		}
	}
	return all
}

func noteOf(a source.Answer) string {
	return fmt.Sprintf("%s (%s) answered and warned that its answer may lack something: %s.", products[a.Question.Kind.Signal()], a.DataSource,
		strings.TrimRight(strings.Join(a.Warnings, "; "), "."))
}

func sortedNames(answers source.Answers) []string {
	names := make([]string, 0, len(answers))
	for name := range answers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
