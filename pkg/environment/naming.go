package environment

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/common/model"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// ConventionSettings name the metrics of roles, where they are not to be found out. Each is either a whole spelling, or
// the name of a known convention alone, which is then the only one that is tried.
type ConventionSettings struct {
	Requests *incident.RequestMetric `json:"requests,omitempty"`
	Edges    *incident.EdgeMetric    `json:"edges,omitempty"`
	Lookups  *incident.LookupMetric  `json:"lookups,omitempty"`
	Pool     *incident.PoolMetric    `json:"pool,omitempty"`
	Queue    *incident.QueueMetric   `json:"queue,omitempty"`
	Build    *incident.BuildMetric   `json:"build,omitempty"`
}

// own is what a spelling that names no convention is called.
const own = "settings"

// naming is what the settings say about names, with what they leave out filled in.
func (s Settings) naming() incident.Naming {
	n := incident.Naming{Labels: s.Labels, Scope: s.Scope, Requests: copied(s.Conventions.Requests), Edges: copied(s.Conventions.Edges),
		Lookups: copied(s.Conventions.Lookups), Pool: copied(s.Conventions.Pool), Queue: copied(s.Conventions.Queue), Build: copied(s.Conventions.Build)}
	services := convention.ServiceLabels()
	fillTraffic(n, services)
	if m := n.Lookups; m != nil && m.Histogram != "" {
		usual(&m.Convention, own)
		usualLabels(&m.Services, services)
		usualSeconds(&m.Seconds, m.Histogram)
	}
	if m := n.Pool; m != nil && m.Used != "" {
		usual(&m.Convention, own)
		usualLabels(&m.Services, services)
	}
	if m := n.Queue; m != nil && m.Waiting != "" {
		usual(&m.Convention, own)
	}
	if m := n.Build; m != nil && m.Info != "" {
		usual(&m.Convention, own)
		usualLabels(&m.Services, services)
		usual(&m.Version, "version")
	}
	return n
}

// fillTraffic fills in what is left out of the metrics of requests and of calls.
func fillTraffic(n incident.Naming, services []string) {
	if m := n.Requests; m != nil && (m.Histogram != "" || m.Counter != "") {
		usual(&m.Convention, own)
		usualLabels(&m.Services, services)
		usualSeconds(&m.Seconds, m.Histogram)
		usual(&m.Failed.Label, m.Code)
		usual(&m.Failed.Pattern, "5..")
	}
	if m := n.Edges; m != nil && (m.Histogram != "" || m.Total != "") {
		usual(&m.Convention, own)
		usualLabels(&m.Clients, services)
		usualSeconds(&m.Seconds, m.Histogram)
		if m.FailedCall != nil {
			usual(&m.FailedCall.Pattern, "5..")
		}
	}
}

func copied[M any](metric *M) *M {
	if metric == nil {
		return nil
	}
	c := *metric
	return &c
}

func usual(setting *string, value string) {
	if *setting == "" {
		*setting = value
	}
}

func usualLabels(setting *[]string, labels []string) {
	if len(*setting) == 0 {
		*setting = labels
	}
}

// usualSeconds takes the unit from the metric's name, as Prometheus advises to name it.
func usualSeconds(setting *float64, metric string) {
	if *setting == 0 {
		*setting, _ = convention.UnitOf(metric)
	}
}

// namingProblems are a sentence for everything that is wrong with labels and conventions.
func (s Settings) namingProblems() []error {
	var problems []error
	for _, l := range [][2]string{{"labels.service", s.Labels.Service}, {"labels.namespace", s.Labels.Namespace},
		{"labels.environment", s.Labels.Environment}, {"labels.cluster", s.Labels.Cluster}, {"labels.pod", s.Labels.Pod}} {
		problems = append(problems, labelProblems(l[0], l[1])...)
	}
	c := s.Conventions
	if m := c.Requests; m != nil {
		problems = append(problems, roleProblems("conventions.requests", convention.Requests, m.Convention, "histogram or a counter", m.Histogram, m.Counter)...)
		problems = append(problems, labelProblems("conventions.requests.services", m.Services...)...)
		problems = append(problems, labelProblems("conventions.requests.operation", m.Operation.Whole, m.Operation.Method, m.Operation.Route, m.Operation.Procedures)...)
		problems = append(problems, labelProblems("conventions.requests.code", m.Code)...)
		problems = append(problems, matchProblems("conventions.requests.failed", &m.Failed)...)
		problems = append(problems, onlyProblems("conventions.requests.only", m.Only)...)
		problems = append(problems, secondsProblems("conventions.requests.seconds", m.Seconds)...)
	}
	if m := c.Edges; m != nil {
		problems = append(problems, edgeProblems(*m)...)
	}
	if m := c.Lookups; m != nil {
		problems = append(problems, roleProblems("conventions.lookups", convention.Lookups, m.Convention, "histogram", m.Histogram)...)
		problems = append(problems, labelProblems("conventions.lookups.services", m.Services...)...)
		problems = append(problems, labelProblems("conventions.lookups.name", m.Name)...)
		problems = append(problems, secondsProblems("conventions.lookups.seconds", m.Seconds)...)
	}
	if m := c.Pool; m != nil {
		problems = append(problems, roleProblems("conventions.pool", convention.Pool, m.Convention, "used and max", m.Used, m.Max)...)
		if (m.Used == "") != (m.Max == "") {
			problems = append(problems, errors.New("conventions.pool needs both used and max: the connections in use, and the most there can be"))
		}
		problems = append(problems, labelProblems("conventions.pool.services", m.Services...)...)
		problems = append(problems, onlyProblems("conventions.pool.only", m.Only)...)
	}
	if m := c.Queue; m != nil {
		problems = append(problems, roleProblems("conventions.queue", convention.Queue, m.Convention, "waiting", m.Waiting)...)
		problems = append(problems, labelProblems("conventions.queue.queue", m.Queue)...)
		problems = append(problems, labelProblems("conventions.queue.consumer", m.Consumer)...)
	}
	if m := c.Build; m != nil {
		problems = append(problems, roleProblems("conventions.build", convention.Build, m.Convention, "info", m.Info)...)
		problems = append(problems, labelProblems("conventions.build.services", m.Services...)...)
		problems = append(problems, labelProblems("conventions.build.version", m.Version)...)
	}
	return problems
}

