package services

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	latelyParts   = 2
	latelyTraces  = 150 // in each part
	earlierParts  = 3
	earlierTraces = 200
	spansOfTrace  = 100 // the most that Tempo brings of a trace unless configured otherwise
)

// Calls samples how services call each other within the subject's requests, now and before.
func Calls() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "calls",
		Title:  "Services in these requests",
		Learns: []incident.Fact{incident.FactNeighbours},
		Plan:   planCalls,
		Read:   readCalls,
	}
}

// whyNoneSampled is where a step without sampled requests sends its reader.
func whyNoneSampled() string {
	return fmt.Sprintf("See under %q why none could be sampled.", Calls().Title)
}

// planCalls asks for parts of equal length one by one, of each the newest requests: so they are from all of the time, and which
// they are is no choice of the store's.
func planCalls(c *incident.Case) ([]source.Question, error) {
	lately := c.Window.Last(latelyFor)
	text := traceql.Calls(phase.SubjectSpans(c)...)
	var questions []source.Question
	ask := func(w incident.Window, parts, limit int) error {
		length := w.To.Sub(w.From)
		for part := range parts {
			one := incident.Window{From: w.From.Add(length * time.Duration(part) / time.Duration(parts)).Truncate(time.Second),
				To: w.From.Add(length * time.Duration(part+1) / time.Duration(parts)).Truncate(time.Second)}
			if !one.From.Before(one.To) {
				continue
			}
			question, err := phase.Search(callsPart(len(questions)), text, one, limit, spansOfTrace)
			if err != nil {
				return err
			}
			questions = append(questions, question)
		}
		return nil
	}
	err := ask(incident.Window{From: c.Window.From, To: lately.From}, earlierParts, earlierTraces)
	if err == nil {
		err = ask(lately, latelyParts, latelyTraces)
	}
	return questions, err
}

// callsPart names the question for a part of the time, the earliest first.
func callsPart(n int) string { return fmt.Sprintf("calls %d", n+1) }

func readCalls(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem(callsPart(len(answers) - 1)); problem != nil {
		return phase.Reading{}, problem // nothing is known of now
	}
	found := incident.Neighbours{Services: []string{}}
	services, seen, lost, known := map[string]bool{}, map[string]bool{}, 0, attributes{}
	for part := range len(answers) {
		answer := answers[callsPart(part)]
		if answer.Problem != nil {
			lost++
		}
		if answer.Problem == nil {
			found.Parts = append(found.Parts, sampledOf(answer))
		}
		for _, t := range answer.Traces {
			if seen[t.ID] {
				continue // it lies across two parts
			}
			seen[t.ID] = true
			trace := treeOf(t, known)
			for _, s := range trace.Spans {
				if s.Service != "" && !services[s.Service] {
					services[s.Service] = true
					found.Services = append(found.Services, s.Service)
				}
			}
			found.Calls += callsOf(trace)
			found.Traces = append(found.Traces, trace)
		}
	}
	found.Sampled, found.Lost = len(found.Traces), lost > 0
	if found.Sampled == 0 {
		return phase.Reading{}, phase.Skipf("Check that the service sends traces there under this name, and how long they are kept.",
			"The trace store has no request of %s in this time.", c.Subject.Service)
	}
	sort.Strings(found.Services)
	return phase.FoundThat(callsFinding(c, found, lost)).Teaching(func(f *incident.Facts) { f.Neighbours = &found }), nil
}

// sampledOf is the time that an answer's newest traces cover.
func sampledOf(answer source.Answer) incident.Sampled {
	part := incident.Sampled{Window: answer.Question.Window, Traces: len(answer.Traces)}
	if n := len(answer.Traces); n > 0 && answer.Truncated {
		part.Window.From = answer.Traces[n-1].Start
	}
	return part
}

