package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
)

const fromSurroundings = "cause/surroundings"

var nodePressure = Cause{
	Kind:    "node-pressure",
	Means:   "a node on which the failing requests ran has too few processors for its work",
	Needs:   []incident.Fact{incident.FactSurroundings, incident.FactTraits, incident.FactCulprit, incident.FactOnset},
	After:   symptoms,
	Depth:   1,
	Find:    findNodePressure,
	Likely:  []Rule{independentWitnesses},
	Against: []Observation{loadRoseFirst},
	Returns: nodeReturns,
	Advise:  adviseOnNode,
}

// findNodePressure finds nodes that ran short of processors, on which the trace was slow or failed.
func findNodePressure(c *incident.Case, symptoms Suspects) Suspects {
	if c.Facts.Surroundings == nil {
		return nil
	}
	var all Suspects
	for _, n := range c.Facts.Surroundings.Nodes {
		if !n.Abnormal || n.Moved == nil || !c.Facts.MovedInTime(*n.Moved) {
			continue
		}
		s := newSuspect(n.Service, incident.Target{Type: "node", Name: n.Service}, "node/"+n.Service,
			fmt.Sprintf("node %s is short of processors, and what runs there is slow", n.Service))
		s.began = n.Moved
		s.happens(fromSurroundings, "node %s runs short of processors", n.Service)
		s.has(inMetric, "work on node %s waits for a processor in %s of the time, normally %s", n.Service, numbers.Percent(n.Now), numbers.Percent(n.Normal))
		if !ranOn(c, s, n.Service) {
			continue
		}
		addOrder(c, s)
		s.inherits(symptoms...)
		all = append(all, s)
	}
	return all
}

// ranOn says whether the trace, or what it has in common with its like, names the node; the suspect gets how.
func ranOn(c *incident.Case, s *Suspect, node string) bool {
	for _, attribute := range convention.NodeAttributes() {
		if traits := c.Facts.Traits; traits != nil {
			for _, t := range traits.Traits {
				if t.Attribute == attribute && t.Value == node {
					s.has(inTrace, "%d of %d such traces meet %s on node %s, and %d of %d others do", t.Failing, t.FailingOf, t.Service, node, t.Passing, t.PassingOf)
					return true
				}
			}
		}
		if culprit := c.Facts.Culprit; culprit != nil && culprit.Span.Resource[attribute] == node {
			s.has(inTrace, "%s of %s, where the trace's time went, ran on node %s", culprit.Span.Name, culprit.Span.Service, node)
			return true
		}
	}
	return false
}

// nodeOf is the named node; nil where the case does not have it.
func nodeOf(f *incident.Facts, named *incident.Candidate) *incident.Comparison {
	if f.Surroundings == nil || named == nil {
		return nil
	}
	for i, n := range f.Surroundings.Nodes {
		if n.Service == named.Target.Name {
			return &f.Surroundings.Nodes[i]
		}
	}
	return nil
}

func nodeReturns(f *incident.Facts, named *incident.Candidate) []Number {
	n := nodeOf(f, named)
	if n == nil {
		return nil
	}
	return returning(n, incident.CriterionOfNode(n.Service), fmt.Sprintf("%s on %s", n.What, n.Service), "")
}

// adviseOnNode ends what came when the node ran short, keeps more from coming, and moves the trace's own pods away.
func adviseOnNode(a *advice.Advice, c *incident.Case, named incident.Candidate) {
	n := nodeOf(&c.Facts, &named)
	if n == nil {
		return
	}
	a.Look(fromSurroundings, fmt.Sprintf("Shows what runs on %s; the last in the list came last.", n.Service),
		"kubectl get pods -A -o wide --field-selector spec.nodeName=%s --sort-by=.status.startTime", n.Service)
	a.Look(fromSurroundings, "Shows who takes the most processor time.", "kubectl top pods -A --sort-by=cpu")
	a.Look(fromSurroundings, fmt.Sprintf("Shows what %s can give, and what has been promised.", n.Service), "kubectl describe node %s", n.Service)
	startedJobs(a, c, n.Moved, fmt.Sprintf("%s ran short of processors", n.Service))
	a.Change(fromSurroundings, fmt.Sprintf("Lets no more pods come to %s; kubectl uncordon takes it back.", n.Service), "kubectl cordon %s", n.Service)
	for _, s := range readSpans(c.Facts) {
		for _, attribute := range convention.NodeAttributes() {
			if s.Resource[attribute] == n.Service && convention.Pod(s) != "" {
				a.Change("example/culprit", fmt.Sprintf("Starts a new pod of %s elsewhere, once no more come to %s.", s.Service, n.Service),
					"kubectl delete pod %s -n %s", convention.Pod(s), convention.Namespace(s))
				break
			}
		}
	}
}
