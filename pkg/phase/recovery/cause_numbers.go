package recovery

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// causeNumber is a number of the cause's own that has to come back, with what it is called.
type causeNumber struct {
	incident.Comparison

	name string
}

// causes are the numbers that left their normal range and that the cause is known by: lookups and pools of what the trace
// leans on, and else only what the verdict blames, since something that is unrelated may never come back.
func causes(f incident.Facts) []causeNumber {
	var all []causeNumber
	add := func(c *incident.Comparison, name string) {
		if c.Abnormal && c.Query != "" {
			all = append(all, causeNumber{*c, name})
		}
	}
	for _, c := range []*incident.Comparison{f.Lookups, f.Pool} {
		if c != nil {
			add(c, c.What)
		}
	}
	if f.Shared != nil && blamed(f, "connection pool") {
		for _, u := range f.Shared.Users {
			add(&u, fmt.Sprintf("connections to %s in use by %s", f.Shared.Name, u.Service))
		}
	}
	limitNumbers(f, add)
	surroundingNumbers(f, add)
	return all
}

// limitNumbers adds the limit that the service came near to.
func limitNumbers(f incident.Facts, add func(*incident.Comparison, string)) {
	s := f.Saturation
	if s == nil {
		return
	}
	if s.CPU != nil && (blamed(f, "CPU limit") || blamed(f, "load")) {
		add(s.CPU, "throttled CPU periods")
	}
	if s.Memory != nil && blamed(f, "memory limit") {
		add(s.Memory, "memory of its limit")
	}
}

// surroundingNumbers adds the node that ran short and the queue that nobody empties.
func surroundingNumbers(f incident.Facts, add func(*incident.Comparison, string)) {
	if f.Surroundings == nil {
		return
	}
	for _, n := range f.Surroundings.Nodes {
		if blamed(f, "node/"+n.Service) {
			add(&n, fmt.Sprintf("%s on %s", n.What, n.Service))
		}
	}
	for _, q := range f.Surroundings.Queues {
		if blamed(f, "topic/"+q.Queue) {
			add(&q.Comparison, fmt.Sprintf("%s in %s", q.What, q.Queue))
		}
	}
}

// blamed says whether a component is the verdict's first candidate, so that commands which change something may follow from
// it, and that its own numbers have to come back.
func blamed(f incident.Facts, component string) bool {
	v := f.Verdict
	return v != nil && v.Level != incident.NoClearCause && len(v.Candidates) > 0 && v.Candidates[0].Component == component
}
