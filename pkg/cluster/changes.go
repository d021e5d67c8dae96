package cluster

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// participles are the actions as a sentence says them.
var participles = map[incident.Action]string{
	incident.Created:     "created",
	incident.RolledOut:   "rolled out",
	incident.Scaled:      "scaled",
	incident.Respecified: "given another specification",
}

// Participle is an action as a sentence says it, after "was"; the reason of an event in words where it is none that is known.
func Participle(a incident.Action) string {
	if text, known := participles[a]; known {
		return text
	}
	return Words(string(a))
}

// telling orders what can be said of one change: the most telling stays when several sources tell of it.
var telling = []incident.Action{incident.RolledOut, incident.Created, incident.Scaled, incident.Respecified}

// Merged makes one change of those that several sources tell of the same object at about the same time.
func Merged(changes []incident.ClusterChange) []incident.ClusterChange {
	const same = 5 * time.Minute // a rollout takes a while, and sources tell of different moments of it
	sort.SliceStable(changes, func(i, j int) bool { return changes[i].At.Before(changes[j].At) })
	kept := []incident.ClusterChange{}
	for _, next := range changes {
		at := slices.IndexFunc(kept, func(k incident.ClusterChange) bool {
			return k.Kind == next.Kind && k.Namespace == next.Namespace && k.Object == next.Object && next.At.Sub(k.At) <= same &&
				(k.Action == next.Action || slices.Contains(telling, k.Action) && slices.Contains(telling, next.Action))
		})
		if at < 0 {
			kept = append(kept, next)
			continue
		}
		first := &kept[at]
		if slices.Index(telling, next.Action) < slices.Index(telling, first.Action) {
			first.Action, first.What = next.Action, next.What
		}
		if first.Text == "" {
			first.Text = next.Text
		}
		first.Sources = append(slices.Clone(first.Sources), next.Sources...)
		slices.Sort(first.Sources)
		first.Sources = slices.Compact(first.Sources)
	}
	return kept
}

// participled are the reasons of events that are participles already.
var participled = []string{"updated", "deleted", "patched", "modified"}

// DescribeChange says what was done to what: "network policy web (shop) was created".
func DescribeChange(k incident.ClusterChange) string {
	if slices.Contains(telling, k.Action) || slices.Contains(participled, strings.ToLower(string(k.Action))) {
		return fmt.Sprintf("%s %s was %s", KindWords(k.Kind), Named(k.Object, k.Namespace), Participle(k.Action))
	}
	return fmt.Sprintf("%s %s: %s", KindWords(k.Kind), Named(k.Object, k.Namespace), Participle(k.Action))
}
