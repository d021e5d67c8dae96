// Package traits finds what the requests that fail have in common and the others do not: attributes whose value stands in
// many failing traces and in few passing ones. It is pure.
package traits

import (
	"regexp"
	"sort"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	fewestTraces = 5    // that touch a service on either side, and that have the value
	leastApart   = 0.2  // least difference of the two shares
	falseShare   = 0.01 // share of the traits told that may be chance
	mostDistinct = 0.5  // distinct values per trace from which an attribute is an identifier or a measurement
	mostNames    = 40   // attributes compared
)

// Present lists the attributes that traces have and that could tell failing ones apart, those on the most traces first.
// Whether their values repeat is not looked at: see Names.
func Present(traces [][]incident.Span) []incident.AttributeName {
	count := map[incident.AttributeName]int{}
	for _, spans := range traces {
		seen := map[incident.AttributeName]bool{}
		each(spans, func(_ string, name incident.AttributeName, _ string) {
			if !seen[name] && !outcome(name.Name) {
				seen[name] = true
				count[name]++
			}
		})
	}
	var names []incident.AttributeName
	for name := range count {
		names = append(names, name)
	}
	return mostFrequent(names, func(name incident.AttributeName) int { return count[name] })
}

// mostFrequent orders names by how many traces have them, then by the alphabet, and keeps as many as are compared.
func mostFrequent(names []incident.AttributeName, traces func(incident.AttributeName) int) []incident.AttributeName {
	sort.Slice(names, func(i, j int) bool {
		a, b := names[i], names[j]
		if x, y := traces(a), traces(b); x != y {
			return x > y
		}
		return a.Name < b.Name || a.Name == b.Name && !a.Resource
	})
	return names[:min(mostNames, len(names))]
}

// Names lists the attributes that can tell failing traces apart, those on the most traces first: without identifiers and
// measurements, whose values hardly repeat, and without what only says that or how a request failed.
func Names(traces [][]incident.Span) []incident.AttributeName {
	type usage struct {
		traces int
		values map[string]bool
	}
	known := map[incident.AttributeName]*usage{}
	for _, spans := range traces {
		seen := map[incident.AttributeName]bool{}
		each(spans, func(_ string, name incident.AttributeName, value string) {
			if known[name] == nil {
				known[name] = &usage{values: map[string]bool{}}
			}
			if !seen[name] {
				seen[name] = true
				known[name].traces++
			}
			known[name].values[value] = true
		})
	}
	var names []incident.AttributeName
	for name, u := range known {
		if !outcome(name.Name) && u.traces >= fewestTraces && float64(len(u.values)) <= max(1, mostDistinct*float64(u.traces)) {
			names = append(names, name)
		}
	}
	return mostFrequent(names, func(name incident.AttributeName) int { return known[name].traces })
}

var failureWords = regexp.MustCompile(`(^|[._])(error|exception|status|status_code|status_message|retry|retries|resend_count|attempt|attempts)([._]|$)`)

// outcome says that an attribute describes how a request ended, or how often it was tried, or merely repeats the service's
// name.
func outcome(name string) bool {
	return name == "service.name" || failureWords.MatchString(strings.ToLower(name))
}

func each(spans []incident.Span, do func(service string, name incident.AttributeName, value string)) {
	for _, s := range spans {
		for name, value := range s.Attributes {
			do(s.Service, incident.AttributeName{Name: name}, value)
		}
		for name, value := range s.Resource {
			do(s.Service, incident.AttributeName{Resource: true, Name: name}, value)
		}
	}
}

// trait is a value of a service's attribute.
type trait struct{ service, attribute, value string }

// side is the traces of one side: how many touch each service, and which of them have each trait.
type side struct {
	touching map[string]int
	having   map[trait][]int
}

