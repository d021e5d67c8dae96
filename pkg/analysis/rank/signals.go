package rank

import (
	"cmp"
	"slices"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// stratum is the entries of one operation, in the order of time, and those of them that show something. Changes are read
// within operations, so that another mix of requests is no change.
type stratum struct {
	all  []int32
	hits []int32
}

// signal is something that the entries of a service may show.
type signal struct {
	feature
	strata  []stratum
	telling []stratum // of strata, what tells by what it does not show; nil until somebody asks
}

// timing is how long something took, in the order of time.
type timing struct {
	entries []int32
	values  []float64 // ms
}

// record is everything that can be compared, made once; what it says depends on the onset.
type record struct {
	*forest
	Thresholds
	signals []signal
	own     []timing // by operation
	gaps    []timing // by edge
	pairs   numbering[[2]int32]
	pairOf  []int32 // by edge
	metrics *courses
	traced  int32 // services that took part in the requests: these have the first places
	end     int64 // of the time looked at, Unix ns
	sampled []incident.Window
	least   float64 // ms, the least delay that a person who waits for a request would notice
}

func newRecord(f *forest, t Thresholds) *record {
	r := &record{forest: f, Thresholds: t, own: make([]timing, len(f.ops.all)), gaps: make([]timing, len(f.edges.all)), least: noticeable(f.roots)}
	r.findPairs()
	order := make([]int32, len(f.entries))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(f.entries[a].at, f.entries[b].at), cmp.Compare(a, b)) })
	type shown struct{ op, feature int32 }
	byOp, readByOp, hits := make([][]int32, len(f.ops.all)), make([][]int32, len(f.ops.all)), map[shown][]int32{}
	for _, i := range order {
		e := &f.entries[i]
		byOp[e.op] = append(byOp[e.op], i)
		if e.read {
			readByOp[e.op] = append(readByOp[e.op], i)
		}
		if e.edge >= 0 && e.gap >= 0 {
			r.gaps[e.edge].add(i, e.gap)
		}
		slices.Sort(e.features)
		e.features = slices.Compact(e.features)
		for _, x := range e.features {
			if key := (shown{e.op, x}); e.read || f.features.all[x].kind != LogPattern {
				hits[key] = append(hits[key], i)
			}
		}
	}
	r.signals = make([]signal, len(f.features.all))
	for i := range r.signals {
		r.signals[i].feature = f.features.all[i]
	}
	keys := make([]shown, 0, len(hits))
	for key := range hits {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b shown) int { return cmp.Or(cmp.Compare(a.feature, b.feature), cmp.Compare(a.op, b.op)) })
	for _, key := range keys {
		s := &r.signals[key.feature]
		all := byOp[key.op]
		if s.kind == LogPattern {
			all = readByOp[key.op]
		}
		s.strata = append(s.strata, stratum{all: all, hits: hits[key]})
	}
	r.addOwn(order)
	return r
}

// addOwn notes the own times of entries, in the order of time, but for those of which parts are missing.
func (r *record) addOwn(order []int32) {
	pieces := r.inPieces()
	for _, i := range order {
		if !pieces[i] {
			r.own[r.entries[i].op].add(i, r.entries[i].own)
		}
	}
}

func (t *timing) add(e int32, nanoseconds int64) {
	t.entries = append(t.entries, e)
	t.values = append(t.values, float64(nanoseconds)/1e6)
}

const (
	noticeableShare = 0.05 // of a request's usual time
	noticeableLeast = 2.0  // ms
)

// noticeable is the least delay that matters: a twentieth of what a request usually takes.
func noticeable(roots []int64) float64 {
	if len(roots) == 0 {
		return noticeableLeast
	}
	sorted := slices.Clone(roots)
	slices.Sort(sorted)
	return max(noticeableLeast, noticeableShare*float64(sorted[len(sorted)/2])/1e6)
}

// stale says that there are requests, but none of late: then nothing is known of how they are handled now.
func (r *record) stale() bool {
	newest := int64(0)
	for i := range r.entries {
		newest = max(newest, r.entries[i].at)
	}
	return len(r.entries) > 0 && newest < r.end-int64(staleFor)
}

// since is the place of the first entry that began at a time or later.
func (r *record) since(entries []int32, at int64) int {
	return sort.Search(len(entries), func(i int) bool { return r.entries[entries[i]].at >= at })
}
