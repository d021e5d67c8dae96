package rank

import (
	"cmp"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// entry is one service's handling of one request: the span with which the request came in, and the spans that the
// service made below it until other services took over.
type entry struct {
	op       int32
	service  int32
	trace    int32 // its place in traces
	up       int32 // the entry that called it, -1 for none
	edge     int32 // from the caller's service to this operation, -1 for none
	at       int64 // start, Unix ns
	took     int64 // ns
	own      int64 // ns in none of its calls to other services
	gap      int64 // ns that the caller waited beyond this entry's time; -1 where the caller has no span for it
	features []int32
	read     bool   // its log lines are known
	whole    bool   // its trace is all there
	troubled bool   // something in it, or below it, failed or was refused, so that it may have ended early
	spans    int32  // the service made in it, in the sample or not; 0 where that is not known
	calls    int32  // to other services, of which the other end is there
	first    string // id of the span with which the request came in
}

// feature is something that an entry may show.
type feature struct {
	kind    Kind
	service int32
	about   incident.Aspect
	bad     bool // it tells of a failure by itself
}

// forest is the entries of all traces.
type forest struct {
	entries  []entry
	traces   []string // ids
	services numbering[string]
	ops      numbering[opKey]
	edges    numbering[edgeKey]
	features numbering[feature]
	logged   map[string]bool   // traces that have lines
	bySpan   map[spanRef]int32 // the entry of each span of these
	roots    []int64           // durations of the traces' first spans, ns
	examples map[int32]Line
	holds    map[int32][]string // what all log lines of a kind hold
	ownSpan  map[int32]bool     // calls for which callers have a span of their own
}

type opKey struct {
	service int32
	name    string
}

type edgeKey struct {
	from int32 // service
	op   int32
}

type spanRef struct{ trace, span string }

// numbering numbers what it is shown.
type numbering[K comparable] struct {
	of  map[K]int32
	all []K
}

func (p *numbering[K]) number(key K) int32 {
	place, known := p.of[key]
	if !known {
		if p.of == nil {
			p.of = map[K]int32{}
		}
		place = narrow(len(p.all))
		p.of[key] = place
		p.all = append(p.all, key)
	}
	return place
}

// grow reads traces in the order of their ids. The lines are those that will be added.
func grow(traces []incident.Trace, lines []Line) *forest {
	logged := map[string]bool{}
	for i := range lines {
		logged[lines[i].Trace] = true
	}
	order := make([]int, len(traces))
	for i := range traces {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(traces[a].ID, traces[b].ID) })
	f := &forest{logged: logged, bySpan: map[spanRef]int32{}, ownSpan: map[int32]bool{}}
	for n, i := range order {
		if n > 0 && traces[order[n-1]].ID == traces[i].ID {
			continue // the same trace twice
		}
		f.add(&traces[i])
	}
	return f
}

// tree is the spans of one trace with their parents and children.
type tree struct {
	id       string
	whole    bool
	spans    []incident.Span
	parent   []int32 // -1 at a root
	children [][]int32
	owner    []int32 // entry
}

func (f *forest) add(t *incident.Trace) {
	w := &tree{id: t.ID, whole: !t.Partial, spans: t.Spans, parent: make([]int32, len(t.Spans)), children: make([][]int32, len(t.Spans)),
		owner: make([]int32, len(t.Spans))}
	byID := make(map[string]int32, len(w.spans))
	for i := range w.spans {
		byID[w.spans[i].ID] = int32(i)
		w.owner[i] = -1
	}
	for i := range w.spans {
		p, known := byID[w.spans[i].Parent]
		if !known || p == int32(i) {
			w.parent[i] = -1
			continue
		}
		w.parent[i] = p
		w.children[p] = append(w.children[p], int32(i))
	}
	first := len(f.entries)
	f.traces = append(f.traces, t.ID)
	for i := range w.spans {
		if w.parent[i] < 0 {
			f.visitAll(w, int32(i))
			f.roots = append(f.roots, int64(w.spans[i].Duration))
		}
	}
	f.subtractCalls(w, first)
}

// visitAll gives a root and what is below it to entries, each span after its parent and before its next sibling. It does not
// recurse, since a trace can be deeper than a stack.
func (f *forest) visitAll(w *tree, root int32) {
	open := []int32{root}
	for len(open) > 0 {
		i := open[len(open)-1]
		open = open[:len(open)-1]
		up := int32(-1)
		if p := w.parent[i]; p >= 0 {
			up = w.owner[p]
		}
		f.visit(w, i, up)
		for n := len(w.children[i]) - 1; n >= 0; n-- {
			open = append(open, w.children[i][n])
		}
	}
}

