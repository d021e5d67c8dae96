package cluster

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// participles are the actions as a sentence says them.
var participles = map[incident.Action]string{
	incident.Created:     "created",
	incident.RolledOut:   "rolled out",
	incident.Scaled:      "scaled",
	incident.Respecified: "given another specification",
	incident.Reloaded:    "reloaded",
	incident.Migrated:    "run",
	incident.Started:     "started",
}

// Participle is an action as a sentence says it, after "was"; the reason of an event in words where it is none that is known.
func Participle(a incident.Action) string {
	if text, known := participles[a]; known {
		return text
	}
	return Words(string(a))
}

// telling orders what can be said of one change: the most telling stays when several sources tell of it.
var telling = []incident.Action{incident.RolledOut, incident.Versioned, incident.Created, incident.Scaled, incident.Respecified}

// SameTime is how far apart sources tell of one change: a rollout takes a while, and they tell of different moments of it.
const SameTime = 5 * time.Minute

// Merged makes one change of those that several sources tell of the same object at about the same time.
func Merged(changes []incident.ClusterChange) []incident.ClusterChange {
	sort.SliceStable(changes, func(i, j int) bool { return changes[i].At.Before(changes[j].At) })
	kept := []incident.ClusterChange{}
	for _, next := range changes {
		at := slices.IndexFunc(kept, func(k incident.ClusterChange) bool { return isSame(k, next) })
		if at < 0 {
			kept = append(kept, next)
			continue
		}
		kept[at] = joined(kept[at], next)
	}
	sort.SliceStable(kept, func(i, j int) bool { return kept[i].At.Before(kept[j].At) })
	return kept
}

// isSame says that two sources tell of one change.
func isSame(k, next incident.ClusterChange) bool {
	one, other := k.Began(), next.Began()
	if other.Earliest.Sub(one.Latest) > SameTime || one.Earliest.Sub(other.Latest) > SameTime {
		return false
	}
	if k.Action != next.Action && (!slices.Contains(telling, k.Action) || !slices.Contains(telling, next.Action)) {
		return false
	}
	if k.Kind == next.Kind {
		return k.Namespace == next.Namespace && k.Object == next.Object && k.Service == next.Service && (k.To == next.To || k.To == "" || next.To == "")
	}
	return deploys(k) && deploys(next) && SameWorkload(k.Object, next.Object)
}

// deploys says that a change puts another version of something to work, in the words of one of those who tell of that.
func deploys(k incident.ClusterChange) bool {
	switch k.Kind {
	case "Deployment":
		return k.Action == incident.RolledOut
	case incident.KindVersion, incident.KindRelease:
		return true
	}
	return false
}

// joined is one change of two that are the same: the kind and the object of which most is known, and the time that is known best.
func joined(first, next incident.ClusterChange) incident.ClusterChange {
	kinds := []string{incident.KindRelease, incident.KindVersion, "Deployment"}
	if slices.Index(kinds, next.Kind) > slices.Index(kinds, first.Kind) {
		first, next = next, first
	}
	if slices.Index(telling, next.Action) < slices.Index(telling, first.Action) && first.Kind == next.Kind {
		first.Action, first.What = next.Action, next.What
	}
	if next.To != "" && (first.To == "" || next.Kind == incident.KindVersion && first.Kind != next.Kind) {
		first.From, first.To = next.From, next.To
	}
	if first.Text == "" {
		first.Text = next.Text
	}
	if first.Fit == nil {
		first.Fit = next.Fit
	}
	one, other := first.Began(), next.Began()
	switch {
	case first.NotBefore.IsZero(), next.NotBefore.IsZero() && other.Latest.Before(one.Earliest): // exact, or all that is known
	case next.NotBefore.IsZero():
		first.At, first.NotBefore = next.At, time.Time{}
	default:
		first.NotBefore, first.At = narrowed(one, other)
	}
	first.Sources = append(slices.Clone(first.Sources), next.Sources...)
	slices.Sort(first.Sources)
	first.Sources = slices.Compact(first.Sources)
	return first
}

// narrowed is the time that two ranges have in common; the first where they have none.
func narrowed(one, other incident.MovedAt) (from, to time.Time) {
	from, to = one.Earliest, one.Latest
	if other.Earliest.After(from) && !other.Earliest.After(to) {
		from = other.Earliest
	}
	if other.Latest.Before(to) && !other.Latest.Before(from) {
		to = other.Latest
	}
	return from, to
}

// participled are the reasons of events that are participles already.
var participled = []string{"updated", "deleted", "patched", "modified"}

// DescribeChange says what was done to what: "network policy web (shop) was created".
func DescribeChange(k incident.ClusterChange) string {
	switch k.Kind {
	case incident.KindVersion:
		return fmt.Sprintf("%s was %s", k.Object, k.What)
	case incident.KindFeatureFlag:
		return fmt.Sprintf("feature flag %s%s was %s", k.Object, in(k), k.What)
	case incident.KindAnnotation:
		return fmt.Sprintf("annotation %s was added in Grafana", wording.Quoted(k.Object))
	case incident.KindMigration:
		return fmt.Sprintf("schema migration %s was %s%s", k.Object, k.What, by(k))
	case incident.KindConfiguration:
		return fmt.Sprintf("the configuration %s was %s%s", k.Object, k.What, by(k))
	case incident.KindBatchJob:
		return fmt.Sprintf("batch job %s was %s%s", k.Object, k.What, by(k))
	}
	said := fmt.Sprintf("%s %s: %s", KindWords(k.Kind), Named(k.Object, k.Namespace), Participle(k.Action))
	if slices.Contains(telling, k.Action) || k.Action == incident.Started || slices.Contains(participled, strings.ToLower(string(k.Action))) {
		said = fmt.Sprintf("%s %s was %s", KindWords(k.Kind), Named(k.Object, k.Namespace), Participle(k.Action))
	}
	if versions := Versions(k); versions != "" {
		return said + " (" + versions + ")"
	}
	return said
}

// Versions says from which version or variant to which a change leads, as far as that is known.
func Versions(k incident.ClusterChange) string {
	switch {
	case k.To == "":
		return ""
	case k.From == "":
		return "to " + k.To
	}
	return "from " + k.From + " to " + k.To
}

func in(k incident.ClusterChange) string {
	if k.Service == "" {
		return ""
	}
	return " in " + k.Service
}

func by(k incident.ClusterChange) string {
	if k.Service == "" || k.Service == k.Object {
		return ""
	}
	return " by " + k.Service
}
