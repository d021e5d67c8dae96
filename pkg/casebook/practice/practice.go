// Package practice turns a case into a game day: it hides what was found until somebody asks for it, and compares what they
// think with the verdict and with the truth, where there is one. It is pure.
package practice

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Hidden is a case without anything that was found.
func Hidden(s *incident.SavedCase) incident.PracticeCase {
	p := incident.PracticeCase{ID: s.ID, Environment: s.Case.Environment, Subject: s.Case.Subject, Window: s.Case.Window}
	for _, phase := range incident.Phases() {
		one := incident.PracticePhase{Phase: phase, Budget: phase.Budget().Seconds(), Steps: []incident.PracticeStep{}}
		for _, step := range s.Case.Steps {
			if step.Phase == phase && canBeAsked(step) {
				one.Steps = append(one.Steps, incident.PracticeStep{Key: step.Key(), Title: step.Title})
			}
		}
		p.Phases = append(p.Phases, one)
	}
	return p
}

// canBeAsked leaves out the steps that say who it was, and what to do about it.
func canBeAsked(s incident.StepResult) bool {
	return s.Phase != incident.PhaseRecovery && !slices.Contains([]string{"cause/verdict", "cause/ranking"}, s.Key())
}

// Revealed is what one step found; nil when there is no such step, or it cannot be asked for.
func Revealed(s *incident.SavedCase, key string) *incident.StepResult {
	for _, step := range s.Case.Steps {
		if step.Key() == key && canBeAsked(step) {
			return &step
		}
	}
	return nil
}

const (
	longestSpent = 24 * time.Hour // in one phase
	mostAsked    = 200            // steps
	mostService  = 500            // bytes
)

// Check says what is wrong with an answer, a sentence; empty where nothing is.
func Check(answer incident.PracticeAnswer) string {
	for phase, spent := range answer.Spent {
		if !slices.Contains(incident.Phases(), incident.Phase(phase)) {
			return fmt.Sprintf("There is no phase %q.", phase)
		}
		if !(spent >= 0 && spent <= longestSpent.Seconds()) { // which is false for what is no number, too
			return fmt.Sprintf("The time spent in a phase is a number of seconds from 0 to %.0f.", longestSpent.Seconds())
		}
	}
	if len(answer.Asked) > mostAsked {
		return fmt.Sprintf("The answer names %d steps; it can name %d.", len(answer.Asked), mostAsked)
	}
	if len(answer.Service) > mostService {
		return fmt.Sprintf("The service's name has %d bytes; it can have %d.", len(answer.Service), mostService)
	}
	return ""
}

// Score compares an answer with a case, and with the truth, which may be nil.
func Score(s *incident.SavedCase, answer incident.PracticeAnswer, truth *incident.Truth, fix *incident.AppliedFix) incident.ScoreSheet {
	sheet := incident.ScoreSheet{Answer: answer, Verdict: s.Case.Verdict.Sentence, Moments: s.Case.Verdict.Moments, Ranked: ranked(s.Case.Verdict), Truth: truth, Fix: fix,
		Phases: []incident.PhaseScore{}, Asked: len(answer.Asked)}
	sheet.Place = slices.IndexFunc(sheet.Ranked, func(service string) bool { return same(service, answer.Service) }) + 1
	for _, phase := range incident.Phases() {
		one := incident.PhaseScore{Phase: phase, Spent: answer.Spent[string(phase)], Budget: phase.Budget().Seconds()}
		sheet.Phases = append(sheet.Phases, one)
		sheet.Spent += one.Spent
		sheet.Budget += one.Budget
	}
	for _, step := range s.Case.Steps {
		if canBeAsked(step) {
			sheet.Of++
		}
	}
	if truth != nil {
		right := same(truth.Service, answer.Service)
		first := ""
		if s.Case.Verdict.Level != incident.NoClearCause && len(sheet.Ranked) > 0 {
			first = sheet.Ranked[0]
		}
		engine := same(truth.Service, first)
		sheet.Right, sheet.Engine = &right, &engine
	}
	sheet.Said = said(sheet)
	return sheet
}

// ranked are the services of a verdict's candidates, each once.
func ranked(v incident.Verdict) []string {
	services := []string{}
	for _, k := range v.Candidates {
		if !slices.Contains(services, k.Service) {
			services = append(services, k.Service)
		}
	}
	return services
}

func same(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

func said(s incident.ScoreSheet) string {
	named := strings.TrimSpace(s.Answer.Service)
	if named == "" {
		named = "nothing is wrong"
	}
	parts := []string{fmt.Sprintf("Answer: %s, after %s of %s and %d of %d steps", named, minutes(s.Spent), minutes(s.Budget), s.Asked, s.Of)}
	switch {
	case s.Right != nil && *s.Right:
		parts = append(parts, "which is right")
	case s.Right != nil:
		parts = append(parts, "which is not right")
	case s.Place > 0:
		parts = append(parts, fmt.Sprintf("which the investigation ranks %d.", s.Place))
	default:
		parts = append(parts, "which the investigation does not suspect")
	}
	return strings.TrimSuffix(strings.Join(parts, ", "), ".") + "."
}

func minutes(seconds float64) string {
	whole := int((time.Duration(seconds * float64(time.Second))).Round(time.Second).Seconds())
	return fmt.Sprintf("%d:%02d min", whole/60, whole%60)
}