// visit gives a span to an entry; up is the entry of its parent, -1 at a root. Of a span that is in a sample only because it failed,
// nothing is shown but that: what it did was not looked for in the requests that went well.
func (f *forest) visit(w *tree, i, up int32) {
	s := &w.spans[i]
	service := f.services.number(s.Service)
	owner := up
	switch {
	case up >= 0 && !w.inAnySample(i):
	case up < 0 || f.entries[up].service != service || f.isOwnCall(w, i):
		owner = f.enter(w, i, service, up)
	default:
		f.show(owner, feature{kind: Operation, service: service, about: incident.Aspect{Operation: s.Name}, bad: tellsOfFailure(s.Name)})
	}
	f.showOutcome(owner, s, service)
	w.owner[i] = owner
	if f.logged[w.id] {
		f.bySpan[spanRef{w.id, s.ID}] = owner
	}
}

// inAnySample says that a span is brought whatever its outcome: the two ends of calls, messages, roots, and what did not fail.
func (w *tree) inAnySample(i int32) bool {
	switch s := &w.spans[i]; {
	case !s.Failed, w.parent[i] < 0:
		return true
	case s.Kind == incident.KindClient:
		return slices.ContainsFunc(w.children[i], func(c int32) bool {
			return w.spans[c].Kind == incident.KindServer || w.spans[c].Kind == incident.KindConsumer
		})
	default:
		return s.Kind == incident.KindServer || s.Kind == incident.KindConsumer || s.Kind == incident.KindProducer
	}
}

// isOwnCall says that a service called itself over the network.
func (f *forest) isOwnCall(w *tree, i int32) bool {
	return w.spans[i].Kind == incident.KindServer && w.parent[i] >= 0 && w.spans[w.parent[i]].Kind == incident.KindClient
}

func (f *forest) enter(w *tree, i, service, up int32) int32 {
	s := &w.spans[i]
	op := f.ops.number(opKey{service, s.Name})
	e := entry{op: op, trace: narrow(len(f.traces) - 1), first: s.ID, whole: w.whole, spans: narrow(s.Within), service: service, up: up, edge: -1, gap: -1, at: s.Start.UnixNano(), took: int64(s.Duration), own: int64(s.Duration)}
	place := narrow(len(f.entries))
	if up >= 0 {
		caller := f.entries[up].service
		e.edge = f.edges.number(edgeKey{caller, op})
		call := feature{kind: CallPattern, service: caller, about: incident.Aspect{Callee: s.Service, Operation: s.Name}}
		f.show(up, call)
		if p := &w.spans[w.parent[i]]; p.Kind == incident.KindClient || p.Kind == incident.KindProducer {
			e.gap = max(0, int64(p.Duration-s.Duration))
			f.ownSpan[f.features.of[call]] = true
		}
		f.takeSpans(up, s.Within)
		f.entries[up].calls++
	}
	f.entries = append(f.entries, e)
	return place
}

func (f *forest) show(e int32, what feature) {
	f.entries[e].features = append(f.entries[e].features, f.features.number(what))
}

type interval struct{ from, to int64 }

// subtractCalls takes from each entry's time what it spent in calls to other services, calls at the same time once.
func (f *forest) subtractCalls(w *tree, first int) {
	outside := map[int32][]interval{}
	for i := range w.spans {
		p := w.parent[i]
		if p < 0 || w.owner[p] == w.owner[i] {
			continue
		}
		s := &w.spans[i]
		if caller := &w.spans[p]; caller.Kind == incident.KindClient {
			s = caller
		}
		from := s.Start.UnixNano()
		outside[w.owner[p]] = append(outside[w.owner[p]], interval{from, from + int64(s.Duration)})
	}
	for e := first; e < len(f.entries); e++ {
		if calls := outside[narrow(e)]; len(calls) > 0 {
			f.entries[e].own -= covered(calls, f.entries[e].at, f.entries[e].at+f.entries[e].own)
		}
	}
}

// covered is how much of the time between from and to lies in the intervals.
func covered(intervals []interval, from, to int64) int64 {
	slices.SortFunc(intervals, func(a, b interval) int { return cmp.Compare(a.from, b.from) })
	sum, reached := int64(0), from
	for _, v := range intervals {
		low, high := max(v.from, reached), min(v.to, to)
		if high > low {
			sum += high - low
			reached = high
		}
	}
	return sum
}

// narrow keeps a place in a list in half the room, which with half a million spans matters; no list has two billion places.
func narrow(place int) int32 {
	return int32(place) // #nosec G115 -- see above
}
