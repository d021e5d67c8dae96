// Package convention knows what metrics and labels are called: for each role the known spellings, best first.
//
// It is a table and a choice. The choice takes the names that a stack has and gives for each role the first spelling
// whose metrics are all there. It is pure; asking the stack is a step's work.
package convention

import (
	"slices"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Names lists every metric of the table, ordered: what to ask the metrics store for.
func Names() []string {
	seen := map[string]bool{}
	for _, m := range requestMetrics {
		seen[m.Histogram+"_bucket"], seen[m.Histogram+"_count"] = true, true
	}
	for _, m := range edgeMetrics {
		seen[m.Total], seen[m.Failed], seen[m.Histogram+"_bucket"] = true, true, true
	}
	for _, m := range lookupMetrics {
		seen[m.Histogram+"_bucket"] = true
	}
	for _, m := range poolMetrics {
		seen[m.Used], seen[m.Max] = true, true
	}
	for _, m := range clusterMetrics {
		seen[m] = true
	}
	for _, name := range surroundingNames() {
		seen[name] = true
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Choose picks for each role the first spelling whose metrics are all among the names.
func Choose(names []string) incident.Conventions {
	have := map[string]bool{}
	for _, name := range names {
		have[name] = true
	}
	chosen := incident.Conventions{
		Requests: first(requestMetrics, func(m incident.RequestMetric) bool {
			return have[m.Histogram+"_bucket"] && have[m.Histogram+"_count"]
		}),
		Edges: first(edgeMetrics, func(m incident.EdgeMetric) bool {
			// The counter of failures appears with the first failure, so its absence says nothing.
			return have[m.Total] && have[m.Histogram+"_bucket"]
		}),
		Lookups: first(lookupMetrics, func(m incident.LookupMetric) bool { return have[m.Histogram+"_bucket"] }),
		Pool:    first(poolMetrics, func(m incident.PoolMetric) bool { return have[m.Used] && have[m.Max] }),
		Cluster: cluster(have),
	}
	chooseSurroundings(have, &chosen)
	return chosen
}

// LogService picks the label that holds a service's name from those a log store has; false when none is known.
func LogService(labels []string) (string, bool) {
	return firstOf(labels, logServiceLabels)
}

// LogNamespace picks the label that holds a Kubernetes namespace from those a log store has; false when none is known.
func LogNamespace(labels []string) (string, bool) {
	return firstOf(labels, logNamespaceLabels)
}

// firstOf is the first of the known labels that is among those there are.
func firstOf(labels, known []string) (string, bool) {
	for _, l := range known {
		if slices.Contains(labels, l) {
			return l, true
		}
	}
	return "", false
}

// LogNamespaceLabels lists the labels that LogNamespace knows, best first.
func LogNamespaceLabels() []string { return append([]string(nil), logNamespaceLabels...) }

// LogServiceLabels lists the labels that LogService knows, best first.
func LogServiceLabels() []string { return append([]string(nil), logServiceLabels...) }

func first[M any](table []M, has func(M) bool) *M {
	for _, m := range table {
		if has(m) {
			return &m
		}
	}
	return nil
}
