package investigate

import (
	"errors"
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// ready says that all a step needs is known, and that what it awaits is known or never will be.
func (r *run) ready(s *running) bool {
	for _, fact := range s.Needs {
		if !r.facts.Facts.Knows(fact) {
			return false
		}
	}
	for _, fact := range append(slices.Clone(s.Awaits), s.NeedsOne...) {
		if !r.settled(fact) {
			return false
		}
	}
	return true
}

// settled says that a fact is known, or that no step is left that could learn it.
func (r *run) settled(fact incident.Fact) bool {
	return r.facts.Facts.Knows(fact) || len(r.learners(fact, false)) == 0
}

// unmet gives a need of a step that cannot be met any more: the first of its needs, or, where it needs but one of several,
// the first of these.
func (r *run) unmet(s *running) (incident.Fact, bool) {
	for _, fact := range s.Needs {
		if !r.facts.Facts.Knows(fact) && r.settled(fact) {
			return fact, true
		}
	}
	if len(s.NeedsOne) == 0 || slices.ContainsFunc(s.NeedsOne, r.possible) {
		return "", false
	}
	return s.NeedsOne[0], true
}

// possible says that a fact is known, or that a step is left that could learn it.
func (r *run) possible(fact incident.Fact) bool {
	return r.facts.Facts.Knows(fact) || !r.settled(fact)
}

// learners are the steps that may learn a fact, either those that have ended or those that have not.
func (r *run) learners(fact incident.Fact, ended bool) []*running {
	var learners []*running
	for _, s := range r.steps {
		for _, learns := range s.Learns {
			if learns == fact && (s.result != nil) == ended {
				learners = append(learners, s)
			}
		}
	}
	return learners
}

// because says why a step whose need is unmet cannot look, by the step that should have met it; and that step's title, where it
// looked in vain.
func (r *run) because(fact incident.Fact) (reading phase.Reading, inVain string) {
	reading = phase.Reading{Outcome: incident.NotChecked, Why: whyBlocked, Reason: fmt.Sprintf("It needs the %s, which no step learns.", fact),
		Advice: "Please report this as a bug of Faultline."}
	for _, s := range r.learners(fact, true) {
		if s.result.Outcome == incident.NotChecked {
			root := r.root(s)
			reading.Reason = fmt.Sprintf("It needs the %s, but %q could not look: %s", fact, root.Title, root.result.Reason)
			if root.inVain != "" {
				reading.Reason = fmt.Sprintf("It needs the %s, and %q found nothing that leads to it.", fact, root.inVain)
			}
			reading.Advice, reading.Root = root.result.Advice, root.Key()
			return reading, ""
		}
		inVain = s.Title
		reading.Reason = fmt.Sprintf("It needs the %s, and %q found none.", fact, s.Title)
		reading.Advice = "Nothing to do, unless that should have been found: see there."
	}
	return reading, inVain
}

// root is the step whose failure is behind that of s: s itself, or the one that it needed.
func (r *run) root(s *running) *running {
	for _, other := range r.steps {
		if s.result.Root == other.Key() {
			return other
		}
	}
	return s
}

// notChecked turns an error into a reading: a problem with a store, a Skip, or a defect of ours.
func notChecked(err error) phase.Reading {
	reading := phase.Reading{Outcome: incident.NotChecked}
	var problem *source.Problem
	var skip *phase.Skip
	switch {
	case errors.As(err, &problem):
		reading.Reason, reading.Advice, reading.Why = problem.Sentence, problem.Advice, string(problem.Kind)
	case errors.As(err, &skip):
		reading.Reason, reading.Advice, reading.Why = skip.Reason, skip.Advice, whyMissing
	default:
		defect.Note("a step", err)
		reading.Reason, reading.Advice, reading.Why = "The step failed: "+err.Error()+".", defect.Advice, string(source.Defect)
	}
	return reading
}

// plan calls a step's Plan; a panic in it ends that step and not the investigation. Names that are not unique are a defect
// too: two answers of one name would leave the step waiting.
func plan(s phase.Step, c *incident.Case) (questions []source.Question, err error) {
	defer defect.Recover("plan of "+s.Key(), &err)
	questions, err = s.Plan(c)
	if err != nil {
		return nil, err
	}
	return questions, unique(questions, source.Answers{})
}

// more calls a step's More likewise.
func more(s phase.Step, c *incident.Case, answers source.Answers) (questions []source.Question, err error) {
	defer defect.Recover("further queries of "+s.Key(), &err)
	questions, err = s.More(c, answers)
	if err != nil {
		return nil, err
	}
	return questions, unique(questions, answers)
}

// unique says that no two of a step's queries have one name.
func unique(questions []source.Question, answers source.Answers) error {
	named := map[string]bool{}
	for name := range answers {
		named[name] = true
	}
	for _, q := range questions {
		if named[q.Name] {
			return fmt.Errorf("it plans two queries that are both named %q", q.Name)
		}
		named[q.Name] = true
	}
	return nil
}

// read calls a step's Read likewise.
func read(s phase.Step, c *incident.Case, answers source.Answers) (reading phase.Reading, err error) {
	defer defect.Recover("reading of "+s.Key(), &err)
	return s.Read(c, answers)
}
