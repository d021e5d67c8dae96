package assistant

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

type evidenceInput struct {
	ID            string `json:"id" jsonschema:"id of a statement, or one of notChecked, as an answer has it"`
	Investigation string `json:"investigation,omitempty" jsonschema:"field investigation of the same answer, unchanged; answers of firing have none"`
	Tokens        int    `json:"tokens,omitempty" jsonschema:"most tokens of the answer, 200 to 8000; 800 without it"`
}

// evidenceAnswer is what a statement rests on.
type evidenceAnswer struct {
	Investigation string `json:"investigation,omitempty"`
	ID            string `json:"id"`
	Text          string `json:"text"`
	Advice        string `json:"advice,omitempty"`   // of what was not checked: what to do about that
	Method        string `json:"method,omitempty"`   // how the statement was arrived at
	Interval      string `json:"interval,omitempty"` // of which the statement speaks, in UTC
	Baseline      string `json:"baseline,omitempty"` // from which the normal numbers are
	// Because are the reasons of a verdict, and RestsOn the ids of what they were read from.
	Because []string `json:"because,omitempty"`
	RestsOn []string `json:"restsOn,omitempty"`
	Numbers []number `json:"numbers,omitempty"`
	Queries []query  `json:"queries,omitempty"`
	Lines   []string `json:"logLines,omitempty"` // telemetry: written by whoever logs
	LeftOut int      `json:"leftOut,omitempty"`  // numbers, queries and so on that did not fit
}

// number is a value of a finding.
type number struct {
	Name    string            `json:"name"`
	Value   float64           `json:"value"`
	Unit    incident.Unit     `json:"unit"`
	Normal  *float64          `json:"normal,omitempty"` // same unit
	Samples float64           `json:"samples,omitempty"`
	AtLeast bool              `json:"atLeast,omitempty"`
	Labels  map[string]string `json:"labels,omitempty"`
}

// query is a query as it was sent.
type query struct {
	Language   string   `json:"language"`
	Text       string   `json:"text"`
	Window     string   `json:"window"`         // in UTC
	Step       float64  `json:"step,omitempty"` // s
	DataSource string   `json:"dataSource,omitempty"`
	Rows       int      `json:"rows"`
	Truncated  bool     `json:"truncated,omitempty"`
	Problem    string   `json:"problem,omitempty"` // why there is no answer
	Warnings   []string `json:"warnings,omitempty"`
}

func (c *caller) evidence(ctx context.Context, in evidenceInput) (any, error) {
	size, err := sized(in.Tokens)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(in.ID, firingPrefix) {
		return c.firingEvidence(ctx, in.ID, size)
	}
	subject, window, err := c.addressed(in.Investigation)
	if err != nil {
		return nil, err
	}
	found, err := c.remembered(ctx, in, subject, window)
	if err != nil {
		return nil, err
	}
	full, is := evidenceOf(found, in.ID)
	if !is {
		return nil, failure.New(failure.NotFound, fmt.Sprintf("The investigation has no statement %s.", wording.Quoted(printable(in.ID, longestName))),
			"Pass on an id of the answer that the investigation is from, unchanged. If the stores have forgotten that time, an investigation finds less than before.")
	}
	full.Investigation = in.Investigation
	return full.within(size), nil
}

// remembered is the case that has the statement: one that is remembered, or else a new one of the same subject and window.
func (c *caller) remembered(ctx context.Context, in evidenceInput, subject incident.Subject, window incident.Window) (*incident.Case, error) {
	if err := c.admitted(ctx); err != nil {
		return nil, err
	}
	for _, phases := range [][]incident.Phase{nil, impactAlone, untilExample} {
		known := c.memory.cases.Get(keyOf(c.organization, in.Investigation, phases))
		if known == nil {
			continue
		}
		if _, has := evidenceOf(known.Value(), in.ID); has {
			return known.Value(), nil
		}
	}
	found, err := c.investigated(ctx, subject, window, in.Investigation)
	return found.told, err
}

// evidenceOf is everything that a statement of a case rests on.
func evidenceOf(c *incident.Case, id string) (evidenceAnswer, bool) {
	answer := evidenceAnswer{ID: id}
	if id == verdictID {
		return ofVerdict(c, answer), true
	}
	if link, is := linkOf(c, id); is {
		answer.Text = printable(link.Sentence, longestText)
		answer.Interval = link.At.UTC().Format(time.RFC3339)
		answer.restOn(c, link.Step)
		return answer, true
	}
	step, finding, is := findingOf(c, id)
	if !is {
		return answer, false
	}
	answer.take(step.Queries)
	if len(step.Queries) == 0 {
		for _, key := range readBy(step.Key()) {
			answer.point(c, key)
		}
	}
	if finding == nil {
		answer.Text, answer.Advice = unchecked(*step), printable(step.Advice, longestText)
		if step.Outcome != incident.NotChecked {
			answer.Text = printable(step.Title, longestText)
			answer.restOn(c, step.Key())
		}
		return answer, true
	}
	answer.Text, answer.Method = printable(finding.Sentence, longestText), printable(finding.Method, longestText)
	answer.Interval, answer.Baseline = span(finding.Interval), span(finding.Baseline)
	answer.count(finding.Values)
	for _, command := range finding.Evidence.Commands {
		answer.Because = append(answer.Because, printable(command.Text+" # "+command.Why, longestText))
	}
	for _, line := range finding.Evidence.Lines {
		answer.Lines = append(answer.Lines, printable(line.Text, longestLine))
	}
	return answer, true
}

