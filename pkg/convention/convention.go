// Package convention knows what metrics and labels are called: for each role the known spellings, best first.
//
// It is a table and a choice. The choice takes the names that a stack has and gives for each role the first spelling
// whose metrics are all there, unless a team has named its own. It is pure; asking the stack is a step's work.
package convention

import (
	"slices"
	"sort"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Names lists every metric that a choice depends on, ordered: what to ask the metrics store for.
func Names(n incident.Naming) []string {
	seen := map[string]bool{}
	for _, k := range candidates(n) {
		for _, name := range slices.Concat(k.needs, k.may, k.unless) {
			seen[name] = true
		}
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
func Choose(names []string, n incident.Naming) incident.Conventions {
	have := setOf(names)
	chosen := incident.Conventions{Cluster: cluster(have)}
	for _, k := range candidates(n) {
		if k.fits(have) {
			k.take(&chosen)
		}
	}
	chooseSurroundings(have, &chosen)
	return chosen
}

// Known lists the conventions that a role can be set to by name; nil when there is no such role.
func Known(role string) []string {
	var known []string
	for _, k := range candidates(incident.Naming{}) {
		if k.role == role && !slices.Contains(known, k.convention) {
			known = append(known, k.convention)
		}
	}
	return known
}

// LogService picks the label that holds a service's name from those a log store has; false when none is known. A label
// that a team names comes first.
func LogService(labels []string, n incident.LabelNames) (string, bool) {
	return firstOf(labels, first(n.Service, logServiceLabels))
}

// LogNamespace picks the label that holds a Kubernetes namespace from those a log store has; false when none is known.
func LogNamespace(labels []string, n incident.LabelNames) (string, bool) {
	return firstOf(labels, first(n.Namespace, logNamespaceLabels))
}

// LogPodLabels lists the labels in which lines keep the name of their pod, best first.
func LogPodLabels(n incident.LabelNames) []string { return slices.Clone(first(n.Pod, logPodLabels)) }

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
func LogNamespaceLabels() []string { return slices.Clone(logNamespaceLabels) }

// ServiceLabels lists the labels that may hold a service's name in metrics, best first.
func ServiceLabels() []string { return slices.Clone(serviceLabels) }

// ServiceIn is the service that a series' labels name by the first of the names that they have; of a job such as
// "namespace/service" it is the last part. It is empty where they name none.
func ServiceIn(labels map[string]string, names []string) string {
	for _, name := range names {
		if value := labels[name]; value != "" {
			return value[strings.LastIndexByte(value, '/')+1:]
		}
	}
	return ""
}

// LogServiceLabels lists the labels that LogService knows, best first.
func LogServiceLabels() []string { return slices.Clone(logServiceLabels) }

func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}
