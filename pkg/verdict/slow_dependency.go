package verdict

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

var slowDependency = Cause{
	Kind:  "slow-dependency",
	Means: "a database, queue or host without spans of its own, in calls to which a service spends the added time",
	Needs: []incident.Fact{incident.FactRanking, incident.FactOwnTime, incident.FactWitness, incident.FactNextWitness, incident.FactOnset, incident.FactErrors,
		incident.FactLatency, incident.FactTraffic, incident.FactRefused},
	Quiet:   true,
	Find:    findSlowDependency,
	Likely:  []Rule{independentWitnesses},
	Against: []Observation{othersAreServed, ownerSaysWell},
}

// findSlowDependency names what a service waits for instead of the service: as long as its only witness is the caller, it is Possible at
// most. A service whose calls to others wait too is slow at its own end of the network.
func findSlowDependency(c *incident.Case, _ Suspects) Suspects {
	ranking, peer := c.Facts.Ranking, c.Facts.OwnTime.Slow()
	if ranking == nil || peer == nil || nothingMoved(c.Facts) && !difference.MoreThanChance(ranking, c.Window.To) {
		return nil
	}
	at := slices.IndexFunc(ranking.Services, func(r incident.RankedService) bool { return waitsForPeer(c.Facts.OwnTime, &r) })
	if at < 0 {
		return nil
	}
	r := &ranking.Services[at]
	s := newSuspect(peer.Name, incident.Target{Type: string(peer.Type), Name: peer.Name}, difference.PeerName(*peer), "")
	s.ranked, s.calledBy = r, r.Service
	s.saying = wording.Textf("calls from %s to %s take %s a request, normally %s", r.Service, difference.PeerName(*peer),
		numbers.Duration(peer.Spent.Now/1e3), numbers.Duration(peer.Spent.Before/1e3))
	s.has(inRequests, "%s", s.saying)
	s.adds(inRequests, "%s", difference.Describe(r.Service, r.Evidence[0]))
	s.isCounted(c, r)
	s.adds(inRequests, "nothing traces %s itself: the calls may wait there, on the way, or for a connection", peer.Name)
	if s.began = r.Began; s.began != nil {
		s.adds(inRequests, "%s", beganAround(*s.began, shownBy(r.Evidence[0])))
	}
	return Suspects{s}
}

// waitsForPeer says that what speaks most for a service is time that it spends in calls to a peer without a trace.
func waitsForPeer(o *incident.OwnTime, r *incident.RankedService) bool {
	return o.Slow() != nil && isTimed(o, r) && !slices.ContainsFunc(r.Evidence, func(d incident.Difference) bool {
		return rank.Kind(d.Kind) == rank.EdgeLatency && d.Strength >= difference.WorthTelling
	})
}
