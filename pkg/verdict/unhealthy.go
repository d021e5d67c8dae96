package verdict

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// unhealthy is a workload with new trouble: all that is known of it.
type unhealthy struct {
	namespace, workload string
	trouble             *incident.PodTrouble // nil where its pods are well
	warnings            []incident.EventGroup
	patterns            []incident.InfraPattern
}

// unhealthyWorkloads joins what pods, events and logs tell of the same workloads, in the order in which it was learned.
func unhealthyWorkloads(f incident.Facts) []*unhealthy {
	var all []*unhealthy
	find := func(namespace, workload string) *unhealthy {
		for _, u := range all {
			if (u.namespace == namespace || namespace == "") && cluster.SameWorkload(u.workload, workload) {
				return u
			}
		}
		all = append(all, &unhealthy{namespace: namespace, workload: workload})
		return all[len(all)-1]
	}
	if f.Pods != nil {
		for _, t := range f.Pods.New {
			find(t.Namespace, t.Workload).trouble = &t
		}
	}
	if f.Events != nil {
		for _, w := range f.Events.Warnings {
			u := find(w.Namespace, w.Workload)
			u.warnings = append(u.warnings, w)
		}
	}
	if f.InfraLogs != nil {
		for _, p := range f.InfraLogs.Patterns {
			u := find(p.Namespace, p.Service)
			u.patterns = append(u.patterns, p)
		}
	}
	return all
}

// since is when its trouble began: its pods', else the first warning, else the first error line.
func (u *unhealthy) since() incident.MovedAt {
	if u.trouble != nil {
		return u.trouble.Since
	}
	var first time.Time
	for _, w := range u.warnings {
		if first.IsZero() || w.First.Before(first) {
			first = w.First
		}
	}
	if first.IsZero() {
		for _, p := range u.patterns {
			if first.IsZero() || p.First.Before(first) {
				first = p.First
			}
		}
	}
	return incident.MovedAt{Earliest: first, Latest: first}
}

// failingSince is since when it may have made others fail: containers that ran out of memory did so since their memory began
// to rise, and were slow before the first was killed.
func (u *unhealthy) failingSince(c *incident.Case) incident.MovedAt {
	since, memory := u.since(), memoryOf(&c.Facts)
	if u.trouble == nil || !u.trouble.OutOfMemory || memory == nil {
		return since
	}
	if memory.Abnormal && memory.Moved != nil && cluster.SameWorkload(memory.Service, u.workload) && memory.Moved.Latest.Before(since.Latest) {
		return *memory.Moved
	}
	return since
}

// product is what people call it.
func (u *unhealthy) product() string {
	if product, is := convention.DNSServer(u.workload); is {
		return product
	}
	return u.workload
}

// names gives its error lines that name the host; false when none does.
func (u *unhealthy) names(host string) (incident.InfraPattern, bool) {
	for _, p := range u.patterns {
		if host != "" && slices.Contains(p.Names, host) {
			return p, true
		}
	}
	return incident.InfraPattern{}, false
}

// warnsOf gives the warning about it that quotes the object's name; false when none does.
func (u *unhealthy) warnsOf(object string) (incident.EventGroup, bool) {
	for _, w := range u.warnings {
		if cluster.Quotes(w.Message, object) {
			return w, true
		}
	}
	return incident.EventGroup{}, false
}
