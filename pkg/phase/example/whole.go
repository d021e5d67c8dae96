package example

import (
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Whole reads the longest of the traces with all that their spans say: they show the fault best, and tell what spans here
// say at all, and how many there are of them.
func Whole() phase.Step {
	return phase.Step{
		Phase:    incident.PhaseExample,
		ID:       "whole",
		Title:    "Longest traces in full",
		NeedsOne: []incident.Fact{incident.FactFailing, incident.FactSlow, incident.FactRefusals},
		Awaits:   []incident.Fact{incident.FactExemplars},
		Learns:   []incident.Fact{incident.FactWhole},
		Plan: func(c *incident.Case) ([]source.Question, error) {
			var questions []source.Question
			for _, id := range wanted(c) { // each once, as a search may list a trace twice
				questions = append(questions, traceQuestion(c, id))
			}
			return questions, nil
		},
		Read: readWhole,
	}
}

// lookedAt are the traces that stand for the incident: the refused or slow ones where these are its matter, else the failing ones.
func lookedAt(c *incident.Case) *incident.FailingTraces {
	switch {
	case c.Facts.Refusals != nil:
		return c.Facts.Refusals
	case c.Facts.Slow != nil:
		return c.Facts.Slow
	}
	return c.Facts.Failing
}

// wanted are the ids of the traces to read whole, each once: the longest, in place of one of them the longest that an exemplar
// names.
func wanted(c *incident.Case) []string {
	found := lookedAt(c)
	ids := once(found.Longest)
	longest := -1
	for i, t := range found.Traces {
		if named(c, t.ID) && (longest < 0 || t.Duration > found.Traces[longest].Duration) {
			longest = i
		}
	}
	if longest < 0 || slices.Contains(ids, found.Traces[longest].ID) {
		return ids
	}
	return append([]string{found.Traces[longest].ID}, ids[:min(slowest-1, len(ids))]...)
}

// once leaves out what is there before.
func once(ids []string) []string {
	var each []string
	for _, id := range ids {
		if !slices.Contains(each, id) {
			each = append(each, id)
		}
	}
	return each
}

// traceQuestion asks for one trace. Steps that ask alike share the answer.
func traceQuestion(c *incident.Case, id string) source.Question {
	return source.Question{Name: id, Kind: source.TraceByID, Text: id, Window: lookedAt(c).Window}
}

func readWhole(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	var whole incident.WholeTraces
	var first *source.Problem
	spans := 0
	for _, id := range wanted(c) {
		problem := answers.Problem(id)
		switch {
		case problem == nil:
			whole.Traces = append(whole.Traces, *answers[id].Trace)
			spans += len(answers[id].Trace.Spans)
		case first == nil:
			first = problem
		}
	}
	n := len(whole.Traces)
	if n == 0 {
		return phase.Reading{}, first
	}
	finding := incident.Finding{Severity: incident.Info, Interval: &lookedAt(c).Window,
		Sentence: fmt.Sprintf("Read %d %s whole: %d %s.", n, wording.Plural(n, "trace", "traces"), spans, wording.Plural(spans, "span", "spans")),
		Values: []incident.Value{{Name: "traces read whole", Value: float64(n), Unit: incident.Count},
			{Name: "spans", Value: float64(spans), Unit: incident.Count}}}
	return phase.FoundThat(finding).Teaching(func(f *incident.Facts) { f.Whole = &whole }), nil
}
