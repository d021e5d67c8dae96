package rank

// marks are what the entries show, as it can be counted anew for every order of the requests without looking at them again.
type marks struct {
	shown           []mark // the strata that an entry is a hit of
	strata          []stratumOf
	first           []int32 // of each signal, its first stratum; one more at the end
	late, waited    []bool  // of each entry, that it takes long by itself, and that its caller waits long
	hits            *tally  // by stratum
	ofOp, ofRead    *tally  // entries by operation, and those whose lines are known
	slowOwn         *tally  // by operation
	slowGap, ofGap  *tally  // by edge
	at              int     // the moment that is looked at
	ofEntry, hasGap []int32 // of each entry its operation; its edge where the caller waited for it, else -1
	readEntry       []bool
}

type mark struct{ entry, stratum int32 }

// stratumOf says what the hits of a stratum are counted among.
type stratumOf struct {
	op   int32
	read bool
}

func (r *record) marks(onset int64, width int) *marks {
	m := &marks{late: make([]bool, len(r.entries)), waited: make([]bool, len(r.entries)), ofEntry: make([]int32, len(r.entries)),
		hasGap: make([]int32, len(r.entries)), readEntry: make([]bool, len(r.entries))}
	for i := range r.entries {
		e := &r.entries[i]
		m.ofEntry[i], m.readEntry[i], m.hasGap[i] = e.op, e.read, -1
		if e.gap >= 0 {
			m.hasGap[i] = e.edge
		}
	}
	for i := range r.signals {
		m.first = append(m.first, narrow(len(m.strata)))
		for _, t := range r.signals[i].strata {
			for _, e := range t.hits {
				m.shown = append(m.shown, mark{e, narrow(len(m.strata))})
			}
			m.strata = append(m.strata, stratumOf{r.entries[t.all[0]].op, r.signals[i].kind == LogPattern})
		}
	}
	m.first = append(m.first, narrow(len(m.strata)))
	r.markSlow(r.own, onset, m.late)
	r.markSlow(r.gaps, onset, m.waited)
	ops, edges := len(r.own), len(r.gaps)
	m.hits, m.ofOp, m.ofRead, m.slowOwn = newTally(len(m.strata), width), newTally(ops, width), newTally(ops, width), newTally(ops, width)
	m.slowGap, m.ofGap = newTally(edges, width), newTally(edges, width)
	return m
}

// markSlow marks the entries that take longer than usual, as that is known at a moment.
func (r *record) markSlow(timings []timing, onset int64, slow []bool) {
	for i := range timings {
		for _, o := range r.timed(nil, &timings[i], onset) {
			slow[o.entry] = o.abnormal
		}
	}
}

// markAnew marks them by what was usual before the first moment in another order. Where that is not known the marks stay.
func (r *record) markAnew(timings []timing, places []int32, slow []bool) {
	usual := make([]float64, 0, sampled)
	for i := range timings {
		t := &timings[i]
		usual = usual[:0]
		for at := 0; at < len(t.entries); at += 1 + len(t.entries)/sampled {
			if places[t.entries[at]] == 0 {
				usual = append(usual, t.values[at])
			}
		}
		if len(usual) < fewestBefore {
			continue
		}
		_, limit := r.limit(usual)
		for at, e := range t.entries {
			slow[e] = t.values[at] > limit
		}
	}
}

// count counts everything in the order in which each entry has a place among the moments.
func (m *marks) count(places []int32, recent []bool) {
	all := []*tally{m.hits, m.ofOp, m.ofRead, m.slowOwn, m.slowGap, m.ofGap}
	for _, t := range all {
		t.clear()
	}
	for i, place := range places {
		op := m.ofEntry[i]
		m.ofOp.add(op, place, recent[i])
		if m.readEntry[i] {
			m.ofRead.add(op, place, recent[i])
		}
		if m.late[i] {
			m.slowOwn.add(op, place, recent[i])
		}
		if edge := m.hasGap[i]; edge >= 0 {
			m.ofGap.add(edge, place, recent[i])
			if m.waited[i] {
				m.slowGap.add(edge, place, recent[i])
			}
		}
	}
	for _, x := range m.shown {
		m.hits.add(x.stratum, places[x.entry], recent[x.entry])
	}
	for _, t := range all {
		t.sum()
	}
}

// signal counts a signal on both sides of the moment that is looked at, as compare does; if asked, also how much of it is left.
func (m *marks) signal(i int, left bool) counts {
	var c counts
	expected := 0.0
	for row := m.first[i]; row < m.first[i+1]; row++ {
		among := m.ofOp
		if m.strata[row].read {
			among = m.ofRead
		}
		part := m.share(m.hits, row, among, m.strata[row].op, left)
		if part.of1 == 0 {
			continue
		}
		expected += part.of1 * part.hits0 / part.of0
		part.hits0 = 0
		c.add(part)
	}
	if c.of1 > 0 {
		c.hits0 = c.of0 * expected / c.of1
	}
	return c
}

// share counts a row of hits among a row of all; nothing where these are too few.
func (m *marks) share(hits *tally, row int32, among *tally, of int32, left bool) counts {
	now, before := among.both(of, m.at)
	if now == 0 || before < fewestBefore {
		return counts{}
	}
	hits1, hits0 := hits.both(row, m.at)
	c := counts{hits1: float64(hits1), of1: float64(now), hits0: float64(hits0), of0: float64(before)}
	if left {
		c.late, c.of = m.lately(hits, row, among, of, now)
	}
	return c
}

// lately counts those of the last minutes, or where these are few, of the last moments that have half of those since the
// one that is looked at: what the rule for requests as they came makes of them, as precisely as the moments are.
func (m *marks) lately(hits *tally, row int32, among *tally, of, now int32) (late, all float64) {
	from := m.at
	switch recent := among.recent[of]; {
	case recent >= fewestFresh && recent < now:
		return float64(hits.recent[row]), float64(recent)
	case recent >= now && now >= fewestFresh: // all since that moment are of the last minutes
		return m.since(hits, row, among, of, from)
	case now < 2*fewestLate:
		return 0, 0
	}
	for next := from + 1; next < among.width; next++ {
		if later, _ := among.both(of, next); 2*later < now {
			break
		}
		from = next
	}
	return m.since(hits, row, among, of, from)
}

func (m *marks) since(hits *tally, row int32, among *tally, of int32, moment int) (late, all float64) {
	n, _ := hits.both(row, moment)
	among1, _ := among.both(of, moment)
	return float64(n), float64(among1)
}

// tally counts, row by row, how many began at each of some moments or later, and how many in the last minutes.
type tally struct {
	width  int
	counts []int32
	recent []int32
}

func newTally(rows, width int) *tally {
	return &tally{width: width, counts: make([]int32, rows*width), recent: make([]int32, rows)}
}

func (t *tally) clear() {
	clear(t.counts)
	clear(t.recent)
}

func (t *tally) add(row, place int32, recent bool) {
	t.counts[int(row)*t.width+int(place)]++
	if recent {
		t.recent[row]++
	}
}

// sum turns how many lie between two moments into how many lie at the earlier one or later.
func (t *tally) sum() {
	for row := 0; row < len(t.counts); row += t.width {
		for i := row + t.width - 2; i >= row; i-- {
			t.counts[i] += t.counts[i+1]
		}
	}
}

// both is how many of a row lie at a moment or later, and how many before.
func (t *tally) both(row int32, moment int) (now, before int32) {
	now = t.counts[int(row)*t.width+moment]
	return now, t.counts[int(row)*t.width] - now
}
