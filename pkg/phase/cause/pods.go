package cause

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Pods looks for pods in any namespace that crash, cannot start, run out of memory, restart or are not ready, and were
// not so before.
func Pods() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "pods",
		Title:  "Pods in trouble",
		Needs:  []incident.Fact{incident.FactConventions},
		Awaits: []incident.Fact{incident.FactOnset},
		Learns: []incident.Fact{incident.FactPods},
		Plan:   planPods,
		Read:   readPods,
	}
}

func noCluster() *phase.Skip {
	return phase.Skipf("Have kube-state-metrics scraped into this metrics store, if the services run on Kubernetes.",
		"No metric of Kubernetes' pods is known in this metrics store.")
}

func planPods(c *incident.Case) ([]source.Question, error) {
	if !hasCluster(c) {
		return nil, noCluster()
	}
	troubles, err := podStates(nearby(c).Length())
	if err != nil {
		return nil, err
	}
	text, err := troubles.Text()
	return []source.Question{{Name: "troubles", Kind: source.Range, Text: text, Window: nearby(c), Step: nearbySpacing(c)}}, err
}

// podStates asks for everything that is wrong, as one expression whose series tell by their labels what they speak of:
// a reason, a phase, a condition, a deployment, or else the restarts of a container. Where nothing is wrong it answers
// nothing, however large the cluster.
func podStates(window time.Duration) (promql.Expr, error) {
	waits, err := promql.Pattern("reason", cluster.BadWaits)
	if err != nil {
		return promql.Expr{}, err
	}
	there := func(e promql.Expr, by ...string) promql.Expr { return promql.Above(promql.Max(e, by...), 0) }
	done := promql.Above(promql.Select(convention.PodPhase, promql.Equal("phase", "Succeeded")), 0)
	missing := promql.Minus(promql.Max(promql.Select(convention.DeploymentWanted), "namespace", "deployment"),
		promql.Max(promql.Select(convention.DeploymentThere), "namespace", "deployment"))
	return promql.Or(
		there(promql.Select(convention.PodWaiting, waits), "namespace", "pod", "reason"),
		there(promql.Select(convention.PodTerminated, promql.Equal("reason", cluster.OutOfMemory)), "namespace", "pod", "reason"),
		there(promql.Select(convention.PodPhase, promql.OneOf("phase", "Failed", "Pending", "Unknown")), "namespace", "pod", "phase"),
		promql.Unless(there(promql.Select(convention.PodReady, promql.Equal("condition", "false")), "namespace", "pod", "condition"), done,
			"namespace", "pod"),
		promql.Above(missing, 0),
		promql.EverChanged(promql.Select(convention.PodRestarts), window, "namespace", "pod", "container"),
		promql.Labelled(promql.Sum(promql.Select(convention.PodPhase)), phase.PartLabel, known),
	), nil
}

// known names the series that is there whenever pods are told of at all, so that trouble can be told from the beginning of
// what the store holds.
const known = "known"

// dataBegins is since when the store tells of pods; zero where that is since the time that is looked at, or not known.
func dataBegins(c *incident.Case, series []incident.Series) time.Time {
	for _, s := range series {
		if s.Labels[phase.PartLabel] == known && len(s.Points) > 0 && s.Points[0].Time.Sub(nearby(c).From) > 2*nearbySpacing(c) {
			return s.Points[0].Time
		}
	}
	return time.Time{}
}

func readPods(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("troubles"); problem != nil {
		return phase.Reading{}, problem
	}
	var signs []sign
	begins := dataBegins(c, answers["troubles"].Series)
	for _, s := range answers["troubles"].Series {
		switch {
		case len(s.Points) == 0 || s.Labels[phase.PartLabel] == known:
		case s.Labels["container"] != "":
			signs = append(signs, restartSign(c, s))
		default:
			signs = append(signs, stateSign(c, s))
			if last := &signs[len(signs)-1]; !begins.IsZero() && !s.Points[0].Time.After(begins.Add(nearbySpacing(c))) {
				last.fresh, last.earlier = false, true // it was there when the store began to tell
			}
		}
	}
	troubles := troublesOf(signs)
	reading := phase.ClearBecause(podsClear(c, troubles))
	if len(troubles.New) > 0 {
		reading = phase.FoundThat(podFindings(c, troubles)...)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Pods = &troubles }), nil
}

// sign is one thing that is told of one pod or deployment.
type sign struct {
	namespace, workload, pod string // pod is empty for a deployment
	reason                   string
	size                     float64 // restarts since the neighbourhood began, or missing replicas at its end
	since                    incident.MovedAt
	fresh                    bool // began in the neighbourhood
	earlier                  bool // was there before it
}

// stateSign reads a series that has points only while something is wrong.
func stateSign(c *incident.Case, s incident.Series) sign {
	read := sign{namespace: s.Labels["namespace"], pod: s.Labels["pod"], workload: cluster.WorkloadOf(s.Labels["pod"])}
	switch {
	case s.Labels["deployment"] != "":
		read.workload, read.reason = s.Labels["deployment"], cluster.Unavailable
		read.size = s.Points[len(s.Points)-1].Value
	case s.Labels["condition"] != "":
		read.reason = cluster.NotReady
	case s.Labels["phase"] != "":
		read.reason = s.Labels["phase"]
	default:
		read.reason = s.Labels["reason"]
	}
	read.since, read.fresh, read.earlier = beginning(c, s.Points)
	return read
}

const (
	lasting   = 2 * time.Minute  // of trouble; rollouts and probes make shorter ones all the time
	sameSpell = 10 * time.Minute // between two moments of the same spell of trouble, as of a container that crashes and is started again
)

// spell is a time of trouble.
type spell struct{ previous, first, last time.Time }

// beginning finds the first lasting spell of trouble that began in the neighbourhood. Trouble that came and went before
// as well is not new.
func beginning(c *incident.Case, points []incident.Point) (since incident.MovedAt, fresh, earlier bool) {
	near, far, spacing := c.Around(), c.HourBefore(), nearbySpacing(c)
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
	if !oftener(c, float64(now), float64(then)) {
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
func restartSign(c *incident.Case, s incident.Series) sign {
	read := sign{namespace: s.Labels["namespace"], pod: s.Labels["pod"], workload: cluster.WorkloadOf(s.Labels["pod"]), reason: cluster.Restarting}
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
		if grown > 0 && read.since.Latest.IsZero() {
			read.since = incident.MovedAt{Earliest: p.Time.Add(-nearbySpacing(c)), Latest: p.Time}
		}
		read.size += grown
	}
	read.earlier = earlier > 0
	read.fresh = oftener(c, read.size, earlier)
	return read
}
