package rank

import "slices"

// usualCall is the share of an operation's earlier requests that make a call, from which it is one that belongs to the operation.
const usualCall = 0.5

// inPieces marks the entries of which the other end of a usual call is missing, though they made it: they have as many spans of their
// own as those with that call, and fewer calls. Spans that are late, lost or not sampled leave such pieces. What an entry waited for
// there looks like time of its own.
func (r *record) inPieces() []bool {
	pieces := make([]bool, len(r.entries))
	for i := range r.signals {
		s := &r.signals[i]
		if s.kind != CallPattern || !r.ownSpan[r.features.of[s.feature]] {
			continue
		}
		for n := range s.strata {
			if t := &s.strata[n]; r.isUsual(t) {
				r.markPieces(t, pieces)
			}
		}
	}
	return pieces
}

// isUsual says whether the earlier half of an operation's requests mostly makes a call: it is the later ones that come in pieces.
func (r *record) isUsual(t *stratum) bool {
	early := t.all[:(len(t.all)+1)/2]
	hits := 0
	for _, e := range t.hits {
		if !r.entryAfter(e, early[len(early)-1]) {
			hits++
		}
	}
	return float64(hits) >= usualCall*float64(len(early))
}

func (r *record) markPieces(t *stratum, pieces []bool) {
	spans := r.spansOfCallers(t.hits)
	if spans == 0 {
		return
	}
	calls := make([]int32, len(t.hits))
	for i, e := range t.hits {
		calls[i] = r.entries[e].calls
	}
	slices.Sort(calls)
	usual, next := calls[len(calls)/2], 0
	for _, e := range t.all {
		if next < len(t.hits) && t.hits[next] == e {
			next++
			continue
		}
		if entry := &r.entries[e]; entry.spans >= spans && entry.calls < usual {
			pieces[e] = true
		}
	}
}
