package verdict

import (
	"cmp"
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

// sameSpell is how long before the metrics of its pods a warning may tell of the same trouble: they show a state when it lasts.
const sameSpell = 10 * time.Minute

// since is when its trouble began: its pods', or a little before that the first warning, which needs no sample; else the first warning,
// else the first error line.
func (u *unhealthy) since() incident.MovedAt {
	var first time.Time
	for _, w := range u.warnings {
		if first.IsZero() || w.First.Before(first) {
			first = w.First
		}
	}
	if t := u.trouble; t != nil && (first.IsZero() || first.After(t.Since.Earliest) || t.Since.Earliest.Sub(first) > sameSpell) {
		return t.Since
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

// blocked is what is known to keep its pods from running; nil where that is nothing. Where its pods are known to be well, what events
// said has passed.
func (u *unhealthy) blocked(f *incident.Facts) *blocked {
	if f.Pods != nil && u.trouble == nil || u.trouble != nil && u.trouble.OutOfMemory {
		return nil
	}
	var found *blocked
	weigh := func(kind incident.CauseKind, next blocked) {
		b, known := cluster.BlockerOf(kind)
		if known && b.Fits(u.trouble) && (found == nil || cluster.Worse(kind, found.Kind)) {
			next.Blocker = b
			found = &next
		}
	}
	for i, w := range u.warnings {
		if w.Blocked != nil {
			weigh(w.Blocked.Kind, blocked{what: w.Blocked.What, said: w.Blocked.Said, warning: &u.warnings[i]})
		}
	}
	if u.trouble == nil {
		return found
	}
	if line, written := u.lastWords(f); written {
		weigh(line.Kind, line)
	}
	if b, tells := cluster.BlockerIn(u.trouble.Reason); tells {
		what := u.trouble.Of
		if u.trouble.Reason == cluster.NoEndpoints {
			what = u.workload
		}
		weigh(b.Kind, blocked{what: what})
	}
	return found
}

// ofCalls are the blockers by how a call failed that a container makes before it serves.
var ofCalls = map[convention.CallFailure]incident.CauseKind{convention.Unwelcome: "credentials-refused", convention.Crowded: "connections-exhausted",
	convention.Unresolved: "unresolved-address"}

// lastWords is what a workload whose containers end again and again writes that it did not write before, where that says why.
func (u *unhealthy) lastWords(f *incident.Facts) (blocked, bool) {
	if f.Patterns == nil || u.trouble == nil || u.trouble.Reason != "CrashLoopBackOff" {
		return blocked{}, false
	}
	for i := range f.Patterns.Changed {
		p := &f.Patterns.Changed[i]
		if p.Change != incident.PatternNew && p.Change != incident.PatternRisen || !cluster.SameWorkload(p.Service, u.workload) {
			continue
		}
		said := cmp.Or(p.Example.Text, p.Text)
		if b, what, tells := cluster.BlockerWritten(said); tells {
			return blocked{Blocker: b, what: what, wrote: said}, true
		}
		if b, known := cluster.BlockerOf(ofCalls[convention.FailureOf(incident.Span{StatusMessage: said})]); known {
			return blocked{Blocker: b, wrote: said}, true
		}
	}
	return blocked{}, false
}

// blocked is a blocker with what is told of it.
type blocked struct {
	cluster.Blocker
	what    string               // is missing or refuses; empty where that is not known
	said    string               // the event's message; empty where only states tell
	warning *incident.EventGroup // the events; nil likewise
	wrote   string               // what the container wrote; empty where it is not known by that
}

// clause says of the workload what keeps it from running.
func (b *blocked) clause() string { return b.Clause(b.what) }

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
