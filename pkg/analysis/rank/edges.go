package rank

// Calls that wait longer than the one called works are slow on the edge between the two: the network, a queue, the
// machine of either. Which of the two is charged, the others tell: a callee that is slow for all its callers, or a caller
// for which all its callees are slow.

// edgeCounts is one edge between two services, all its operations together.
type edgeCounts struct {
	from, to int32
	counts
}

// rise is by how much the share of slow calls rose; 0 where it fell.
func (c counts) rise() float64 {
	if c.of1 == 0 || c.of0 == 0 {
		return 0
	}
	return max(0, c.hits1/c.of1-c.hits0/c.of0)
}

// charged gives each service's slow calls: those of the edges charged to it, among all calls of the same side.
func (r *record) charged(onset int64) []charge {
	return r.charge(r.between(func(edge int) counts {
		c, _ := r.slow(&r.gaps[edge], onset)
		return c
	}))
}

// charge gives the calls between services to one of the two sides, by service.
func (r *record) charge(pairs []edgeCounts) []charge {
	into, out := make([]counts, len(r.services.all)), make([]counts, len(r.services.all))
	for i := range pairs {
		into[pairs[i].to].add(pairs[i].counts)
		out[pairs[i].from].add(pairs[i].counts)
	}
	charges := make([]charge, len(r.services.all))
	for i := range pairs {
		p := &pairs[i]
		if p.of1 == 0 {
			continue
		}
		others, siblings := without(into[p.to], p.counts), without(out[p.from], p.counts)
		toCaller := siblings.of1 > 0 && (others.of1 == 0 && siblings.rise() >= p.rise()/2 || others.of1 > 0 && siblings.rise() > others.rise())
		kept := p.counts
		if toCaller {
			charges[p.from].asCaller.take(p, kept, p.to)
			charges[p.to].asCallee.take(p, cleared(kept), -1)
		} else {
			charges[p.to].asCallee.take(p, kept, p.from)
			charges[p.from].asCaller.take(p, cleared(kept), -1)
		}
	}
	return charges
}

// cleared is calls that are charged to the other side: they count as calls that were not slow.
func cleared(c counts) counts { return counts{of1: c.of1, of0: c.of0, of: c.of} }

func without(all, part counts) counts {
	return counts{hits1: all.hits1 - part.hits1, of1: all.of1 - part.of1, hits0: all.hits0 - part.hits0, of0: all.of0 - part.of0}
}

// charge is what a service is charged with, as the one called and as the caller.
type charge struct {
	asCallee, asCaller side
}

type side struct {
	counts
	peers []int32
	worst float64
}

func (s *side) take(p *edgeCounts, c counts, peer int32) {
	s.add(c)
	if peer < 0 || p.rise() == 0 {
		return
	}
	s.peers = append(s.peers, peer)
	if delay := p.current - p.typical; delay > s.worst || s.current == 0 {
		s.worst, s.typical, s.current = delay, p.typical, p.current
	}
}

// between joins the edges of all operations between the same two services. It is told how often each edge is slow.
func (r *record) between(slow func(edge int) counts) []edgeCounts {
	pairs := make([]edgeCounts, len(r.pairs.all))
	for i := range r.gaps {
		if r.pairOf[i] < 0 {
			continue
		}
		c := slow(i)
		if c.of1 == 0 {
			continue
		}
		p := &pairs[r.pairOf[i]]
		if delay := c.current - c.typical; p.of1 == 0 || delay > p.current-p.typical {
			p.typical, p.current = c.typical, c.current
		}
		p.add(c)
	}
	for i, ends := range r.pairs.all {
		pairs[i].from, pairs[i].to = ends[0], ends[1]
	}
	return pairs
}

// findPairs notes which two services each edge lies between; -1 where a service calls itself.
func (r *record) findPairs() {
	r.pairOf = make([]int32, len(r.edges.all))
	for i, edge := range r.edges.all {
		if to := r.ops.all[edge.op].service; edge.from != to {
			r.pairOf[i] = r.pairs.number([2]int32{edge.from, to})
		} else {
			r.pairOf[i] = -1
		}
	}
}