// sideOf reads traces. Attributes that are not named are left out, whatever their scope: a search answers without it.
func sideOf(traces [][]incident.Span, names map[string]bool) side {
	s := side{touching: map[string]int{}, having: map[trait][]int{}}
	for i, spans := range traces {
		touched, had := map[string]bool{}, map[trait]bool{}
		for _, span := range spans {
			touched[span.Service] = true
		}
		each(spans, func(service string, name incident.AttributeName, value string) {
			if t := (trait{service, name.Name, value}); names[name.Name] && !had[t] {
				had[t] = true
				s.having[t] = append(s.having[t], i)
			}
		})
		for service := range touched {
			s.touching[service]++
		}
	}
	return s
}

// Compare tells which values of the named attributes failing traces have more often than passing ones, among the traces
// that touch the same service; the largest difference first. A trait must be both much more frequent and so not by chance.
// Of traits that the very same traces have, such as a pod's name and its address, the first in the alphabet stands for all.
func Compare(failing, passing [][]incident.Span, names []incident.AttributeName) []incident.Trait {
	wanted := map[string]bool{}
	for _, n := range names {
		wanted[n.Name] = true
	}
	bad, good := sideOf(failing, wanted), sideOf(passing, wanted)
	candidates := candidatesOf(bad, good)
	chances := make([]float64, len(candidates))
	for i, c := range candidates {
		chances[i] = significance.MoreOften(c.Failing, c.FailingOf, c.Passing, c.PassingOf)
	}
	told := []incident.Trait{}
	for i, chance := range significance.Adjust(chances) {
		c := candidates[i]
		c.Chance = chance
		if chance < falseShare && apart(c) >= leastApart && c.Failing >= fewestTraces {
			told = append(told, c)
		}
	}
	sort.SliceStable(told, func(i, j int) bool { return apart(told[i]) > apart(told[j]) })
	return told
}

// Shared lists the traits of the named attributes that all traces of both sides have which touch the service: comparing the sides tells
// nothing of them.
func Shared(failing, passing [][]incident.Span, names []incident.AttributeName) []incident.Trait {
	wanted := map[string]bool{}
	for _, n := range names {
		wanted[n.Name] = true
	}
	bad, good := sideOf(failing, wanted), sideOf(passing, wanted)
	shared := []incident.Trait{}
	for t, having := range bad.having {
		if len(having) == bad.touching[t.service] && len(good.having[t]) == good.touching[t.service] && good.touching[t.service] > 0 {
			shared = append(shared, incident.Trait{Service: t.service, Attribute: t.attribute, Value: t.value, Failing: len(having), FailingOf: len(having),
				Passing: good.touching[t.service], PassingOf: good.touching[t.service]})
		}
	}
	sort.Slice(shared, func(i, j int) bool {
		return shared[i].Attribute+" "+shared[i].Service < shared[j].Attribute+" "+shared[j].Service
	})
	return shared
}

// candidatesOf lists the comparable traits of failing traces in the order of the alphabet, each set of traces once.
func candidatesOf(bad, good side) []incident.Trait {
	all := make([]trait, 0, len(bad.having))
	for t := range bad.having {
		all = append(all, t)
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		return a.service+"\x00"+a.attribute+"\x00"+a.value < b.service+"\x00"+b.attribute+"\x00"+b.value
	})
	var candidates []incident.Trait
	seen := map[string]bool{}
	for _, t := range all {
		c := incident.Trait{Service: t.service, Attribute: t.attribute, Value: t.value, Failing: len(bad.having[t]), FailingOf: bad.touching[t.service],
			Passing: len(good.having[t]), PassingOf: good.touching[t.service]}
		key := t.service + "\x00" + keyOf(bad.having[t]) + "\x00" + keyOf(good.having[t])
		if seen[key] || min(c.FailingOf, c.PassingOf) < fewestTraces {
			continue
		}
		seen[key] = true
		candidates = append(candidates, c)
	}
	return candidates
}

func keyOf(indices []int) string {
	var text strings.Builder
	for _, i := range indices {
		text.WriteRune(rune(i + 1)) // #nosec G115 -- a place among a handful of traits
	}
	return text.String()
}

func apart(t incident.Trait) float64 {
	return float64(t.Failing)/float64(t.FailingOf) - float64(t.Passing)/float64(t.PassingOf)
}