// ofVerdict is the evidence of the verdict: the reasons for the cause that it names, and the steps behind its timeline.
func ofVerdict(c *incident.Case, answer evidenceAnswer) evidenceAnswer {
	answer.Text = printable(c.Verdict.Sentence, longestText)
	if blamed := c.Verdict.Blamed(); blamed != nil {
		for _, reason := range blamed.Because {
			answer.Because = append(answer.Because, printable(reason, longestText))
		}
	}
	told := map[string]bool{}
	for _, link := range c.Verdict.Chain {
		if !told[link.Step] {
			told[link.Step] = true
			answer.restOn(c, link.Step)
		}
	}
	return answer
}

// restOn adds a step's findings as what the statement rests on, with their numbers and queries.
func (a *evidenceAnswer) restOn(c *incident.Case, key string) {
	step, _, is := findingOf(c, key)
	if !is {
		return
	}
	for _, f := range step.Findings {
		a.count(f.Values)
	}
	a.point(c, key)
}

// point adds the findings of a step as what the statement was made from, with the queries behind them.
func (a *evidenceAnswer) point(c *incident.Case, key string) {
	step, _, is := findingOf(c, key)
	if !is {
		return
	}
	for _, f := range step.Findings {
		a.RestsOn = append(a.RestsOn, findingID(*step, f))
	}
	a.take(step.Queries)
}

// readBy are the keys of the steps from whose facts a step is made, as far as they are declared.
func readBy(key string) []string {
	all := investigate.All()
	reader := slices.IndexFunc(all, func(s phase.Step) bool { return s.Key() == key })
	if reader < 0 {
		return nil
	}
	var keys []string
	for _, s := range all {
		if s.Key() != key && slices.ContainsFunc(s.Learns, func(f incident.Fact) bool { return slices.Contains(all[reader].Reads(), f) }) {
			keys = append(keys, s.Key())
		}
	}
	return keys
}

func (a *evidenceAnswer) count(values []incident.Value) {
	for _, v := range values {
		labels := map[string]string{}
		for name, value := range v.Labels {
			labels[printable(name, longestName)] = printable(value, longestName)
		}
		normal := v.Baseline
		if normal != nil { // what is shown is changed while secrets are masked, and the case is not
			normal = incident.Baselined(*normal)
		}
		a.Numbers = append(a.Numbers, number{Name: printable(v.Name, longestName), Value: v.Value, Unit: v.Unit, Normal: normal, Samples: v.Samples, AtLeast: v.AtLeast,
			Labels: labels})
	}
}

func (a *evidenceAnswer) take(queries []incident.Query) {
	for _, q := range queries {
		one := query{Language: q.Language, Text: printable(q.Text, longestQuery), Window: span(&q.Window), Step: q.Step, DataSource: printable(q.DataSource, longestName), Rows: q.Rows,
			Truncated: q.Truncated, Problem: printable(q.Problem, longestText)}
		for _, w := range q.Warnings {
			one.Warnings = append(one.Warnings, printable(w, longestText))
		}
		if !slices.ContainsFunc(a.Queries, func(known query) bool { return known.Text == one.Text && known.Window == one.Window }) {
			a.Queries = append(a.Queries, one)
		}
	}
}

// within is the answer in no more than so many tokens: numbers and reasons first, then queries, then lines.
func (a evidenceAnswer) within(size int) *evidenceAnswer {
	bare := a
	bare.Because, bare.RestsOn, bare.Numbers, bare.Queries, bare.Lines, bare.LeftOut = []string{""}, []string{""}, []number{{}}, []query{{}}, []string{""}, mostTokens
	left, out := size-tokensOf(bare), 0
	fit := a
	add := func(n int) { out += n }
	var n int
	fit.Because, left, n = fitting(left, a.Because)
	add(n)
	// Many numbers must not leave the first query no place.
	first, rest := a.Queries[:min(1, len(a.Queries))], a.Queries[min(1, len(a.Queries)):]
	fit.Queries, left, n = fitting(left, first)
	add(n)
	fit.Numbers, left, n = fitting(left, a.Numbers)
	add(n)
	fit.RestsOn, left, n = fitting(left, a.RestsOn)
	add(n)
	others, left, n := fitting(left, rest)
	fit.Queries = append(fit.Queries, others...)
	add(n)
	fit.Lines, _, n = fitting(left, a.Lines)
	add(n)
	fit.LeftOut = out
	return &fit
}

// span writes a window in UTC; empty for none.
func span(w *incident.Window) string {
	if w == nil || w.IsZero() {
		return ""
	}
	return w.From.UTC().Format(time.RFC3339) + "/" + w.To.UTC().Format(time.RFC3339)
}
