package cause

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
)

// The parts of the question whose labels do not tell what they are.
const (
	initContainer = "init"   // init containers that run
	noReplica     = "none"   // workloads of which no replica is available
	wanted        = "wanted" // how many replicas are wanted, where that changed
)

// known names the series that is there whenever pods are told of at all, so that trouble can be told from the beginning of
// what the store holds. Every pod has a series for each phase; one of them is enough.
const known = "known"

// podStates asks for everything that is wrong, as one expression whose series tell by their labels what they speak of:
// a reason, a phase, a condition, a workload, a Service, or else the restarts of a container. Where nothing is wrong it answers
// nothing, however large the cluster.
func podStates(window time.Duration) (promql.Expr, error) {
	waits, err := promql.Pattern("reason", cluster.BadWaits)
	if err != nil {
		return promql.Expr{}, err
	}
	ends, err := promql.Pattern("reason", cluster.PodReasons)
	if err != nil {
		return promql.Expr{}, err
	}
	done := promql.Above(promql.Select(convention.PodPhase, promql.Equal("phase", "Succeeded")), 0)
	states := []promql.Expr{
		there(promql.Select(convention.PodWaiting, waits), "namespace", "pod", "reason"),
		there(promql.Select(convention.InitWaiting, waits), "namespace", "pod", "reason"),
		there(promql.Select(convention.PodTerminated, promql.Equal("reason", cluster.OutOfMemory)), "namespace", "pod", "reason"),
		there(promql.Select(convention.PodReason, ends), "namespace", "pod", "reason"),
		promql.Labelled(there(promql.Select(convention.InitRunning), "namespace", "pod", "container"), phase.PartLabel, initContainer),
		there(promql.Select(convention.PodPhase, promql.OneOf("phase", "Failed", "Pending", "Unknown")), "namespace", "pod", "phase"),
		promql.Unless(there(promql.Select(convention.PodReady, promql.Equal("condition", "false")), "namespace", "pod", "condition"), done,
			"namespace", "pod"),
		promql.EverChanged(promql.Select(convention.PodRestarts), window, "namespace", "pod", "container"),
		promql.Labelled(promql.Sum(promql.Select(convention.PodPhase, promql.Equal("phase", "Running"))), phase.PartLabel, known),
	}
	states = append(states, lackingReplicas(window, convention.DeploymentWanted, convention.DeploymentThere, "deployment")...)
	states = append(states, lackingReplicas(window, convention.StatefulSetWanted, convention.StatefulSetThere, "statefulset")...)
	states = append(states, there(promql.Select(convention.DaemonSetMissing), "namespace", "daemonset"))
	return promql.Or(append(states, withoutEndpoints(window)...)...), nil
}

func there(e promql.Expr, by ...string) promql.Expr { return promql.Above(promql.Max(e, by...), 0) }

// lackingReplicas are the workloads of a kind that lack replicas, those that have none, and how many are wanted of those that were scaled.
func lackingReplicas(window time.Duration, wants, has, kind string) []promql.Expr {
	want, have := promql.Max(promql.Select(wants), "namespace", kind), promql.Max(promql.Select(has), "namespace", kind)
	return []promql.Expr{
		promql.Above(promql.Minus(want, have), 0),
		promql.Labelled(promql.And(promql.Below(have, 1), promql.Above(want, 0)), phase.PartLabel, noReplica),
		promql.Labelled(promql.EverChanged(promql.Select(wants), window, "namespace", kind), phase.PartLabel, wanted),
	}
}

// withoutEndpoints are the Services that have no ready address and had one: many never have any.
func withoutEndpoints(window time.Duration) []promql.Expr {
	ready := promql.Select(convention.EndpointAddresses, promql.Equal("ready", "true"))
	none := promql.Unless(promql.CountBy(promql.Select(convention.Endpoints), "namespace", "endpoint"), promql.CountBy(ready, "namespace", "endpoint"), "namespace", "endpoint")
	return []promql.Expr{
		promql.EverThere(none, ready, window, "namespace", "endpoint"),
		promql.Below(promql.EverChanged(promql.Select(convention.EndpointsAvailable), window, "namespace", "endpoint"), 1),
	}
}

// workloadLabels name a workload or a Service by itself, with what is wrong where a series has one.
var workloadLabels = []struct{ label, reason string }{
	{"deployment", cluster.Unavailable}, {"statefulset", cluster.Unavailable}, {"daemonset", cluster.Unavailable}, {"endpoint", cluster.NoEndpoints},
}

