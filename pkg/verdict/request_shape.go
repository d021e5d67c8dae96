package verdict

import (
	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
)

// isTimed says that what speaks most for a service is the time of the operation whose requests were taken apart.
func isTimed(o *incident.OwnTime, r *incident.RankedService) bool {
	return o != nil && r.Service == o.Service && len(r.Evidence) > 0 && rank.Kind(r.Evidence[0].Kind) == rank.OwnLatency && r.Evidence[0].About.Operation == o.Operation
}

// shapesOf are how a service's requests are built otherwise than before, a clause each.
func shapesOf(o *incident.OwnTime, r *incident.RankedService) []string {
	if !isTimed(o, r) {
		return nil
	}
	var all []string
	for _, p := range o.Peers {
		if p.IsOftener() {
			all = append(all, difference.PeerCalls(o, p))
		}
	}
	if o.IsChained() {
		all = append(all, difference.Chained(o))
	}
	if o.IsIdle() {
		all = append(all, difference.Idle(o))
	}
	return all
}

// callsMore says that most of the time that speaks for a service went in calls to something that nothing traces, which are no slower than
// before or were not made before. Who asks more often may be at fault, and so may a cache that no longer answers.
func callsMore(o *incident.OwnTime, r *incident.RankedService) bool {
	return isTimed(o, r) && o.Longest() != nil && !o.Longest().IsSlower()
}
