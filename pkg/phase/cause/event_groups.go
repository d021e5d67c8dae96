package cause

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"

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
	near := around(c)
	groups, earlier := map[key]*group{}, map[key]float64{}
	for _, line := range lines {
		e := eventOf(line)
		k := key{e.namespace, e.kind, workloadOfKind(e.kind, e.object), e.reason}
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

func workloadOfKind(kind, object string) string {
	switch kind {
	case "Pod":
		return workloadOf(object)
	case "ReplicaSet":
		return deploymentOf(object)
	case "Job":
		return strings.TrimRight(object, "-0123456789")
	}
	return object
}

// consequences are the kinds of object that controllers make and remove all day because something else changed.
var consequences = []string{"Pod", "ReplicaSet", "Job", "CronJob", "Endpoints", "EndpointSlice", "Lease", "Event", "PersistentVolumeClaim", "PersistentVolume"}

// changesSomething says whether an event that is no warning tells of a change that can break something.
func changesSomething(g incident.EventGroup) bool {
	return g.Kind != "" && !slices.Contains(consequences, g.Kind)
}

var jobCreated = regexp.MustCompile(`^Created job (\S+)$`)

// jobOf reads the first job that a cron job started from its events; false where they tell of none.
func jobOf(g group) (incident.JobStart, bool) {
	if g.Kind != "CronJob" || g.Reason != "SuccessfulCreate" {
		return incident.JobStart{}, false
	}
	found := jobCreated.FindStringSubmatch(g.Message)
	if found == nil {
		return incident.JobStart{}, false
	}
	return incident.JobStart{At: g.First, Namespace: g.Namespace, Job: found[1], CronJob: g.Workload}, true
}

var replicaSetName = regexp.MustCompile(`replica set (\S+)`)

// changeOf reads a change from its events. A deployment that scales two replica sets replaces one by the other.
func changeOf(g group) incident.ClusterChange {
	change := incident.ClusterChange{At: g.First, Kind: g.Kind, Namespace: g.Namespace, Object: g.Workload, Text: g.Message, What: words(g.Reason),
		Sources: []string{"event " + g.Reason}}
	switch g.Reason {
	case "ScalingReplicaSet":
		sets := map[string]bool{}
		for _, m := range g.messages {
			if found := replicaSetName.FindStringSubmatch(m); found != nil {
				sets[found[1]] = true
			}
		}
		change.What = scaled
		if len(sets) > 1 {
			change.What = rolledOut
		}
	case "SuccessfulRescale":
		change.What = scaled
	}
	return change
}

// What can have been done to an object.
const (
	created     = "created"
	rolledOut   = "rolled out"
	scaled      = "scaled"
	respecified = "given another specification"
)

// words parts a name in camel case: "NetworkPolicy" is "network policy".
func words(camel string) string {
	var b strings.Builder
	runes := []rune(camel)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// kindWords is a kind of object in a sentence; "object" where it is not known.
func kindWords(kind string) string {
	if kind == "" {
		return "object"
	}
	return words(kind)
}
