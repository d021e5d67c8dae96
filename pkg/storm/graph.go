package storm

import (
	"maps"
	"slices"
	"strings"
)

// Graph is who calls whom.
type Graph struct {
	calls   map[string]map[string]State // by caller and callee
	callers map[string]map[string]State // by callee and caller
}

// NewGraph makes a graph. Of a call that is given twice the state counts that was measured, and of two that were, the worse.
func NewGraph(calls []Call) *Graph {
	g := &Graph{calls: map[string]map[string]State{}, callers: map[string]map[string]State{}}
	for _, c := range calls {
		if c.Caller == "" || c.Callee == "" || c.Caller == c.Callee {
			continue
		}
		state := worst(c.State, g.calls[c.Caller][c.Callee])
		put(g.calls, c.Caller, c.Callee, state)
		put(g.callers, c.Callee, c.Caller, state)
	}
	return g
}

func put(in map[string]map[string]State, a, b string, s State) {
	if in[a] == nil {
		in[a] = map[string]State{}
	}
	in[a][b] = s
}

func worst(a, b State) State {
	for _, s := range []State{Worse, Unchanged} {
		if a == s || b == s {
			return s
		}
	}
	return Unmeasured
}

// Calls are the graph's calls, ordered by caller and callee.
func (g *Graph) Calls() []Call {
	calls := []Call{}
	for caller, callees := range g.calls {
		for callee, state := range callees {
			calls = append(calls, Call{caller, callee, state})
		}
	}
	slices.SortFunc(calls, func(a, b Call) int { return strings.Compare(a.Caller+"\x00"+a.Callee, b.Caller+"\x00"+b.Callee) })
	return calls
}

// Has says whether a service calls another or is called.
func (g *Graph) Has(service string) bool {
	return len(g.calls[service]) > 0 || len(g.callers[service]) > 0
}

// Reaches says whether a service calls another, directly or through others, by calls of which none is known to be as it was before.
func (g *Graph) Reaches(caller, callee string) bool {
	return g.paths([]string{callee}, possibleWay)[caller] != nil
}

// way is how a failure may travel: over which calls.
type way func(State) bool

func measuredWay(s State) bool { return s == Worse }
func possibleWay(s State) bool { return s != Unchanged }
func anyWay(State) bool        { return true }

// paths are the shortest paths from every service that reaches one of the ends, itself included, over at most MostCalls calls. Of
// several of one length the first by name is taken.
func (g *Graph) paths(ends []string, over way) map[string][]string {
	paths := map[string][]string{}
	var row []string
	for _, end := range slices.Sorted(slices.Values(ends)) {
		if end != "" && paths[end] == nil {
			paths[end] = []string{end}
			row = append(row, end)
		}
	}
	for range MostCalls {
		var next []string
		for _, callee := range row {
			for _, caller := range slices.Sorted(maps.Keys(g.callers[callee])) {
				if paths[caller] == nil && over(g.callers[callee][caller]) {
					paths[caller] = append([]string{caller}, paths[callee]...)
					next = append(next, caller)
				}
			}
		}
		row = next
	}
	return paths
}

// Deep is a service worth an investigation, and how many services with alerts reach it.
type Deep struct {
	Service string
	Reached int
}

// Deepest are the services worth an investigation: those with alerts that reach no other service with alerts, unless by calls that are
// as before. Of services that call each other in a circle one is taken. The one that most services with alerts reach comes first; how
// many these are, itself included, stands beside it.
func (g *Graph) Deepest(alerts []Alert) []Deep {
	firing := map[string]bool{}
	for _, a := range alerts {
		if a.Service != "" {
			firing[a.Service] = true
		}
	}
	reach := map[string]map[string]bool{} // who reaches a service
	for service := range firing {
		reach[service] = map[string]bool{}
		for caller := range g.paths([]string{service}, possibleWay) {
			if firing[caller] {
				reach[service][caller] = true
			}
		}
	}
	var deepest []Deep
	for _, service := range slices.Sorted(maps.Keys(firing)) {
		isDeepest := true
		for other := range firing {
			below := other != service && reach[other][service]
			circle := reach[service][other]
			if below && (!circle || other < service) {
				isDeepest = false
			}
		}
		if isDeepest {
			deepest = append(deepest, Deep{service, len(reach[service])})
		}
	}
	slices.SortStableFunc(deepest, func(a, b Deep) int { return b.Reached - a.Reached })
	return deepest
}
