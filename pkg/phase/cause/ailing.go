package cause

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// ailing is a workload of which something new is wrong: all that is known of it.
type ailing struct {
	namespace, workload string
	trouble             *incident.PodTrouble // nil where its pods are well
	warnings            []incident.EventGroup
	patterns            []incident.InfraPattern
}

// ailingWorkloads joins what pods, events and logs tell of the same workloads, in the order in which it was learned.
func ailingWorkloads(f incident.Facts) []*ailing {
	var all []*ailing
	find := func(namespace, workload string) *ailing {
		for _, a := range all {
			if (a.namespace == namespace || namespace == "") && cluster.SameWorkload(a.workload, workload) {
				return a
			}
		}
		all = append(all, &ailing{namespace: namespace, workload: workload})
		return all[len(all)-1]
	}
	if f.Pods != nil {
		for _, t := range f.Pods.New {
			find(t.Namespace, t.Workload).trouble = &t
		}
	}
	if f.Events != nil {
		for _, w := range f.Events.Warnings {
			a := find(w.Namespace, w.Workload)
			a.warnings = append(a.warnings, w)
		}
	}
	if f.InfraLogs != nil {
		for _, p := range f.InfraLogs.Patterns {
			a := find(p.Namespace, p.Service)
			a.patterns = append(a.patterns, p)
		}
	}
	return all
}

// since is when it began to ail: its pods' trouble, else the first warning, else the first error line.
func (a *ailing) since() incident.MovedAt {
	if a.trouble != nil {
		return a.trouble.Since
	}
	var first time.Time
	for _, w := range a.warnings {
		if first.IsZero() || w.First.Before(first) {
			first = w.First
		}
	}
	if first.IsZero() {
		for _, p := range a.patterns {
			if first.IsZero() || p.First.Before(first) {
				first = p.First
			}
		}
	}
	return incident.MovedAt{Earliest: first, Latest: first}
}

// product is what people call it.
func (a *ailing) product() string {
	if product, is := convention.DNSServer(a.workload); is {
		return product
	}
	return a.workload
}

// speaksOf gives its error lines that name the host; false when none does.
func (a *ailing) speaksOf(host string) (incident.InfraPattern, bool) {
	for _, p := range a.patterns {
		if host != "" && slices.Contains(p.Names, host) {
			return p, true
		}
	}
	return incident.InfraPattern{}, false
}

// blames gives the warning about it that quotes the object's name; false when none does.
func (a *ailing) blames(object string) (incident.EventGroup, bool) {
	for _, w := range a.warnings {
		if cluster.Quotes(w.Message, object) {
			return w, true
		}
	}
	return incident.EventGroup{}, false
}