func callsFinding(c *incident.Case, found incident.Neighbours, lost int) incident.Finding {
	sentence := fmt.Sprintf("%s of %s %s sampled: %d %s took part, with %s %s between them.", wording.Counted(found.Sampled, "request", "requests"),
		c.Subject.Service, wording.Plural(found.Sampled, "was", "were"), len(found.Services),
		wording.Plural(len(found.Services), "service", "services"), numbers.Count(float64(found.Calls)), wording.Plural(found.Calls, "call", "calls"))
	if lost > 0 {
		sentence += " Not all of the time before could be read."
	}
	return incident.Finding{Severity: incident.Info, Sentence: sentence, Interval: &c.Window,
		Values: []incident.Value{{Name: "requests sampled", Measure: incident.MeasureSampled, Value: float64(found.Sampled), Unit: incident.Count},
			{Name: "services", Measure: incident.MeasureTakingPart, Value: float64(len(found.Services)), Unit: incident.Count},
			{Name: "calls", Measure: incident.MeasureCallsBetween, Value: float64(found.Calls), Unit: incident.Count}},
		Method: "both spans of every call between two services, of a sample of the traces"}
}

// placed is a span with its place in the trace's tree, as the store numbers it: each span takes two numbers in a row, and what
// is below it lies between them.
type placed struct {
	span        incident.Span
	left, right int
}

// treeOf makes a trace of the spans that a search brought: each goes below the innermost span around it, by the places
// that the store gives spans in the trace's tree. Spans without a place, whose way to a root is not stored, go below their parent
// where that was brought, and else stand for themselves.
func treeOf(t incident.TraceSummary, known attributes) incident.Trace {
	trace := incident.Trace{ID: t.ID, Start: t.Start, Duration: t.Duration, Partial: t.Matched > len(t.Spans), Spans: make([]incident.Span, 0, len(t.Spans))}
	var spans []placed
	var apart []incident.Span
	for _, s := range t.Spans {
		left, errLeft := strconv.Atoi(s.Attributes["nestedSetLeft"])
		right, errRight := strconv.Atoi(s.Attributes["nestedSetRight"])
		s.Attributes = known.withoutPlace(s.Attributes)
		if errLeft != nil || errRight != nil || left <= 0 || right <= left {
			apart = append(apart, s)
			continue
		}
		s.Parent, s.Within = "", (right-left+1)/2
		spans = append(spans, placed{s, left, right})
	}
	sort.Slice(spans, func(i, j int) bool { return spans[i].left < spans[j].left })
	var open []placed
	for _, p := range spans {
		for len(open) > 0 && open[len(open)-1].right < p.left {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			p.span.Parent = open[len(open)-1].span.ID
		}
		open = append(open, p)
		trace.Spans = append(trace.Spans, p.span)
	}
	trace.Spans = append(trace.Spans, apart...)
	trace.Partial = cutLoose(trace.Spans) != 1 || len(apart) > 0 || trace.Partial
	return trace
}

// attributes are those of sampled spans, each set of them once: without the spans' places there are few different ones, and a map for
// each of some ten thousand spans is most of what the spans take in memory.
type attributes map[string]map[string]string

// withoutPlace are the attributes of a span beside its place in the tree.
func (a attributes) withoutPlace(all map[string]string) map[string]string {
	var key strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if name != "nestedSetLeft" && name != "nestedSetRight" {
			fmt.Fprintf(&key, "%q%q", name, all[name])
		}
	}
	if known, is := a[key.String()]; is {
		return known
	}
	rest := maps.Clone(all)
	delete(rest, "nestedSetLeft")
	delete(rest, "nestedSetRight")
	a[key.String()] = rest
	return rest
}

// cutLoose takes away parents that are not among the spans, and counts the spans that have none.
func cutLoose(spans []incident.Span) int {
	known, roots := make(map[string]bool, len(spans)), 0
	for _, s := range spans {
		known[s.ID] = true
	}
	for i := range spans {
		if !known[spans[i].Parent] {
			spans[i].Parent = ""
			roots++
		}
	}
	return roots
}

// callsOf counts the spans whose parent belongs to another service.
func callsOf(t incident.Trace) int {
	service := make(map[string]string, len(t.Spans))
	for _, s := range t.Spans {
		service[s.ID] = s.Service
	}
	n := 0
	for _, s := range t.Spans {
		if of, known := service[s.Parent]; known && of != s.Service {
			n++
		}
	}
	return n
}

// evenly takes at most n items, spread over all of them.
func evenly[T any](all []T, n int) []T {
	if len(all) <= n {
		return slices.Clone(all)
	}
	some := make([]T, n)
	for i := range some {
		some[i] = all[i*len(all)/n]
	}
	return some
}
