package phase

import (
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// WithinMatchers pick, among the series of the request metric that bear the subject's name, those within its scope.
func WithinMatchers(c *incident.Case) []promql.Matcher {
	apart := c.Facts.Apart
	if apart == nil {
		return nil
	}
	within := apart.Within
	if service := c.Facts.Service; service != nil && service.Label == apart.Joined { // its value names the namespace already
		within.Namespace = ""
	}
	return ScopeMatchers(within, incident.SystemLabels{Labels: apart.Labels, Joined: apart.Joined}, c.Subject.Service)
}

// ScopeMatchers pick a service's series within a scope, by the labels that tell its parts.
func ScopeMatchers(within incident.Scope, known incident.SystemLabels, service string) []promql.Matcher {
	var matchers []promql.Matcher
	for _, part := range incident.ScopeParts() {
		labels, value := known.Labels[part], within.Of(part)
		switch {
		case value == "" || len(labels) == 0:
		case labels[0] == known.Joined:
			matchers = append(matchers, promql.Equal(labels[0], value+"/"+service))
		default:
			matchers = append(matchers, promql.Equal(labels[0], value))
		}
	}
	return matchers
}

// SubjectSpans pick the spans of the subject's service within its scope.
func SubjectSpans(c *incident.Case) []traceql.Condition { return SpansOf(c, c.Subject.Service) }

// SpansOf pick the spans of a service; of the subject's own, those within its scope.
func SpansOf(c *incident.Case, service string) []traceql.Condition {
	if service != c.Subject.Service {
		return traceql.Scoped(service, nil)
	}
	return traceql.Scoped(service, c.Facts.Apart)
}

// Within makes a step look at the subject's system alone, where the name of its service is that of others too: it waits until that
// is known, and leaves out of its questions the series and the lines of the other systems.
func Within(s Step) Step {
	plan := s.Plan
	s.Awaits = append(slices.Clone(s.Awaits), incident.FactApart)
	s.Plan = func(c *incident.Case) ([]source.Question, error) {
		questions, err := plan(c)
		for i := range questions {
			if err != nil {
				break
			}
			questions[i].Text, err = Leaving(c, questions[i].Kind, questions[i].Text)
		}
		return questions, err
	}
	if more := s.More; more != nil {
		s.More = func(c *incident.Case, answers source.Answers) ([]source.Question, error) {
			questions, err := more(c, answers)
			for i := range questions {
				if err != nil {
					break
				}
				questions[i].Text, err = Leaving(c, questions[i].Kind, questions[i].Text)
			}
			return questions, err
		}
	}
	read := s.Read
	s.Read = func(c *incident.Case, answers source.Answers) (Reading, error) {
		reading, err := read(c, answers)
		if reading.Learn != nil {
			var learned incident.Facts
			reading.Learn(&learned)
			leaveWatched(c, learned)
		}
		return reading, err
	}
	return s
}

// leaveWatched has the queries by which numbers will be watched leave out the other systems too. Those of the service's own requests
// name its scope already.
func leaveWatched(c *incident.Case, f incident.Facts) {
	watched := []*incident.Comparison{f.Lookups, f.Pool}
	if f.Saturation != nil {
		watched = append(watched, f.Saturation.CPU, f.Saturation.Memory)
	}
	if f.Shared != nil {
		for i := range f.Shared.Users {
			watched = append(watched, &f.Shared.Users[i])
		}
	}
	if f.Surroundings != nil {
		for i := range f.Surroundings.Nodes {
			watched = append(watched, &f.Surroundings.Nodes[i])
		}
		for i := range f.Surroundings.Queues {
			watched = append(watched, &f.Surroundings.Queues[i].Comparison)
		}
	}
	for _, w := range watched {
		if w == nil || w.Query == "" {
			continue
		}
		if text, err := Leaving(c, source.Instant, w.Query); err == nil { // it reads what was built by the same parser
			w.Query = text
		}
	}
}

// Leaving has a query of metrics or logs leave out the systems that are not the subject's, by whatever label its store tells them
// with. What bears no such label stays.
func Leaving(c *incident.Case, kind source.Kind, text string) (string, error) {
	apart := c.Facts.Apart
	if apart == nil || len(apart.Others) == 0 {
		return text, nil
	}
	switch {
	case text == "":
		return text, nil
	case kind.Language() == "promql":
		return promql.Leaving(text, func(metric string) []promql.Matcher { return metricsLeft(apart, metric) })
	case kind.Language() == "logql":
		values := map[string][]string{}
		for part, labels := range logScopes(c) {
			if left := apart.Left(part); len(left) > 0 {
				for _, label := range labels {
					values[label] = left
				}
			}
		}
		return logql.Leaving(text, values)
	}
	return text, nil
}

// logScopes are the labels of the log store that tell parts of a scope; nil while they are not known.
func logScopes(c *incident.Case) map[incident.ScopePart][]string {
	if c.Facts.LogLabels == nil {
		return nil
	}
	return c.Facts.LogLabels.Scopes
}

// metricsLeft leaves out a metric's series of other systems.
func metricsLeft(apart *incident.Apart, metric string) []promql.Matcher {
	var matchers []promql.Matcher
	for _, part := range incident.ScopeParts() {
		left := apart.Left(part)
		if len(left) == 0 {
			continue
		}
		labels := append(slices.Clone(apart.Labels[part]), convention.ClusterScope(part)...)
		if strings.HasPrefix(metric, convention.ServiceGraph) {
			labels = convention.GraphScope(apart.Labels[part])
		}
		slices.Sort(labels)
		for _, label := range slices.Compact(labels) {
			if label != apart.Joined {
				matchers = append(matchers, promql.NoneOf(label, left...))
			}
		}
	}
	return matchers
}
