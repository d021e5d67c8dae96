package rank

import "slices"

// telling are the strata of a signal, of those entries alone that tell something by not showing it. A request that failed may
// have ended before, the spans of a trace in pieces may be elsewhere, and a call whose own span is there was made, though that of
// the one called is missing: late, lost or not sampled. Both sides of an onset are held to the same.
func (r *record) telling(s *signal) []stratum {
	if s.telling == nil {
		s.telling = make([]stratum, len(s.strata))
		for i := range s.strata {
			s.telling[i] = r.tellingOf(&s.strata[i], r.ownSpan[r.features.of[s.feature]])
		}
	}
	return s.telling
}

// tellingOf is telling of one stratum. Spans says that callers have a span of their own for what the signal tells of.
func (r *record) tellingOf(t *stratum, spans bool) stratum {
	told := func(e int32) bool { return r.entries[e].whole && !r.entries[e].troubled }
	kept := stratum{hits: slices.DeleteFunc(slices.Clone(t.hits), func(e int32) bool { return !told(e) })}
	usual := int32(0)
	if spans {
		usual = r.spansOfCallers(kept.hits)
	}
	next := 0
	for _, e := range t.all {
		for next < len(kept.hits) && r.entryAfter(e, kept.hits[next]) {
			next++
		}
		hit := next < len(kept.hits) && kept.hits[next] == e
		if hit || told(e) && (usual <= 0 || r.entries[e].spans < usual) {
			kept.all = append(kept.all, e)
		}
	}
	return kept
}

// entryAfter says whether an entry comes after another one in the order of time, as strata are ordered.
func (r *record) entryAfter(e, other int32) bool {
	a, b := r.entries[e].at, r.entries[other].at
	return a > b || a == b && e > other
}

// spansOfCallers is the usual number of spans of callers in requests in which they made a call; 0 where it is not known.
func (r *record) spansOfCallers(entries []int32) int32 {
	var spans []int32
	for _, e := range entries {
		if n := r.entries[e].spans; n > 0 {
			spans = append(spans, n)
		}
	}
	if len(spans) == 0 {
		return 0
	}
	slices.Sort(spans)
	return spans[len(spans)/2]
}
