package logpattern

import (
	"sort"
	"strconv"
	"strings"
)

const (
	leadingTokens = 1   // that lines of one group share, as far as they are not masked
	alike         = 0.6 // share of tokens that agree within a group
	fewWords      = 4   // different words up to which a place keeps them apart
	mostGroups    = 400 // of one key; a line that fits none of so many joins the last, so that the work stays bounded
)

// group is masked lines, by their places, with the tokens that all of them match.
type group struct {
	tokens  []string
	members []int
}

// grouped groups distinct masked lines that come in a fixed order.
func grouped(lines []maskedLine) []group {
	byKey, keys := map[string][]*group{}, []string{}
	for i, l := range lines {
		key := groupKey(l)
		known := byKey[key]
		if len(known) == 0 {
			keys = append(keys, key)
		}
		if g := closest(known, l.tokens); g != nil {
			g.add(i, l.tokens)
			continue
		}
		byKey[key] = append(known, &group{append([]string(nil), l.tokens...), []int{i}})
	}
	var groups []group
	for _, key := range keys {
		for _, g := range byKey[key] {
			groups = append(groups, g.divided(lines)...)
		}
	}
	return groups
}

// groupKey is what all lines of a group have in common: service, level, length and the first tokens.
func groupKey(l maskedLine) string {
	parts := []string{l.service, l.level, strconv.Itoa(len(l.tokens))}
	for i := range min(leadingTokens, len(l.tokens)-1) {
		token := l.tokens[i]
		if hasDigit(token) {
			token = Any
		}
		parts = append(parts, token)
	}
	return strings.Join(parts, "\x00")
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// closest is the group whose tokens agree most with the line's, the first of several; nil where none agrees enough and
// there is room for another.
func closest(groups []*group, tokens []string) *group {
	var best *group
	most := 0
	for _, g := range groups {
		agree := 0
		for j, token := range g.tokens {
			if token == tokens[j] || token == Any {
				agree++
			}
		}
		if agree == len(tokens) {
			return g
		}
		if agree > most && float64(agree) >= alike*float64(len(tokens)) {
			best, most = g, agree
		}
	}
	if best == nil && len(groups) == mostGroups {
		return groups[mostGroups-1]
	}
	return best
}

func (g *group) add(line int, tokens []string) {
	for i, token := range tokens {
		if g.tokens[i] != token {
			g.tokens[i] = Any
		}
	}
	g.members = append(g.members, line)
}

// divided splits a group at the first place that takes only a few different words: these are meant and not filled in.
// Words with digits or masked parts are filled in.
func (g *group) divided(lines []maskedLine) []group {
	for i := range g.tokens {
		if g.tokens[i] != Any {
			continue
		}
		byWord := map[string][]int{}
		filled := false
		for _, m := range g.members {
			word := lines[m].tokens[i]
			filled = filled || strings.Contains(word, Any) || hasDigit(word)
			byWord[word] = append(byWord[word], m)
		}
		if filled || len(byWord) < 2 || len(byWord) > fewWords {
			continue
		}
		return dividedBy(byWord, lines)
	}
	return []group{*g}
}

func dividedBy(byWord map[string][]int, lines []maskedLine) []group {
	words := make([]string, 0, len(byWord))
	for word := range byWord {
		words = append(words, word)
	}
	sort.Strings(words)
	var groups []group
	for _, word := range words {
		members := byWord[word]
		part := group{tokens: append([]string(nil), lines[members[0]].tokens...)}
		for _, m := range members {
			part.add(m, lines[m].tokens)
		}
		groups = append(groups, part.divided(lines)...)
	}
	return groups
}
