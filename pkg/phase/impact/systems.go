package impact

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// scoped adds to the service, as it was found in the request metric, in which scopes its name occurs there. Where the metric writes
// the namespace before the name, the one within the subject's scope is taken.
func scoped(c *incident.Case, metric incident.RequestMetric, found incident.ServiceSeries, series []incident.Series) incident.ServiceSeries {
	named := slices.DeleteFunc(slices.Clone(series), func(s incident.Series) bool {
		return s.Labels[found.Label] != c.Subject.Service && !strings.HasSuffix(s.Labels[found.Label], "/"+c.Subject.Service)
	})
	scopes := incident.SystemLabels{Labels: map[incident.ScopePart][]string{}, Joined: joined(c, metric, named)}
	for _, part := range incident.ScopeParts() {
		candidates := append(convention.ScopeLabels(part, c.Naming.Labels), convention.ScopeAttributes(part, c.Naming.Labels)...)
		if part == incident.Namespace && scopes.Joined != "" && !slices.Contains(candidates, scopes.Joined) {
			candidates = append(candidates, scopes.Joined)
		}
		if labels := telling(candidates, c.Subject.Scope.Of(part), named, scopes.Joined); len(labels) > 0 {
			scopes.Labels[part] = labels
		}
	}
	if len(scopes.Labels) == 0 {
		return found
	}
	seen := map[incident.Scope]bool{}
	most := 0.0
	for _, s := range named {
		scope := scopeOf(s, scopes)
		seen[scope] = true
		if n := samplesOf(s); found.Prefix != "" && scope.Says(c.Subject.Scope) && n > most {
			most, found.Value = n, s.Labels[found.Label]
			found.Prefix = strings.TrimSuffix(found.Value, c.Subject.Service)
		}
	}
	scopes.Systems = slices.SortedFunc(maps.Keys(seen), func(a, b incident.Scope) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Environment, b.Environment), cmp.Compare(a.Cluster, b.Cluster))
	})
	found.Scopes = &scopes
	return found
}

func samplesOf(s incident.Series) float64 {
	if len(s.Points) == 0 {
		return 0
	}
	return s.Points[0].Value
}

// joined is the first of the labels of services whose values are "namespace/service", as OpenTelemetry writes jobs.
func joined(c *incident.Case, metric incident.RequestMetric, series []incident.Series) string {
	for _, label := range metric.Services {
		if slices.ContainsFunc(series, func(s incident.Series) bool { return strings.HasSuffix(s.Labels[label], "/"+c.Subject.Service) }) {
			return label
		}
	}
	return ""
}

// telling are those of the labels that some of the series have. First comes the one that has the wanted value, else the first
// one that has several values.
func telling(labels []string, wanted string, series []incident.Series, joined string) []string {
	values := map[string][]string{}
	for _, label := range labels {
		for _, s := range series {
			if v := partIn(s, label, joined); v != "" && !slices.Contains(values[label], v) {
				values[label] = append(values[label], v)
			}
		}
	}
	had := slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return len(values[l]) == 0 })
	rank := func(label string) int {
		switch {
		case wanted != "" && slices.Contains(values[label], wanted):
			return 0
		case len(values[label]) > 1:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(had, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	return had
}

// partIn is what a series' label says of a part of a scope; of one that holds "namespace/service", the namespace.
func partIn(s incident.Series, label, joined string) string {
	value := s.Labels[label]
	if label == joined {
		return value[:max(strings.LastIndexByte(value, '/'), 0)]
	}
	return value
}

// scopeOf is the scope that a series' labels name.
func scopeOf(s incident.Series, known incident.SystemLabels) incident.Scope {
	var scope incident.Scope
	for part, labels := range known.Labels {
		scope = scope.With(part, partIn(s, labels[0], known.Joined))
	}
	return scope
}
