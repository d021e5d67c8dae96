package cluster

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// What can have been done to an object.
const (
	Created     = "created"
	RolledOut   = "rolled out"
	Scaled      = "scaled"
	Respecified = "given another specification"
)

// telling orders what can be said of one change: the most telling stays when several sources tell of it.
var telling = []string{RolledOut, Created, Scaled, Respecified}

// Merged makes one change of those that several sources tell of the same object at about the same time.
func Merged(changes []incident.ClusterChange) []incident.ClusterChange {
	const same = 5 * time.Minute // a rollout takes a while, and sources tell of different moments of it
	sort.SliceStable(changes, func(i, j int) bool { return changes[i].At.Before(changes[j].At) })
	kept := []incident.ClusterChange{}
	for _, next := range changes {
		at := slices.IndexFunc(kept, func(k incident.ClusterChange) bool {
			return k.Kind == next.Kind && k.Namespace == next.Namespace && k.Object == next.Object && next.At.Sub(k.At) <= same &&
				(k.What == next.What || slices.Contains(telling, k.What) && slices.Contains(telling, next.What))
		})
		if at < 0 {
			kept = append(kept, next)
			continue
		}
		first := &kept[at]
		if slices.Index(telling, next.What) < slices.Index(telling, first.What) {
			first.What = next.What
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

// DescribeChange says what was done to what: "network policy web (shop) was created".
func DescribeChange(k incident.ClusterChange) string {
	if slices.Contains(telling, k.What) || slices.Contains([]string{"updated", "deleted", "patched", "modified"}, k.What) {
		return fmt.Sprintf("%s %s was %s", KindWords(k.Kind), Named(k.Object, k.Namespace), k.What)
	}
	return fmt.Sprintf("%s %s: %s", KindWords(k.Kind), Named(k.Object, k.Namespace), k.What)
}
