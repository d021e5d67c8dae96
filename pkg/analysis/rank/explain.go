package rank

import "time"

// explain puts a caller behind the callee whose change comes with its own: where nearly every request in which the
// caller behaves otherwise is one in which the callee does too, the caller shows the symptom. It puts a service likewise behind another
// one that had failed before in nearly every request in which it behaves otherwise: what undoes the rest of a request, and what is asked
// in the place of what failed, are consequences.
func (r *record) explain(all []*accusation, demote func(a *accusation, by int32, score float64)) {
	changed := make([]map[int32]bool, len(all))
	above := make([]map[int32]bool, len(all))   // entries that a changed one is below
	failed := make([]map[int32]int64, len(all)) // when the first changed one that went wrong ended, by trace
	scores := make([]float64, len(all))
	for i, a := range all {
		scores[i] = a.score
		changed[i] = r.abnormal(&a.found[0], a.onset)
		failed[i] = r.firstFailed(changed[i])
		above[i] = map[int32]bool{}
		for e := range changed[i] {
			for up := r.entries[e].up; up >= 0; up = r.entries[up].up {
				above[i][up] = true
			}
		}
	}
	for i, a := range all {
		if kind := a.found[0].kind; len(changed[i]) == 0 || kind == EdgeLatency || kind == OwnLatency {
			continue
		}
		explains := func(j int) bool {
			return i != j && scores[j] >= r.StrongFor*scores[i] && (r.comesWith(changed[i], above[j]) || r.comesAfter(changed[i], failed[j]))
		}
		if best := strongest(all, scores, explains); best >= 0 {
			demote(a, all[best].service, min(scores[i], r.Behind*scores[best]))
		}
	}
}

// strongest is the place of the accusation with the highest score among those that are meant; -1 where there is none.
func strongest(all []*accusation, scores []float64, meant func(int) bool) int {
	best := -1
	for j := range all {
		if !meant(j) {
			continue
		}
		if best < 0 || scores[j] > scores[best] || scores[j] == scores[best] && all[j].service < all[best].service {
			best = j
		}
	}
	return best
}

// firstFailed is when the first of some entries that went wrong ended, by trace, Unix ns.
func (r *record) firstFailed(changed map[int32]bool) map[int32]int64 {
	ended := map[int32]int64{}
	for e := range changed {
		if entry := &r.entries[e]; entry.troubled {
			end := entry.at + entry.took
			if known, there := ended[entry.trace]; !there || end < known {
				ended[entry.trace] = end
			}
		}
	}
	return ended
}

// comesAfter says that nearly all of some entries began when others of their requests had gone wrong, by more than clocks of two services
// may differ.
func (r *record) comesAfter(changed map[int32]bool, failed map[int32]int64) bool {
	after := 0
	for e := range changed {
		if end, there := failed[r.entries[e].trace]; there && r.entries[e].at >= end-skew {
			after++
		}
	}
	return float64(after) >= r.ComesWith*float64(len(changed))
}

// skew is by how much clocks of two services may differ, in ns.
const skew = int64(time.Millisecond)

func (r *record) comesWith(changed, above map[int32]bool) bool {
	with := 0
	for e := range changed {
		if above[e] {
			with++
		}
	}
	return float64(with) >= r.ComesWith*float64(len(changed))
}

// abnormal are the entries since the onset that show what is new, or lack what is gone.
func (r *record) abnormal(x *found, onset int64) map[int32]bool {
	entries := map[int32]bool{}
	for _, o := range r.observed(x, onset) {
		if o.abnormal && r.entries[o.entry].at >= onset {
			entries[o.entry] = true
		}
	}
	return entries
}