func edgeProblems(m incident.EdgeMetric) []error {
	problems := roleProblems("conventions.edges", convention.Edges, m.Convention, "histogram or a total", m.Histogram, m.Total, m.Failed)
	problems = append(problems, labelProblems("conventions.edges.clients", m.Clients...)...)
	problems = append(problems, labelProblems("conventions.edges.server", m.Server)...)
	problems = append(problems, matchProblems("conventions.edges.failedCall", m.FailedCall)...)
	problems = append(problems, onlyProblems("conventions.edges.only", m.Only)...)
	problems = append(problems, secondsProblems("conventions.edges.seconds", m.Seconds)...)
	if m.Histogram == "" && m.Total == "" {
		return problems
	}
	if m.Server == "" {
		problems = append(problems, errors.New("conventions.edges.server is missing: name the label that holds the service that is called"))
	}
	if m.Failed == "" && m.FailedCall == nil {
		problems = append(problems, errors.New("conventions.edges says nothing of failed calls: set failed to their counter, or failedCall to the label and pattern that tell them"))
	}
	return problems
}

// namesWithDots are the names of metrics and labels that a store keeps as OpenTelemetry writes them.
var namesWithDots = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_.]*$`)

// roleProblems check a role's metrics: either one at least is named, or a convention that is known.
func roleProblems(setting, role, name, wanted string, metrics ...string) []error {
	var problems []error
	set := false
	for _, metric := range metrics {
		set = set || metric != ""
		if metric != "" && !model.LegacyValidation.IsValidMetricName(metric) && !namesWithDots.MatchString(metric) {
			problems = append(problems, fmt.Errorf("%s names the metric %q, which is not a metric's name", setting, metric))
		}
	}
	known := convention.Known(role)
	switch {
	case set:
	case name == "":
		problems = append(problems, fmt.Errorf("%s is empty: name its %s, or a known convention (%s)", setting, wanted, strings.Join(known, ", ")))
	case !slices.Contains(known, name):
		problems = append(problems, fmt.Errorf("%s.convention is %q, which is not known: choose one of %s, or name the %s yourself", setting, name,
			strings.Join(known, ", "), wanted))
	}
	return problems
}

func labelProblems(setting string, labels ...string) []error {
	var problems []error
	for _, label := range labels {
		if label != "" && !model.LegacyValidation.IsValidLabelName(label) && !namesWithDots.MatchString(label) {
			problems = append(problems, fmt.Errorf("%s is %q, which is not a label's name", setting, label))
		}
	}
	return problems
}

func matchProblems(setting string, match *incident.Match) []error {
	if match == nil || *match == (incident.Match{}) {
		return nil
	}
	problems := labelProblems(setting+".label", match.Label)
	if match.Pattern != "" {
		if _, err := regexp.Compile("^(?:" + match.Pattern + ")$"); err != nil {
			problems = append(problems, fmt.Errorf("%s.pattern is %q, which is not a regular expression", setting, match.Pattern))
		}
	}
	return problems
}

func onlyProblems(setting string, only map[string]string) []error {
	return labelProblems(setting, slices.Sorted(maps.Keys(only))...)
}

func secondsProblems(setting string, seconds float64) []error {
	if seconds < 0 {
		return []error{fmt.Errorf("%s is negative: set how many seconds one unit of the metric is, 0.001 for milliseconds", setting)}
	}
	return nil
}
