package cluster

import (
	"slices"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Sign is one thing that is told of one pod or deployment.
type Sign struct {
	Namespace, Workload, Pod string // Pod is empty for a deployment
	Reason                   string
	Size                     float64 // restarts since the neighbourhood began, or missing replicas at its end
	Since                    incident.MovedAt
	Fresh                    bool   // began in the neighbourhood
	Earlier                  bool   // was there before it
	None                     bool   // no replica was available at its end
	Of                       string // what of the pod is meant, for example an init container
}

// TroublesOf joins what is told of pods by their workloads. A workload of which anything new is told is new trouble.
func TroublesOf(signs []Sign) incident.PodTroubles {
	type key struct{ namespace, workload string }
	fresh, earlier := map[key][]Sign{}, map[key][]Sign{}
	for _, s := range signs {
		k := key{s.Namespace, s.Workload}
		switch {
		case s.Fresh:
			fresh[k] = append(fresh[k], s)
		case s.Earlier:
			earlier[k] = append(earlier[k], s)
		}
	}
	troubles := incident.PodTroubles{New: []incident.PodTrouble{}, AsBefore: []incident.PodTrouble{}}
	for _, signs := range fresh {
		troubles.New = append(troubles.New, troubleOf(signs))
	}
	for k, signs := range earlier {
		if len(fresh[k]) == 0 {
			troubles.AsBefore = append(troubles.AsBefore, troubleOf(signs))
		}
	}
	order(troubles.New)
	order(troubles.AsBefore)
	return troubles
}

// order puts the worst first, and of equals the one that began first.
func order(troubles []incident.PodTrouble) {
	sort.Slice(troubles, func(i, j int) bool {
		a, b := troubles[i], troubles[j]
		if x, y := Badness(a.Reason), Badness(b.Reason); x != y {
			return x > y
		}
		if !a.Since.Latest.Equal(b.Since.Latest) {
			return a.Since.Latest.Before(b.Since.Latest)
		}
		return Named(a.Workload, a.Namespace) < Named(b.Workload, b.Namespace)
	})
}

func troubleOf(signs []Sign) incident.PodTrouble {
	t := incident.PodTrouble{Namespace: signs[0].Namespace, Workload: signs[0].Workload, Pods: []string{}, Since: signs[0].Since}
	for _, s := range signs {
		if Badness(s.Reason) > Badness(t.Reason) {
			t.Reason, t.Of = s.Reason, s.Of
		}
		if s.Since.Latest.Before(t.Since.Latest) {
			t.Since = s.Since
		}
		t.None = t.None || s.None
		switch s.Reason {
		case OutOfMemory:
			t.OutOfMemory = true
		case Restarting:
			t.Restarts += s.Size
		case Unavailable:
			t.Missing += s.Size
		}
		if s.Pod != "" {
			t.Pods = append(t.Pods, s.Pod)
		}
	}
	slices.Sort(t.Pods)
	t.Pods = slices.Compact(t.Pods)
	return t
}
