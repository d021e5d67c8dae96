package incident

import "strings"

// Scope tells a service from others of its name, which share its stores: a part that is empty is not given.
type Scope struct {
	Namespace   string `json:"namespace,omitempty"`   // of Kubernetes, or that of OpenTelemetry's service.namespace
	Environment string `json:"environment,omitempty"` // such as "production"
	Cluster     string `json:"cluster,omitempty"`
}

// ScopePart is one of the parts of a scope.
type ScopePart string

// The parts of a scope.
const (
	Namespace   ScopePart = "namespace"
	Environment ScopePart = "environment"
	Cluster     ScopePart = "cluster"
)

// ScopeParts lists the parts, in the order in which one of them is picked to tell systems apart.
func ScopeParts() []ScopePart { return []ScopePart{Namespace, Environment, Cluster} }

// Of is what a part of the scope says; empty where it says nothing.
func (s Scope) Of(part ScopePart) string {
	switch part {
	case Namespace:
		return s.Namespace
	case Environment:
		return s.Environment
	default:
		return s.Cluster
	}
}

// With is the scope with a part that says this.
func (s Scope) With(part ScopePart, value string) Scope {
	switch part {
	case Namespace:
		s.Namespace = value
	case Environment:
		s.Environment = value
	default:
		s.Cluster = value
	}
	return s
}

// Or is the scope with the parts of another one where it has none.
func (s Scope) Or(other Scope) Scope {
	for _, part := range ScopeParts() {
		if s.Of(part) == "" {
			s = s.With(part, other.Of(part))
		}
	}
	return s
}

// Says is whether two scopes agree, as far as both say something.
func (s Scope) Says(other Scope) bool {
	for _, part := range ScopeParts() {
		if a, b := s.Of(part), other.Of(part); a != "" && b != "" && a != b {
			return false
		}
	}
	return true
}

// String is the scope in words, such as "namespace prod of cluster eu-1"; empty where nothing is given.
func (s Scope) String() string {
	var words []string
	for _, part := range ScopeParts() {
		if value := s.Of(part); value != "" {
			words = append(words, string(part)+" "+value)
		}
	}
	return strings.Join(words, ", ")
}

// Scope is the system that the case speaks of: the subject's scope, as far as the stores know it once they were asked.
func (c *Case) Scope() Scope {
	if c.Facts.Apart != nil {
		return c.Facts.Apart.Within
	}
	for _, s := range c.Steps {
		if s.Phase == PhaseImpact && s.ID == "scope" { // which learned nothing that tells it from others
			return Scope{}
		}
	}
	return c.Subject.Scope
}

// Title is what to call the case: service and operation, and in brackets the system where there are others of this name.
func (c *Case) Title() string {
	title := c.Subject.Service
	if c.Subject.Operation != "" {
		title += " " + c.Subject.Operation
	}
	if told := c.Scope().String(); told != "" {
		title += " (" + told + ")"
	}
	return title
}

// SystemLabels are the scopes in which a service's name occurs in the request metric, and the labels that say so.
type SystemLabels struct {
	Systems []Scope `json:"systems"` // distinct, ordered
	// Labels are, for each part, those that series of this name have; the systems' parts are values of the first one.
	Labels map[ScopePart][]string `json:"labels,omitempty"`
	// Joined is the one of the namespace's labels whose values are "namespace/service"; empty where there is none.
	Joined string `json:"joined,omitempty"`
}

// Apart is how the subject's service is told from others of its name.
type Apart struct {
	// Within are the parts of the subject's scope that the stores know: all that is asked about the service is narrowed by them.
	Within Scope `json:"within,omitzero"`
	// Systems are those of this name with their requests, where nothing says which of them is meant: all numbers are of them
	// together. There are none, or more than one.
	Systems []System  `json:"systems,omitempty"`
	Part    ScopePart `json:"part,omitempty"` // of their scopes, by which to choose one
	// Others are scopes of this name that are left out.
	Others []Scope `json:"others,omitempty"`
	// Labels are, for each part, the labels of the request metric that hold it.
	Labels map[ScopePart][]string `json:"labels,omitempty"`
	Joined string                 `json:"joined,omitempty"` // the one of them whose values are "namespace/service"
	// Attributes are, for each part, the resource attribute of the service's spans by which they are narrowed.
	Attributes map[ScopePart]string `json:"attributes,omitempty"`
}

// System is one of several services of the same name, with what it serves now.
type System struct {
	Scope

	Rate   *float64 `json:"rate"`   // 1/s; nil where the metrics do not tell the systems apart
	Errors *float64 `json:"errors"` // ratio of its requests; nil where there are none, or the metric does not tell
	// Sampled are its spans among those that were looked at, where only the traces tell the systems apart.
	Sampled int `json:"sampled,omitempty"`
}

// Mixed says that the numbers are of several systems together, since nothing says which is meant.
func (a *Apart) Mixed() bool { return a != nil && len(a.Systems) > 1 }

// Names are the values by which the systems that are mixed, or those that are left out, differ.
func (a *Apart) Names() []string {
	var names []string
	for _, s := range a.Systems {
		names = append(names, s.Of(a.Part))
	}
	return names
}

// Left are the values of a part that only systems which are left out have.
func (a *Apart) Left(part ScopePart) []string {
	if a == nil {
		return nil
	}
	var left []string
	for _, s := range a.Others {
		if value := s.Of(part); value != "" && value != a.Within.Of(part) {
			left = append(left, value)
		}
	}
	return left
}
