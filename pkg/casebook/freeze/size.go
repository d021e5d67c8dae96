package freeze

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	usualPoints = 500 // of one series, as many as a wide screen shows
	leastPoints = 60
)

// cut is one step towards a smaller case.
type cut struct {
	what  string
	apply func(*incident.Case)
}

// cuts are what goes first, second and so on, when a case is too large: what is most repeated before what a finding rests
// on, and what is normal before what is not. Sentences, values, queries and the verdict never go.
func cuts() []cut {
	return []cut{
		{"Lists of failing traces keep their newest 50.", func(c *incident.Case) { shortenLists(c, 50) }},
		{"Log lines beyond the first 200 of a finding are left out.", func(c *incident.Case) { keepLines(c, 200) }},
		{"Traces keep the 500 spans that matter most.", func(c *incident.Case) { keepSpans(c, 500) }},
		{"Series are thinned to 240 points.", func(c *incident.Case) { thinAll(c, 240) }},
		{"Findings of what is normal keep their numbers and no further evidence.", dropNormal},
		{"Log lines beyond the first 50 of a finding are left out.", func(c *incident.Case) { keepLines(c, 50) }},
		{"Traces keep the 100 spans that matter most.", func(c *incident.Case) { keepSpans(c, 100) }},
		{fmt.Sprintf("Series are thinned to %d points.", leastPoints), func(c *incident.Case) { thinAll(c, leastPoints) }},
		{"Lists of failing traces keep their newest 5, log lines their first 10.", func(c *incident.Case) { shortenLists(c, 5); keepLines(c, 10) }},
		{"Findings keep their numbers and no further evidence.", dropAll},
	}
}

// within cuts the case down to limit bytes of JSON, and names what was cut. It changes slices that the case owns.
func within(c *incident.Case, limit int) ([]string, error) {
	thinAll(c, usualPoints)
	var left []string
	for _, next := range cuts() {
		size, err := bytesOf(c)
		if err != nil || size <= limit {
			return left, err
		}
		next.apply(c)
		smaller, err := bytesOf(c)
		if err != nil {
			return left, err
		}
		if smaller < size {
			left = append(left, next.what)
		}
	}
	if size, err := bytesOf(c); err != nil || size <= limit {
		return left, err
	}
	return left, errors.New("the case is too large to be saved even without its evidence")
}

func bytesOf(c *incident.Case) (int, error) {
	document, err := json.Marshal(c)
	if err != nil {
		return 0, fmt.Errorf("encoding the case: %w", err)
	}
	return len(document), nil
}

// eachEvidence calls change for the evidence of every finding.
func eachEvidence(c *incident.Case, change func(*incident.Finding)) {
	for i := range c.Steps {
		for j := range c.Steps[i].Findings {
			change(&c.Steps[i].Findings[j])
		}
	}
}

func thinAll(c *incident.Case, most int) {
	eachEvidence(c, func(f *incident.Finding) {
		for i, s := range f.Evidence.Series {
			f.Evidence.Series[i].Points = thin(s.Points, most)
		}
	})
}

func keepLines(c *incident.Case, most int) {
	eachEvidence(c, func(f *incident.Finding) { f.Evidence.Lines = f.Evidence.Lines[:min(most, len(f.Evidence.Lines))] })
	if t := c.Facts.TraceLines; t != nil {
		t.Lines = t.Lines[:min(most, len(t.Lines))]
	}
}

func shortenLists(c *incident.Case, most int) {
	for _, list := range []*incident.FailingTraces{c.Facts.Failing, c.Facts.Slow, c.Facts.Refusals} {
		if list != nil {
			list.Traces = list.Traces[:min(most, len(list.Traces))]
		}
	}
}

func keepSpans(c *incident.Case, most int) {
	keep := map[string]bool{}
	if k := c.Facts.Culprit; k != nil {
		for _, id := range slices.Concat(k.Path, k.CriticalPath, []string{k.Span.ID}) {
			keep[id] = true
		}
	}
	if e := c.Facts.Example; e != nil {
		e.Trace.Spans = worthiest(e.Trace.Spans, keep, most)
	}
	eachEvidence(c, func(f *incident.Finding) {
		if f.Evidence.Trace != nil {
			f.Evidence.Trace.Spans = worthiest(f.Evidence.Trace.Spans, keep, most)
		}
	})
}

// worthiest keeps the spans to the culprit and of the critical path, then those that fail, then the longest, in the order
// in which they were.
func worthiest(spans []incident.Span, keep map[string]bool, most int) []incident.Span {
	if len(spans) <= most {
		return spans
	}
	rank := func(s incident.Span) int {
		switch {
		case keep[s.ID], s.Parent == "":
			return 0
		case s.Failed:
			return 1
		}
		return 2
	}
	order := make([]int, len(spans))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if by := rank(spans[a]) - rank(spans[b]); by != 0 {
			return by
		}
		return int(spans[b].Duration.Milliseconds() - spans[a].Duration.Milliseconds())
	})
	order = order[:most]
	slices.Sort(order)
	kept := make([]incident.Span, 0, most)
	for _, i := range order {
		kept = append(kept, spans[i])
	}
	return kept
}

func dropNormal(c *incident.Case) {
	eachEvidence(c, func(f *incident.Finding) {
		if f.Severity == incident.Normal || f.Severity == incident.Info {
			f.Evidence = incident.Evidence{}
		}
	})
}

// dropAll leaves the conclusions: sentences, values and queries, and of the facts those that the report and a watch read.
func dropAll(c *incident.Case) {
	eachEvidence(c, func(f *incident.Finding) { f.Evidence = incident.Evidence{} })
	f := &c.Facts
	f.Example, f.TraceLines, f.Shapes, f.Traits, f.Patterns, f.InfraLogs, f.Events = nil, nil, nil, nil, nil, nil, nil
}
