package cause

import (
	"slices"
	"sort"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// group is the events of one reason about the objects of one workload.
type group struct {
	incident.EventGroup
	warning  bool
	messages []string
}

// clusterEvent is one event.
type clusterEvent struct {
	namespace, kind, object, reason, message string
	warning                                  bool
}

// eventOf reads an event of either make.
func eventOf(line incident.Line) clusterEvent {
	l := line.Labels
	if l[reasonAttribute] != "" {
		return clusterEvent{namespace: l["k8s_namespace_name"], kind: l["k8s_object_kind"], object: l["k8s_object_name"], reason: l[reasonAttribute],
			message: line.Text, warning: strings.EqualFold(l["k8s_event_type"], "Warning") || strings.HasPrefix(line.Level, "warn")}
	}
	field := func(name string) string { return l[logfmtPrefix+name] }
	namespace := field("namespace")
	for _, other := range []string{field("objectnamespace"), l["namespace"], l["k8s_namespace_name"]} {
		if namespace == "" {
			namespace = other
		}
	}
	return clusterEvent{namespace: namespace, kind: field("kind"), object: field("name"), reason: field("reason"), message: field("msg"),
		warning: strings.EqualFold(field("type"), "Warning")}
}

// grouped joins events by namespace, kind, workload and reason, in the order of their first in the neighbourhood. What
// happened only before is left out.
func grouped(c *incident.Case, lines []incident.Line) []group {
	type key struct{ namespace, kind, workload, reason string }
	near := c.Around()
	groups, earlier := map[key]*group{}, map[key]float64{}
	for _, line := range lines {
		e := eventOf(line)
		k := key{e.namespace, e.kind, cluster.WorkloadOfKind(e.kind, e.object), e.reason}
		if line.Time.Before(near.From) {
			earlier[k]++
			continue
		}
		g := groups[k]
		if g == nil {
			g = &group{EventGroup: incident.EventGroup{Namespace: k.namespace, Kind: k.kind, Workload: k.workload, Reason: k.reason,
				Message: e.message, First: line.Time}, warning: e.warning}
			groups[k] = g
		}
		g.Count++
		g.Last = line.Time
		g.messages = append(g.messages, e.message)
		if !slices.Contains(g.Objects, e.object) {
			g.Objects = append(g.Objects, e.object)
		}
	}
	ordered := make([]group, 0, len(groups))
	for k, g := range groups {
		g.Before = earlier[k]
		slices.Sort(g.Objects)
		ordered = append(ordered, *g)
	}
	sort.Slice(ordered, func(i, j int) bool {
		a, b := ordered[i], ordered[j]
		if !a.First.Equal(b.First) {
			return a.First.Before(b.First)
		}
		return a.Namespace+a.Kind+a.Workload+a.Reason < b.Namespace+b.Kind+b.Workload+b.Reason
	})
	return ordered
}
