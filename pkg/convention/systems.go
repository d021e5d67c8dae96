package convention

import (
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Split is how several services of one name are told apart in the request metric: by a label that holds a part of a scope.
type Split struct {
	Part   incident.ScopePart
	label  string
	joined bool // the label's values are "namespace/service"
}

// SplitLabels are the labels that may tell services of one name apart, beside those that name them.
func SplitLabels(services []string, n incident.Naming) []string {
	return slices.DeleteFunc(AllScopeLabels(n.Labels), func(l string) bool { return slices.Contains(services, l) })
}

// Splits are how the services whose name occurs in several systems are told apart, by their names: by the first part of a scope in which
// their series differ, and its best label that does. Services that are one are left out. The names of services stand in the given labels.
func Splits(series []incident.Series, services []string, n incident.Naming) map[string]Split {
	byService := map[string][]incident.Series{}
	for _, s := range series {
		if name := ServiceIn(s.Labels, services); name != "" {
			byService[name] = append(byService[name], s)
		}
	}
	ways, found := waysToSplit(services, n), map[string]Split{}
	for name, own := range byService {
		if at := slices.IndexFunc(ways, func(w Split) bool { return len(w.Values(own)) > 1 }); at >= 0 {
			found[name] = ways[at]
		}
	}
	return found
}

func waysToSplit(services []string, n incident.Naming) []Split {
	var ways []Split
	for _, part := range incident.ScopeParts() {
		for _, label := range ScopeLabels(part, n.Labels) {
			ways = append(ways, Split{Part: part, label: label})
		}
		for _, label := range services {
			if part == incident.Namespace {
				ways = append(ways, Split{Part: part, label: label, joined: true})
			}
		}
	}
	return ways
}

// Value is the system that a series is of; empty where it does not say.
func (w Split) Value(s incident.Series) string {
	value := s.Labels[w.label]
	if w.joined {
		return value[:max(strings.LastIndexByte(value, '/'), 0)]
	}
	return value
}

// Values are the systems that series are of, each once, ordered.
func (w Split) Values(series []incident.Series) []string {
	var values []string
	for _, s := range series {
		if v := w.Value(s); v != "" {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// WithinScope are the series of the systems that the environment stands for: all but those that say another one. A part that no series has
// is not of these series, and narrows nothing.
func WithinScope(series []incident.Series, n incident.Naming) []incident.Series {
	for _, part := range incident.ScopeParts() {
		wanted, labels := n.Scope.Of(part), ScopeLabels(part, n.Labels)
		own := func(s incident.Series) bool {
			return slices.ContainsFunc(labels, func(l string) bool { return s.Labels[l] == wanted })
		}
		if wanted == "" || !slices.ContainsFunc(series, own) {
			continue
		}
		series = slices.DeleteFunc(slices.Clone(series), func(s incident.Series) bool {
			return !own(s) && slices.ContainsFunc(labels, func(l string) bool { return s.Labels[l] != "" })
		})
	}
	return series
}
