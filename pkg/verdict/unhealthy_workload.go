package verdict

import (
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

var unhealthyWorkload = Cause{
	Kind:  "unhealthy-workload",
	Means: "a workload of the cluster that the failing requests depend on is in trouble",
	Needs: []incident.Fact{incident.FactPods, incident.FactEvents, incident.FactInfraLogs, incident.FactLookups, incident.FactCulprit, incident.FactCallees,
		incident.FactSaturation, incident.FactOnset, incident.FactPatterns},
	After:    symptoms,
	Depth:    1,
	Find:     findUnhealthyWorkload,
	Likely:   []Rule{independentWitnesses},
	Against:  []Observation{lookupsAreQuick, ownerSaysIll},
	Timeline: workloadTimeline,
	Advise: func(a *advice.Advice, c *incident.Case, _ incident.Candidate) {
		if b := c.Facts.Blame; b != nil && b.Trouble != nil && b.Trouble.OutOfMemory {
			moreMemory(a, "cause/pods", deployment{b.Trouble.Namespace, b.Trouble.Workload})
		}
	},
}

// findUnhealthyWorkload finds workloads in trouble that the failure depends on, since before what they would have to explain.
func findUnhealthyWorkload(c *incident.Case, symptoms Suspects) Suspects {
	var all Suspects
	for _, u := range unhealthyWorkloads(c.Facts) {
		if u.blocked(&c.Facts) != nil {
			continue // a kind of its own says more
		}
		if s := workloadSuspect(c, u, symptoms); s != nil {
			all = append(all, s)
		}
	}
	return all
}

// quotedWarnings is how many of a workload's warnings are quoted.
const quotedWarnings = 2

// workloadSuspect is nil when nothing links the workload to the failure, or when its trouble began too late.
func workloadSuspect(c *incident.Case, u *unhealthy, symptoms Suspects) *Suspect {
	since := u.failingSince(c)
	if !c.Facts.MovedInTime(since) {
		return nil
	}
	s := newSuspect(u.workload, incident.Target{Type: "workload", Name: u.workload, Namespace: u.namespace}, u.workload, ailment(u))
	s.began, s.unhealthy = &since, u
	symptom, link, depends := dependsOn(c, u, symptoms)
	if !depends {
		return nil
	}
	if t := u.trouble; t != nil {
		s.has(inMetric, "%s", cluster.DescribeTrouble(*t))
	}
	for _, w := range u.warnings[:min(quotedWarnings, len(u.warnings))] {
		s.has(inCluster, "Kubernetes warns of it since %s: %s: %s", wording.Clock(w.First), w.Reason, wording.Quoted(w.Message))
	}
	host := c.Facts.FailedHost()
	p, named := u.names(host)
	if named {
		s.has(inLogs, "%s's log says %s since %s, of %s, the very host that could not be reached", u.product(), wording.Quoted(p.Text), wording.Clock(p.First), host)
	} else if len(u.patterns) > 0 {
		s.has(inLogs, "%s's log says %s since %s", u.product(), wording.Quoted(u.patterns[0].Text), wording.Clock(u.patterns[0].First))
	}
	if link != "" {
		s.link = link
		s.has(inMetric, "%s", link)
	}
	addOrder(c, s)
	if symptom != nil {
		s.inherits(symptom)
	}
	if named && !s.kinds[inTrace] {
		s.has(inTrace, "the failing trace ends in a call to %s", host)
	}
	return s
}

// dependsOn says whether the failure depends on a workload: which symptom that would explain, and what ties the two. DNS:
// lookups are slow, and it answers them. A host: its log names the one that could not be reached. A service: it is the
// one where the trace fails, the degraded callee, or the subject itself.
func dependsOn(c *incident.Case, u *unhealthy, symptoms Suspects) (symptom *Suspect, link string, depends bool) {
	product, dns := convention.DNSServer(u.workload)
	lookups := c.Facts.Lookups
	switch {
	case dns && lookups != nil && lookups.Abnormal:
		if lookups.Moved != nil && u.since().SurelyAfter(*lookups.Moved) {
			return nil, "", false
		}
		return first(symptoms.Of(slowLookups.Kind)), fmt.Sprintf("%s is the cluster's DNS, and %s by %s take %s, normally %s", product,
			lookups.What, lookups.Service, numbers.Duration(lookups.Now), numbers.Duration(lookups.Normal)), true
	case dns && lookups == nil && u.trouble != nil:
		return nil, fmt.Sprintf("%s is the cluster's DNS, which every call by name depends on; how long lookups take is not known", product), true
	}
	for _, symptom := range symptoms {
		if cluster.SameWorkload(symptom.telling(), u.workload) {
			return symptom, "", true
		}
	}
	if cluster.SameWorkload(SilentCallee(&c.Facts), u.workload) {
		return first(symptoms.Of(failingCall.Kind)), "", true
	}
	return calledWorkload(c, u, symptoms)
}

// calledWorkload says whether the failing call goes to a workload, by its host or by what the workload's log names; or the alerting service
// calls one of which nothing is left, or is it itself.
func calledWorkload(c *incident.Case, u *unhealthy, symptoms Suspects) (symptom *Suspect, link string, depends bool) {
	if culprit := c.Facts.Culprit; culprit != nil && culprit.External != "" && isCalled(culprit.Span, culprit.External, u) {
		return first(symptoms.Of(failingCall.Kind)), "", true
	}
	if u.trouble != nil && u.trouble.None && isCallee(&c.Facts, u.workload) {
		return nil, "", true
	}
	_, named := u.names(c.Facts.FailedHost())
	return nil, "", named || cluster.SameWorkload(c.Subject.Service, u.workload)
}

// isCallee says that the alerting service is known to call a workload.
func isCallee(f *incident.Facts, workload string) bool {
	return f.Callees != nil && slices.ContainsFunc(f.Callees.Services, func(callee string) bool { return cluster.SameWorkload(callee, workload) })
}

func first(suspects Suspects) *Suspect {
	if len(suspects) == 0 {
		return nil
	}
	return suspects[0]
}

// ailment says in a clause what is wrong with a workload.
func ailment(u *unhealthy) string {
	if u.trouble != nil {
		if u.trouble.OutOfMemory {
			return fmt.Sprintf("%s runs out of memory, and its pods are killed (%s)", u.product(), cluster.OutOfMemory)
		}
		return fmt.Sprintf("%s is unhealthy: its pods %s", u.product(), cluster.State(u.trouble.Reason, max(2, len(u.trouble.Pods))))
	}
	if len(u.warnings) > 0 {
		return fmt.Sprintf("%s is unhealthy: %s", u.product(), cluster.Words(u.warnings[0].Reason))
	}
	return fmt.Sprintf("%s logs errors: %s", u.product(), wording.Quoted(u.patterns[0].Text))
}

// workloadTimeline is what happened to the workload that the named suspect is, or broke.
func workloadTimeline(c *incident.Case, named *Suspect) []incident.Link {
	if named == nil || named.unhealthy == nil {
		return nil
	}
	u := named.unhealthy
	who := cluster.Named(u.workload, u.namespace)
	var links []incident.Link
	switch {
	case u.trouble != nil:
		links = append(links, linkAt(u.trouble.Since.Middle(), "cause/pods", "%s", cluster.Befell(*u.trouble)))
	case len(u.warnings) > 0:
		links = append(links, linkAt(u.warnings[0].First, "cause/events", "Kubernetes warns of %s: %s", who, cluster.Words(u.warnings[0].Reason)))
	}
	host := c.Facts.FailedHost()
	if p, found := u.names(host); found {
		links = append(links, linkAt(p.First, "cause/infra-logs", "%s logs %s for %s", who, wording.Quoted(p.Text), host))
	} else if len(u.patterns) > 0 {
		links = append(links, linkAt(u.patterns[0].First, "cause/infra-logs", "%s logs %s", who, wording.Quoted(u.patterns[0].Text)))
	}
	return links
}
