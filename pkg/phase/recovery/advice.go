package recovery

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// advice is what a person may run: first what only looks, then what would change something, with what shows whether it did.
type advice struct{ looks, remedies commands }

// look adds a command that only looks.
func (a *advice) look(step, why, command string, values ...string) {
	a.looks.add(incident.Command{Step: step, Why: why}, command, values)
}

// change adds a command that changes something.
func (a *advice) change(step, why, command string, values ...string) {
	a.remedies.add(incident.Command{Step: step, Why: why, Changes: true}, command, values)
}

// after adds a command that shows what the changes before it did.
func (a *advice) after(step, why, command string, values ...string) {
	if len(a.remedies) > 0 {
		a.remedies.add(incident.Command{Step: step, Why: why}, command, values)
	}
}

// commands is a list of commands, each once.
type commands []incident.Command

// add leaves a command out when one of its values cannot be written safely.
func (cs *commands) add(c incident.Command, command string, values []string) {
	text, ok := line(command, values...)
	if !ok || slices.ContainsFunc(*cs, func(other incident.Command) bool { return other.Text == text }) {
		return
	}
	c.Text = text
	*cs = append(*cs, c)
}

// deployment is where a service runs, as Kubernetes names it.
type deployment struct{ namespace, name string }

// deploymentOf is the deployment of a service: as spans of it tell, else by the service's own name, in the namespace of the
// service that was asked about. It is false where no namespace is known, or nobody has met a service of that name.
func deploymentOf(c *incident.Case, service string) (deployment, bool) {
	namespace := ""
	for _, s := range spans(c.Facts) {
		switch {
		case s.Service == service && convention.Namespace(s) != "":
			found := deployment{convention.Namespace(s), convention.Deployment(s)}
			if found.name == "" {
				found.name = service
			}
			return found, true
		case s.Service == c.Subject.Service && namespace == "":
			namespace = convention.Namespace(s)
		}
	}
	return deployment{namespace, service}, namespace != "" && met(c, service)
}

// met says whether somebody tells of a service: the spans of the requests, or the metrics of the calls between services.
func met(c *incident.Case, service string) bool {
	f := c.Facts
	return service == c.Subject.Service || f.Callees != nil && slices.Contains(f.Callees.Services, service) ||
		f.Neighbours != nil && slices.Contains(f.Neighbours.Services, service)
}

// spans are those that were read with all that they say: of the example, and its culprit.
func spans(f incident.Facts) []incident.Span {
	var all []incident.Span
	if f.Culprit != nil {
		all = append(all, f.Culprit.Span)
	}
	if f.Example != nil {
		all = append(all, f.Example.Trace.Spans...)
	}
	return all
}
