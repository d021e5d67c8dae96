package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

var breakingChange = Cause{
	Kind:     "breaking-change",
	Means:    "a change of the cluster after which a workload got into trouble",
	Needs:    []incident.Fact{incident.FactChanges, incident.FactOnset, incident.FactCulprit, incident.FactSaturation, incident.FactPods, incident.FactPatterns},
	After:    append(blockedWorkloads.kinds(), unhealthyWorkload.Kind),
	Depth:    2,
	Find:     findBreakingChange,
	Likely:   changeIsLikely,
	Against:  []Observation{unhealthyBefore, lookupsAreQuick, otherChange, ownerSaysIll},
	Timeline: changeTimeline,
	Advise:   adviseOnChange,
}

// changeIsLikely are the rules for a change of the cluster. What only its time links to the failure has to come within minutes of it.
var changeIsLikely = []Rule{afterIt(independentWitnesses), afterIt(requestsFailSince), afterIt(breaksWhatAlerted)}

func afterIt(holds Rule) Rule {
	return func(c *incident.Case, s *Suspect) bool { return s.prompt && holds(c, s) }
}

// findBreakingChange finds the changes that came before a workload got into trouble, and that fit it.
func findBreakingChange(c *incident.Case, workloads Suspects) Suspects {
	var all Suspects
	if c.Facts.Changes == nil {
		return nil
	}
	for _, w := range workloads {
		for _, k := range c.Facts.Changes.List {
			if !k.BeforeOnset || !k.OfCluster() || k.Action == incident.Started || k.At.After(w.unhealthy.since().Latest) {
				continue
			}
			if s := breaking(c, k, w); s != nil {
				all = append(all, s)
			}
		}
	}
	return all
}

// breaking is a change that fits what then befell a workload: a warning about the workload names it, it is a change of the
// workload itself, or it bears the workload's name. Nil when nothing links the two.
func breaking(c *incident.Case, k incident.ClusterChange, broken *Suspect) *Suspect {
	u := broken.unhealthy
	s := changeSuspect(c, u.workload, k)
	s.unhealthy, s.link = u, broken.link
	warning, named := u.warnsOf(k.Object)
	s.prompt = named || promptly(k, u.failingSince(c))
	if s.saying = brokenBy(k, u, s.prompt); s.saying.IsEmpty() {
		return nil
	}
	if b := u.blocked(&c.Facts); b != nil {
		s.saying = wording.Textf("%s: %s %s", s.saying, u.product(), b.clause())
	}
	if named {
		s.has(inCluster, "Kubernetes names it %s times, of %s: %s", numbers.Count(warning.Count), cluster.Named(u.workload, u.namespace), wording.Quoted(warning.Message))
	}
	if t := u.trouble; t != nil {
		s.has(inTime, "%s became unhealthy after it, at %s", u.product(), wording.Clock(t.Since.Middle()))
	}
	if broken.link != "" {
		s.has(inMetric, "%s", broken.link)
	}
	s.inherits(broken)
	return s
}

// brokenBy says what a change did to a workload; empty where nothing links the two.
func brokenBy(k incident.ClusterChange, u *unhealthy, prompt bool) wording.Text {
	warning, named := u.warnsOf(k.Object)
	own := k.Kind == "Deployment" && k.Namespace == u.namespace && cluster.SameWorkload(k.Object, u.workload)
	switch {
	case named && cluster.Denies(warning.Message):
		return wording.Textf("%s %s cut %s off", cluster.KindWords(k.Kind), k.Object, u.product())
	case own && k.Action == incident.RolledOut && prompt:
		return wording.Textf("the rollout of %s at %s broke it", k.Object, wording.Clock(k.At))
	case !named && !own && (k.Namespace != u.namespace || !cluster.NamedAfter(k.Object, u.workload)):
		return wording.Text{}
	case prompt:
		return wording.Textf("%s has been unhealthy since %s", u.product(), cluster.DescribeChange(k))
	}
	return wording.Textf("%s is unhealthy, %s after %s", u.product(), wording.Roughly(u.since().Middle().Sub(k.At)), cluster.DescribeChange(k))
}

// changeSuspect is a change that is suspected of what befell a service.
func changeSuspect(c *incident.Case, service string, k incident.ClusterChange) *Suspect {
	s := newSuspect(service, incident.Target{Type: k.Kind, Name: k.Object, Namespace: k.Namespace}, strings.ToLower(k.Kind)+"/"+k.Object, "")
	began := k.Began()
	s.change, s.began = &k, &began
	s.has(inCluster, "%s %s, %s", cluster.DescribeChange(k), changedAt(k), ahead(c, k))
	return s
}

// changedAt is when a change happened, as precisely as that is known: "at 10:30:00".
func changedAt(k incident.ClusterChange) wording.Text {
	if began := k.Began(); began.Margin() > exactly {
		return movedAt(began)
	}
	return wording.Textf("at %s", wording.Clock(k.At))
}

// ahead says by how long a change came before the onset.
func ahead(c *incident.Case, k incident.ClusterChange) string {
	if c.Facts.Onset == nil {
		return "before the service's numbers are known to have moved"
	}
	const same = "as far as can be told at the time of the onset"
	if began := k.Began(); began.Margin() > exactly {
		if !began.Earliest.Before(c.Facts.Onset.Middle()) {
			return same
		}
		if !began.Latest.Before(c.Facts.Onset.Middle()) {
			return fmt.Sprintf("%s before the onset at most", wording.Roughly(c.Facts.Onset.Middle().Sub(began.Earliest)))
		}
		return fmt.Sprintf("%s before the onset at least", wording.Roughly(c.Facts.Onset.Middle().Sub(began.Latest)))
	}
	before := c.Facts.Onset.Middle().Sub(k.At)
	if before <= 0 { // the onset's margin reaches over it
		return same
	}
	return fmt.Sprintf("%s before the onset", wording.Roughly(before))
}

func changeTimeline(c *incident.Case, named *Suspect) []incident.Link {
	if named == nil {
		return nil
	}
	changed := linkAt(named.change.At, "cause/changes", "%s", cluster.DescribeChange(*named.change))
	changed.About = named.change.ID
	return append([]incident.Link{changed}, workloadTimeline(c, named)...)
}

// isOf says whether one of the suspects is a change.
func (all Suspects) isOf(k incident.ClusterChange) bool {
	return slices.ContainsFunc(all, func(s *Suspect) bool { return s.change != nil && s.change.Key() == k.Key() })
}
