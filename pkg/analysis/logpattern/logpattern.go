// Package logpattern finds what log lines have in common, and which of it became more or less frequent.
//
// Lines are grouped in the manner of Drain (He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree",
// ICWS 2017): by their number of tokens and their first tokens, then by how many tokens agree. Unlike Drain the result
// does not depend on the order of the lines, since they are sorted first; and a place that takes only a few different
// words keeps them apart, so that "checkout failed" and "checkout succeeded" stay two patterns. It is pure.
package logpattern

import (
	"cmp"
	"sort"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Line is one log line with the service that wrote it.
type Line struct {
	incident.Line
	Service string
	Whole   bool // what the logger puts before a plain message counts as a part of it
}

// Template is a pattern of lines: of one service, at one level, with the same words in the same places.
type Template struct {
	Service     string
	Level       string // lower case; empty where lines have none
	Tokens      []string
	Count       int
	First, Last time.Time
	Example     incident.Line // the earliest of its lines
}

// Any stands for a part that differs from line to line.
const Any = "<*>"

// Text is the template as a person reads it: "reserved sku=<*> in <*> ms".
func (t *Template) Text() string { return joined(t.Tokens) }

// Matches says whether a line could be one of the template's.
func (t *Template) Matches(l Line) bool {
	message, level := parse(l.Line, l.Whole)
	tokens := Tokens(message)
	if l.Service != t.Service || level != t.Level || len(tokens) != len(t.Tokens) {
		return false
	}
	for i, token := range t.Tokens {
		if token != Any && token != tokens[i] {
			return false
		}
	}
	return true
}

// Constant is the longest part of the template that its lines hold as it is: what to search for. Quotes and what JSON may
// escape are no part of it, nor is text that was written with other spaces than single ones; empty where nothing is left.
func (t *Template) Constant() string {
	longest := ""
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(t.Text(), Any, "\x00"), escaped) {
		if part = strings.TrimSpace(part); len(part) > len(longest) && strings.Contains(t.Example.Text, part) {
			longest = part
		}
	}
	return longest
}

// Runs are the texts that the first constant tokens of a template make, each of tokens in a row, as its lines hold them: what to search
// for where several texts narrow a search. Tokens in which something differs or may be escaped end a run.
func (t *Template) Runs(constant int) []string {
	var runs []string
	run := ""
	for _, token := range t.Tokens {
		if constant == 0 {
			break
		}
		if token != Any {
			constant--
		}
		plain := token != "" && !strings.Contains(token, Any) && !strings.ContainsFunc(token, escaped)
		if plain && run != "" && strings.Contains(t.Example.Text, run+" "+token) {
			run += " " + token
			continue
		}
		if run != "" {
			runs = append(runs, run)
		}
		if run = ""; plain && strings.Contains(t.Example.Text, token) {
			run = token
		}
	}
	if run != "" {
		runs = append(runs, run)
	}
	return runs
}

// escaped says that a character may stand in a line in another spelling.
func escaped(r rune) bool {
	return r < ' ' || r > '~' || strings.ContainsRune("\"\\<>&'", r)
}

// Templates is what mining found: every line belongs to exactly one template.
type Templates struct {
	All []Template // the most frequent first
	Of  []int      // for each line, in the order they were given, its template's place in All
}

// Mine groups lines. The templates do not depend on the order of the lines.
func Mine(lines []Line) Templates {
	masked := maskedLines(lines)
	groups := grouped(masked.distinct)
	found := Templates{All: make([]Template, len(groups)), Of: make([]int, len(lines))}
	groupOf := make([]int, len(masked.distinct))
	for g, group := range groups {
		first := masked.distinct[group.members[0]]
		found.All[g] = Template{Service: first.service, Level: first.level, Tokens: group.tokens}
		for _, m := range group.members {
			groupOf[m] = g
		}
	}
	for i, distinct := range masked.of {
		found.Of[i] = groupOf[distinct]
		found.All[found.Of[i]].add(lines[i].Line)
	}
	return found.sorted()
}

func (t *Template) add(l incident.Line) {
	if t.Count == 0 || cmp.Or(l.Time.Compare(t.First), cmp.Compare(l.Text, t.Example.Text), cmp.Compare(l.Level, t.Example.Level)) < 0 {
		t.First, t.Example = l.Time, l
	}
	if t.Count == 0 || l.Time.After(t.Last) {
		t.Last = l.Time
	}
	t.Count++
}

// sorted puts the most frequent templates first; ties go by service, level and text.
func (f Templates) sorted() Templates {
	texts, order := make([]string, len(f.All)), make([]int, len(f.All))
	for i := range f.All {
		order[i] = i
		texts[i] = f.All[i].Service + "\x00" + f.All[i].Level + "\x00" + f.All[i].Text()
	}
	sort.SliceStable(order, func(a, b int) bool {
		if x, y := f.All[order[a]].Count, f.All[order[b]].Count; x != y {
			return x > y
		}
		return texts[order[a]] < texts[order[b]]
	})
	all, place := make([]Template, len(f.All)), make([]int, len(f.All))
	for to, from := range order {
		all[to], place[from] = f.All[from], to
	}
	for i, old := range f.Of {
		f.Of[i] = place[old]
	}
	f.All = all
	return f
}
