package convention

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// usualPlaces are labels that are no usual ones for a service's name and still often hold it, best first.
var usualPlaces = []string{"app_kubernetes_io_name", "app_kubernetes_io_component", "app_kubernetes_io_instance", "container", "container_name", "k8s_container_name",
	"k8s_deployment_name", "k8s_statefulset_name", "deployment", "statefulset", "workload", "component", "app_name", "application_name", "name"}

// otherEnds are words of labels that name somebody else than the one who serves: who calls, or is called.
var otherEnds = regexp.MustCompile(`(?i)(^|[_.])(client|source|src|caller|peer|upstream|downstream|target|remote|from|to|consumer|destination|dest|dst|refer+er|user|agent|tenant|owner|team)([_.]|$)`)

// notNames are labels that hold something else, whatever it is.
var notNames = []string{"__name__", "le", "quantile", "version", "error", "message", "exception", "reason", "service_version", "instance", "pod", "pod_name", "k8s_pod_name"}

// mostPlaces is how many labels are looked into for a service's name.
const mostPlaces = 40

// PlacesFor are those of a request metric's labels that may hold the name of the service which serves, best first: labels that are known
// to, then usual ones, then any; namespaces last, which a service may share the name of.
func PlacesFor(labels, known []string, n incident.LabelNames) []string {
	open := openLabels()
	never := slices.Concat(notNames, open.Methods, open.Routes, open.Codes)
	scopes := AllScopeLabels(n)
	places := slices.DeleteFunc(slices.Clone(labels), func(l string) bool {
		return !slices.Contains(known, l) && (slices.Contains(never, l) || otherEnds.MatchString(l))
	})
	rank := func(l string) int {
		switch at := slices.Index(usualPlaces, l); {
		case slices.Contains(known, l):
			return -1
		case slices.Contains(scopes, l):
			return len(usualPlaces) + 1
		case at >= 0:
			return at
		}
		return len(usualPlaces)
	}
	slices.SortFunc(places, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	places = slices.Compact(places)
	return places[:min(len(places), mostPlaces)]
}

// Spelled is a regular expression over the values of a label that mean a service: its name; after a namespace, as OpenTelemetry writes
// jobs; before a namespace, a domain or a port, as hosts are written; and as Traefik and Envoy write what they forward to.
func Spelled(service string) string {
	name := regexp.QuoteMeta(service)
	return `(.+/)?` + name + `|` + name + `(\..+|:\d+|@.+)|(.+-)?` + name + `-[a-z0-9]+@kubernetes.*|outbound\|\d+\|[^|]*\|` + name + `\..+`
}

// Plainly says that a label's value is the service's name itself, or after a namespace.
func Plainly(value, service string) bool {
	return value == service || strings.HasSuffix(value, "/"+service)
}
