package cause

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// chain lists what is known to have happened, from the first suspect to the symptom, in the order of time.
func chain(c *incident.Case, top *suspect) []incident.Link {
	links := slices.Concat([]incident.Link{}, clusterLinks(c, top), ownLinks(c, top))
	add := func(moved *incident.MovedAt, step, sentence string, values ...any) {
		if moved != nil {
			links = append(links, incident.Link{At: moved.Middle(), Step: step, Sentence: fmt.Sprintf(sentence, values...)})
		}
	}
	f := c.Facts
	for _, u := range uses(f) {
		if u.use != nil && u.use.Abnormal {
			add(u.use.Moved, u.step, u.says, u.use.What, u.use.Service)
		}
	}
	if f.Latency != nil && f.Latency.Worse {
		add(f.Latency.Moved, "impact/latency", "p99 latency of %s rises to %s", c.Subject.Service, numbers.Duration(f.Latency.Now))
	}
	if f.Errors != nil && f.Errors.Worse {
		add(f.Errors.Moved, "impact/error-rate", "errors of %s rise to %s", c.Subject.Service, numbers.Percent(f.Errors.Now))
	}
	if f.Traffic != nil && f.Traffic.Worse {
		add(f.Traffic.Moved, "impact/request-rate", "requests to %s fall to %s", c.Subject.Service, numbers.Say(f.Traffic.Now, f.Traffic.Unit))
	}
	sort.SliceStable(links, func(i, j int) bool { return links[i].At.Before(links[j].At) })
	return links
}

// ownLinks are what is known of the first suspect itself: how it began, and how its requests changed.
func ownLinks(c *incident.Case, top *suspect) []incident.Link {
	if top == nil {
		return nil
	}
	var links []incident.Link
	if top.begins.Sentence != "" {
		links = append(links, top.begins)
	}
	r := c.Facts.Ranking
	if top.ranked != nil && r != nil && r.Onset != nil && r.Services[0].Service == top.service {
		links = append(links, incident.Link{At: r.Onset.Middle(), Step: "cause/ranking", Sentence: difference.Describe(top.service, top.ranked.Evidence[0])})
	}
	return links
}

// used is a number of the infrastructure, the step that knows it, and what happens when it is abnormal.
type used struct {
	use        *incident.Comparison
	step, says string
}

func uses(f incident.Facts) []used {
	all := []used{{f.Lookups, "cause/lookups", "%s by %s slow down"}, {f.Pool, "cause/pool", "connections of %[2]s run out"}}
	if f.Saturation != nil {
		all = append(all, used{f.Saturation.CPU, "cause/limits", "%[2]s begins to wait for CPU"}, used{f.Saturation.Memory, "cause/limits", "memory of %[2]s begins to rise towards its limit"})
	}
	return all
}

// clusterLinks are what happened in the cluster, as far as the first suspect rests on it.
func clusterLinks(c *incident.Case, top *suspect) []incident.Link {
	var links []incident.Link
	add := func(at time.Time, step, sentence string, values ...any) {
		links = append(links, incident.Link{At: at, Step: step, Sentence: fmt.Sprintf(sentence, values...)})
	}
	if top == nil {
		return nil
	}
	if k := top.change; k != nil {
		add(k.At, "cause/changes", "%s", cluster.DescribeChange(*k))
	}
	a := top.ailing
	if a == nil {
		return links
	}
	switch {
	case a.trouble != nil:
		add(a.trouble.Since.Middle(), "cause/pods", "%s", cluster.Befell(*a.trouble))
	case len(a.warnings) > 0:
		add(a.warnings[0].First, "cause/events", "Kubernetes warns of %s: %s", cluster.Named(a.workload, a.namespace), cluster.Words(a.warnings[0].Reason))
	}
	if p, found := a.speaksOf(c.Facts.FailedHost()); found {
		add(p.First, "cause/infra-logs", "%s logs %s for %s", cluster.Named(a.workload, a.namespace), wording.Quoted(p.Text), c.Facts.FailedHost())
	} else if len(a.patterns) > 0 {
		add(a.patterns[0].First, "cause/infra-logs", "%s logs %s", cluster.Named(a.workload, a.namespace), wording.Quoted(a.patterns[0].Text))
	}
	return links
}
