package verdict

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// piece is a piece of evidence: what was looked at together, and stands or falls together.
type piece struct {
	name  string // for people
	facts []incident.Fact
}

// pieces are what a verdict can rest on. The numbers of the alerting service that moved are not among them: they are what is explained, and
// the time that everything is compared with.
var pieces = []piece{
	{"the example trace", []incident.Fact{incident.FactCulprit, incident.FactExample}},
	{"the attributes of failing traces", []incident.Fact{incident.FactTraits}},
	{"the dependency table", []incident.Fact{incident.FactDependencies}},
	{"the error log volume", []incident.Fact{incident.FactPattern}},
	{"the changed log patterns", []incident.Fact{incident.FactPatterns}},
	{"the request rate", []incident.Fact{incident.FactTraffic}},
	{"the sampled traces", []incident.Fact{incident.FactNeighbours}},
	{"the callees", []incident.Fact{incident.FactCallees}},
	{"the DNS lookup times", []incident.Fact{incident.FactLookups}},
	{"the connection pool", []incident.Fact{incident.FactPool}},
	{"the shared connection pool", []incident.Fact{incident.FactShared}},
	{"the CPU and memory limits", []incident.Fact{incident.FactSaturation}},
	{"the pod status", []incident.Fact{incident.FactPods}},
	{"the Kubernetes events", []incident.Fact{incident.FactEvents}},
	{"the list of changes", []incident.Fact{incident.FactChanges}},
	{"the infrastructure logs", []incident.Fact{incident.FactInfraLogs}},
	{"the nodes, queues and certificates", []incident.Fact{incident.FactSurroundings}},
	{"the database locks", []incident.Fact{incident.FactLocks}},
	{"the service ranking", []incident.Fact{incident.FactRanking}},
	{"the second count", []incident.Fact{incident.FactWitness, incident.FactNextWitness}},
	{"the time outside traced calls", []incident.Fact{incident.FactOwnTime}},
}

// rests are the pieces of evidence that carry a verdict: each is left out in turn, and what is left judged again. Those whose loss costs most
// certainty go first. What holds a verdict back carries nothing, although without it the verdict would be another one.
func (l list) rests(c *incident.Case, judged *incident.Verdict) []incident.Support {
	if judged.Blamed() == nil {
		return nil
	}
	var all []incident.Support
	for _, p := range pieces {
		if !slices.ContainsFunc(p.facts, c.Facts.Knows) {
			continue
		}
		left, _, _ := l.weigh(without(c, p.facts))
		if certainty(left.Level) > certainty(judged.Level) || left.ID() == judged.ID() {
			continue
		}
		all = append(all, incident.Support{Fact: p.facts[0], Name: p.name, Level: left.Level, Statement: left.Statement, Moments: left.StatementMoments})
	}
	slices.SortStableFunc(all, func(a, b incident.Support) int { return certainty(a.Level) - certainty(b.Level) })
	return all
}

// without is the case as if nobody had learned some facts.
func without(c *incident.Case, facts []incident.Fact) *incident.Case {
	left := *c
	left.Facts = c.Facts.Only(slices.DeleteFunc(incident.AllFacts(), func(f incident.Fact) bool { return slices.Contains(facts, f) })...)
	return &left
}

// certainty orders levels.
func certainty(level incident.Level) int {
	return slices.Index([]incident.Level{incident.NoClearCause, incident.Possible, incident.Likely}, level)
}
