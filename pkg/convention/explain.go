package convention

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// titles say what a role's metrics measure.
var titles = map[string]string{
	Requests: "Served requests: rate and errors",
	Latency:  "Served requests: latency",
	Edges:    "Calls between services",
	Lookups:  "DNS lookups",
	Pool:     "Connection pools",
	Queue:    "Queues",
	Build:    "Versions of services",
}

// Explain says for each role which names were looked for, which of them a stack has, what Choose takes and why.
func Explain(names []string, n incident.Naming) []incident.ConventionRole {
	have := setOf(names)
	roles := map[string]*incident.ConventionRole{}
	var order []string
	for _, k := range candidates(n) {
		role := roles[k.role]
		if role == nil {
			role = &incident.ConventionRole{Role: k.role, Title: titles[k.role]}
			roles[k.role] = role
			order = append(order, k.role)
		}
		role.Spellings = append(role.Spellings, k.explained(have, role.Chosen))
		if last := role.Spellings[len(role.Spellings)-1]; last.Chosen {
			role.Chosen = k.convention
		}
	}
	var all []incident.ConventionRole
	for _, name := range order {
		role := roles[name]
		role.Why = whyRole(*role)
		all = append(all, *role)
		if name == Requests {
			all = append(all, latencyRole(*role, Choose(names, n).Requests))
		}
	}
	return append(append(all, clusterExplained(have)...), surroundingsExplained(have)...)
}

// explained is one candidate; chosen is the convention that was taken before it, if any.
func (k candidate) explained(have map[string]bool, chosen string) incident.ConventionSpelling {
	s := incident.ConventionSpelling{Convention: k.convention, Form: k.form, Metrics: k.needs, Found: []string{}, Settings: k.settings}
	var missing []string
	for _, name := range k.needs {
		if have[name] {
			s.Found = append(s.Found, name)
		} else {
			missing = append(missing, name)
		}
	}
	strange := slices.DeleteFunc(slices.Clone(k.unless), func(name string) bool { return !have[name] })
	switch {
	case len(s.Found) == 0:
		s.Why = "None of it is there."
	case len(missing) > 0:
		s.Why = fmt.Sprintf("%s is missing.", strings.Join(missing, ", "))
	case len(strange) > 0:
		s.Why = fmt.Sprintf("%s is there too, which a native histogram does not have.", strings.Join(strange, ", "))
	case chosen != "":
		s.Why = fmt.Sprintf("It is there, but %s is preferred.", chosen)
		if chosen == k.convention {
			s.Why = "It is there, but was found in a better form."
		}
	default:
		s.Chosen, s.Why = true, "It is the first of which everything is there."
		if k.settings {
			s.Why = "The settings name it, and everything of it is there."
		}
	}
	return s
}

// whyRole sums a role up.
func whyRole(role incident.ConventionRole) string {
	for _, s := range role.Spellings {
		if s.Chosen {
			return fmt.Sprintf("%s, from %s. %s", s.Convention, strings.Join(s.Metrics, ", "), s.Why)
		}
	}
	if len(role.Spellings) > 0 && role.Spellings[0].Settings {
		return "The settings name metrics that the store does not have in this time; others are not tried instead."
	}
	return "The store has none of these in this time."
}

// latencyRole follows from what was chosen for requests.
func latencyRole(requests incident.ConventionRole, chosen *incident.RequestMetric) incident.ConventionRole {
	role := incident.ConventionRole{Role: Latency, Title: titles[Latency], Spellings: []incident.ConventionSpelling{}, Why: requests.Why}
	switch {
	case chosen == nil:
	case chosen.Mean != "":
		role.Chosen = chosen.Convention
		role.Why = fmt.Sprintf("%s, the mean from %s_sum and %[2]s_count, which have no buckets beside them: no p99 can be told.", chosen.Convention, chosen.Mean)
	case chosen.Histogram == "":
		role.Why = fmt.Sprintf("%s counts requests and has no histogram of their durations.", chosen.Counter)
	default:
		role.Chosen = chosen.Convention
		role.Why = fmt.Sprintf("%s, from the buckets of %s.", chosen.Convention, chosen.Histogram)
		if chosen.Native {
			role.Why = fmt.Sprintf("%s, from the native histogram %s.", chosen.Convention, chosen.Histogram)
		}
	}
	return role
}

func clusterExplained(have map[string]bool) []incident.ConventionRole {
	told := cluster(have) != nil
	all := make([]incident.ConventionRole, 0, len(clusterRoles))
	for _, r := range clusterRoles {
		s := incident.ConventionSpelling{Convention: r.convention, Metrics: r.metrics, Found: []string{}}
		for _, name := range r.metrics {
			if have[name] {
				s.Found = append(s.Found, name)
			}
		}
		role := incident.ConventionRole{Role: r.role, Title: r.title, Why: "The store has none of these in this time."}
		switch {
		case len(s.Found) > 0 && told:
			s.Chosen, role.Chosen = true, r.convention
			s.Why = "Each of them is read where it is there; some appear only with something to tell."
			role.Why = fmt.Sprintf("%s, from %s.", r.convention, strings.Join(s.Found, ", "))
		case len(s.Found) > 0:
			s.Why = fmt.Sprintf("Without %s or %s the cluster's pods are not known.", PodPhase, PodRestarts)
			role.Why = s.Why
		default:
			s.Why = "None of it is there."
		}
		role.Spellings = []incident.ConventionSpelling{s}
		all = append(all, role)
	}
	return all
}

// ExplainLogs says which label of a log store with these labels holds what, and why.
func ExplainLogs(labels []string, n incident.LabelNames) []incident.LabelChoice {
	choice := func(of, own string, known []string) incident.LabelChoice {
		c := incident.LabelChoice{Of: of, Tried: first(own, known)}
		label, found := firstOf(labels, c.Tried)
		c.Chosen = label
		switch {
		case !found:
			c.Why = "The log store has none of these labels; what lines carry beside them is looked at as they are read."
		case label == own:
			c.Why = "The settings name it, and it is there."
		case own != "":
			c.Why = fmt.Sprintf("The settings name %s, which the log store does not have; %s is the first known one that is there.", own, label)
		default:
			c.Why = "It is the first known one that is there."
		}
		return c
	}
	return []incident.LabelChoice{choice("service", n.Service, logServiceLabels), choice("namespace", n.Namespace, logNamespaceLabels),
		choice("pod", n.Pod, logPodLabels)}
}
