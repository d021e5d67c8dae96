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
func (r *record) charged(onset int64) map[int32]*charge {
	pairs := r.pairs(onset)
	into, out := map[int32]counts{}, map[int32]counts{}
	for _, p := range pairs {
		c := into[p.to]
		c.add(p.counts)
		into[p.to] = c
		c = out[p.from]
		c.add(p.counts)
		out[p.from] = c
	}
	charges := map[int32]*charge{}
	of := func(service int32) *charge {
		if charges[service] == nil {
			charges[service] = &charge{}
		}
		return charges[service]
	}
	for i := range pairs {
		p := &pairs[i]
		others, siblings := without(into[p.to], p.counts), without(out[p.from], p.counts)
		toCaller := siblings.of1 > 0 && (others.of1 == 0 && siblings.rise() >= p.rise()/2 || others.of1 > 0 && siblings.rise() > others.rise())
		kept := p.counts
		if toCaller {
			of(p.from).asCaller.take(p, kept, p.to)
			of(p.to).asCallee.take(p, cleared(kept), -1)
		} else {
			of(p.to).asCallee.take(p, kept, p.from)
			of(p.from).asCaller.take(p, cleared(kept), -1)
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

// pairs joins the edges of all operations between the same two services, ordered.
func (r *record) pairs(onset int64) []edgeCounts {
	var found places[[2]int32]
	var pairs []edgeCounts
	for i := range r.gaps {
		c, _ := r.slow(&r.gaps[i], onset)
		if c.of1 == 0 {
			continue
		}
		edge := r.edges.all[i]
		to := r.ops.all[edge.op].service
		if edge.from == to {
			continue
		}
		place := found.place([2]int32{edge.from, to})
		if int(place) == len(pairs) {
			pairs = append(pairs, edgeCounts{from: edge.from, to: to})
		}
		p := &pairs[place]
		if delay := c.current - c.typical; p.of1 == 0 || delay > p.current-p.typical {
			p.typical, p.current = c.typical, c.current
		}
		p.add(c)
	}
	return pairs
}