// stateSign reads a series that has points only while something is wrong.
func stateSign(c *incident.Case, s incident.Series) cluster.Sign {
	read := cluster.Sign{Namespace: s.Labels["namespace"], Pod: s.Labels["pod"], Workload: cluster.WorkloadOf(s.Labels["pod"])}
	read.Since, read.Fresh, read.Earlier = beginning(c, s.Points)
	for _, kind := range workloadLabels {
		if name := s.Labels[kind.label]; name != "" {
			read.Workload, read.Reason = name, kind.reason
		}
	}
	last := s.Points[len(s.Points)-1]
	still := phase.Nearby(c).To.Sub(last.Time) <= sameSample*phase.NearbySpacing(c) // else they are there again
	switch {
	case s.Labels[phase.PartLabel] == noReplica:
		read.None = still
	case s.Labels[phase.PartLabel] == initContainer:
		read.Reason, read.Of = cluster.InitWaits, s.Labels["container"]
	case read.Reason == cluster.Unavailable && still:
		read.Size = last.Value
	case read.Reason != "":
	case s.Labels["condition"] != "":
		read.Reason = cluster.NotReady
	case s.Labels["phase"] != "":
		read.Reason = s.Labels["phase"]
	default:
		read.Reason = s.Labels["reason"]
	}
	return read
}

// scaledToZero reads how many replicas are wanted of a workload. One that has had none before, as a worker that an autoscaler stops when
// it has no work, is nothing new.
func scaledToZero(c *incident.Case, s incident.Series) (cluster.Sign, bool) {
	last := len(s.Points) - 1
	for at := range s.Points[:last+1] {
		if s.Points[at].Value == 0 && (at == 0 || !s.Points[at].Time.After(c.Around().From)) {
			return cluster.Sign{}, false
		}
	}
	first := last
	for first > 0 && s.Points[first-1].Value == 0 {
		first--
	}
	if s.Points[last].Value != 0 || s.Points[last].Time.Sub(s.Points[first].Time) < lasting-phase.NearbySpacing(c) {
		return cluster.Sign{}, false
	}
	workload := phase.FirstLabel(s, []string{"deployment", "statefulset"})
	return cluster.Sign{Namespace: s.Labels["namespace"], Workload: workload, Reason: cluster.ScaledToZero, None: true, Fresh: true,
		Since: incident.MovedAt{Earliest: s.Points[first-1].Time, Latest: s.Points[first].Time}}, true
}

const (
	lasting    = 2 * time.Minute  // of trouble; rollouts and probes make shorter ones all the time
	sameSample = 4                // points that a number may be old and still be that of now
	sameSpell  = 10 * time.Minute // between two moments of the same spell of trouble, as of a container that crashes and is started again
)

// spell is a time of trouble.
type spell struct{ previous, first, last time.Time }

// beginning finds the first lasting spell of trouble that began in the neighbourhood. Trouble that came and went before
// as well is not new.
func beginning(c *incident.Case, points []incident.Point) (since incident.MovedAt, fresh, earlier bool) {
	near, far, spacing := c.Around(), c.HourBefore(), phase.NearbySpacing(c)
	var spells []spell
	now, then := 0, 0
	for _, p := range points {
		if near.Contains(p.Time) || p.Time.Equal(near.To) {
			now++
		} else if far.Contains(p.Time) {
			then++
		}
		if n := len(spells); n > 0 && p.Time.Sub(spells[n-1].last) <= sameSpell {
			spells[n-1].last = p.Time
			continue
		}
		spells = append(spells, spell{previous: p.Time.Add(-spacing), first: p.Time, last: p.Time})
	}
	if !phase.MuchOftener(c, float64(now), float64(then)) {
		return since, false, then > 0
	}
	for _, s := range spells {
		if s.first.After(near.From) && s.last.Sub(s.first) >= lasting-spacing {
			return incident.MovedAt{Earliest: s.previous, Latest: s.first}, true, then > 0
		}
	}
	return since, false, then > 0
}

// restartSign reads the counter of a container's restarts, which begins anew when a pod of the same name is made again.
func restartSign(c *incident.Case, s incident.Series) cluster.Sign {
	read := cluster.Sign{Namespace: s.Labels["namespace"], Pod: s.Labels["pod"], Workload: cluster.WorkloadOf(s.Labels["pod"]), Reason: cluster.Restarting}
	previous, earlier := s.Points[0].Value, 0.0 // a container may be older than what is looked at
	for _, p := range s.Points {
		grown := p.Value - previous
		if grown < 0 {
			grown = p.Value
		}
		previous = p.Value
		if !p.Time.After(c.Around().From) {
			earlier += grown
			continue
		}
		if grown > 0 && read.Since.Latest.IsZero() {
			read.Since = incident.MovedAt{Earliest: p.Time.Add(-phase.NearbySpacing(c)), Latest: p.Time}
		}
		read.Size += grown
	}
	read.Earlier = earlier > 0
	read.Fresh = phase.MuchOftener(c, read.Size, earlier)
	return read
}
