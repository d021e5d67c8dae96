package cause

import (
	"fmt"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// clusterSuspects are the workloads that ail since before the symptom and that the failing call leans on, and the
// changes that came before they did. A change goes before the workload that it broke, and that before the symptom.
func clusterSuspects(c *incident.Case, symptoms []*suspect) []*suspect {
	var all []*suspect
	linked := map[string]bool{}
	for _, a := range ailingWorkloads(c.Facts) {
		w := workloadSuspect(c, a, symptoms)
		if w == nil {
			continue
		}
		for _, change := range earlierChanges(c, a) {
			if s := changeSuspect(c, a, change, w); s != nil {
				all = append(all, s)
				linked[change.Key()] = true
			}
		}
		all = append(all, w)
	}
	return append(all, otherChanges(c, symptoms, linked)...)
}

// workloadSuspect is an ailing workload that the failure leans on; nil when nothing links it to the failure, or when it
// began to ail after what it would have to explain.
func workloadSuspect(c *incident.Case, a *ailing, symptoms []*suspect) *suspect {
	since := ails(c, a)
	if !c.Facts.InTime(since.Earliest) {
		return nil
	}
	s := newSuspect(a.workload, a.workload, ailment(a))
	s.depth, s.began, s.ailing = 1, &since, a
	symptom, link, leaning := leans(c, a, symptoms)
	if !leaning {
		return nil
	}
	if t := a.trouble; t != nil {
		s.speaks(inMetric, "%s", strings.TrimSuffix(cluster.DescribeTrouble(*t), "."))
	}
	for _, w := range a.warnings[:min(2, len(a.warnings))] {
		s.speaks(inCluster, "Kubernetes warns of it since %s: %s: %s", wording.Clock(w.First), w.Reason, wording.Quoted(w.Message))
	}
	if p, found := a.speaksOf(c.Facts.FailedHost()); found {
		s.speaks(inLogs, "%s's log says %s since %s, of %s, the very host that could not be reached", a.product(), wording.Quoted(p.Text), wording.Clock(p.First), c.Facts.FailedHost())
	} else if len(a.patterns) > 0 {
		s.speaks(inLogs, "%s's log says %s since %s", a.product(), wording.Quoted(a.patterns[0].Text), wording.Clock(a.patterns[0].First))
	}
	if link != "" {
		s.link = link
		s.speaks(inMetric, "%s", link)
	}
	addOrder(c, s)
	if symptom != nil {
		s.inherits(symptom)
	}
	if _, named := a.speaksOf(c.Facts.FailedHost()); named && !s.kinds[inTrace] {
		s.speaks(inTrace, "the failing trace ends in a call to %s", c.Facts.FailedHost())
	}
	return s
}

// leans says whether the failure leans on a workload: which symptom that would explain, and what ties the two. DNS:
// lookups are slow, and it answers them. A host: its log names the one that could not be reached. A service: it is the
// one where the trace fails, the degraded callee, or the subject itself.
func leans(c *incident.Case, a *ailing, symptoms []*suspect) (symptom *suspect, link string, leaning bool) {
	product, dns := convention.DNSServer(a.workload)
	lookups := c.Facts.Lookups
	switch {
	case dns && lookups != nil && lookups.Abnormal:
		if lookups.Moved != nil && a.since().Earliest.After(lookups.Moved.Latest) {
			return nil, "", false
		}
		return find(symptoms, lookups.Service, lookups.What), fmt.Sprintf("%s is the cluster's DNS, and %s by %s take %s, normally %s", product,
			lookups.What, lookups.Service, numbers.Duration(lookups.Now), numbers.Duration(lookups.Normal)), true
	case dns && lookups == nil && a.trouble != nil:
		return nil, fmt.Sprintf("%s is the cluster's DNS, on which every call by name leans; how long lookups take is not known", product), true
	}
	for _, symptom := range symptoms {
		if cluster.SameWorkload(symptom.service, a.workload) {
			return symptom, "", true
		}
	}
	if cluster.SameWorkload(calleeThatIsSilent(c), a.workload) && c.Facts.Culprit != nil {
		return find(symptoms, c.Facts.Culprit.Span.Service, c.Facts.Culprit.Span.Name), "", true
	}
	_, named := a.speaksOf(c.Facts.FailedHost())
	return nil, "", named || cluster.SameWorkload(c.Subject.Service, a.workload)
}

func find(suspects []*suspect, service, component string) *suspect {
	for _, s := range suspects {
		if s.service == service && s.component == component {
			return s
		}
	}
	return nil
}

// ailment says in a clause what is wrong with a workload.
func ailment(a *ailing) string {
	if a.trouble != nil {
		if a.trouble.OutOfMemory {
			return fmt.Sprintf("%s runs out of memory, and its pods are killed (%s)", a.product(), cluster.OutOfMemory)
		}
		return fmt.Sprintf("%s is unwell: its pods %s", a.product(), cluster.State(a.trouble.Reason, max(2, len(a.trouble.Pods))))
	}
	if len(a.warnings) > 0 {
		return fmt.Sprintf("%s is unwell: %s", a.product(), cluster.Words(a.warnings[0].Reason))
	}
	return fmt.Sprintf("%s logs errors: %s", a.product(), wording.Quoted(a.patterns[0].Text))
}

// earlierChanges are those that came before a workload began to ail, and before the onset.
func earlierChanges(c *incident.Case, a *ailing) []incident.ClusterChange {
	var earlier []incident.ClusterChange
	if c.Facts.Changes == nil {
		return nil
	}
	for _, k := range c.Facts.Changes.List {
		if k.BeforeOnset && !k.At.After(a.since().Latest) {
			earlier = append(earlier, k)
		}
	}
	return earlier
}

// changeSuspect is a change that fits what then befell a workload: a warning about the workload names it, it is a change
// of the workload itself, or it bears the workload's name. Nil when nothing links the two.
func changeSuspect(c *incident.Case, a *ailing, k incident.ClusterChange, broken *suspect) *suspect {
	s := newSuspect(a.workload, strings.ToLower(k.Kind)+"/"+k.Object, "")
	s.depth, s.change, s.ailing, s.began = 2, &k, a, &incident.MovedAt{Earliest: k.At, Latest: k.At}
	s.speaks(inCluster, "%s at %s, %s", cluster.DescribeChange(k), wording.Clock(k.At), ahead(c, k))
	warning, named := a.blames(k.Object)
	own := k.Kind == "Deployment" && k.Namespace == a.namespace && cluster.SameWorkload(k.Object, a.workload)
	switch {
	case named && cluster.Denies(warning.Message):
		s.saying = fmt.Sprintf("%s %s cut %s off", cluster.KindWords(k.Kind), k.Object, a.product())
	case own && k.What == cluster.RolledOut:
		s.saying = fmt.Sprintf("the rollout of %s at %s broke it", k.Object, wording.Clock(k.At))
	case named || own || k.Namespace == a.namespace && cluster.NamedAfter(k.Object, a.workload):
		s.saying = fmt.Sprintf("%s is unwell since %s", a.product(), cluster.DescribeChange(k))
	default:
		return nil
	}
	if named {
		s.speaks(inCluster, "Kubernetes names it %s times, of %s: %s", numbers.Count(warning.Count), cluster.Named(a.workload, a.namespace), wording.Quoted(warning.Message))
	}
	if t := a.trouble; t != nil {
		s.speaks(inTime, "%s began to ail after it, at %s", a.product(), wording.Clock(t.Since.Middle()))
	}
	if broken.link != "" {
		s.speaks(inMetric, "%s", broken.link)
	}
	s.inherits(broken)
	return s
}

// ahead says by how long a change came before the onset.
func ahead(c *incident.Case, k incident.ClusterChange) string {
	if c.Facts.Onset == nil {
		return "before the service's numbers are known to have moved"
	}
	return fmt.Sprintf("%s before the onset", wording.Roughly(c.Facts.Onset.Middle().Sub(k.At)))
}
