package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// blockedWorkloads are the causes of workloads that cannot run or cannot be reached for a reason that is known: one for each kind of
// blocker.
var blockedWorkloads = causesOfBlockers()

func causesOfBlockers() list {
	var all list
	for _, b := range cluster.Blockers() {
		all = append(all, Cause{
			Kind: b.Kind, Means: b.Means, Needs: append([]incident.Fact{incident.FactDependencies, incident.FactTraffic}, unhealthyWorkload.Needs...), After: symptoms, Depth: 1,
			Find:     func(c *incident.Case, symptoms Suspects) Suspects { return findBlocked(c, b.Kind, symptoms) },
			Likely:   []Rule{isGone},
			Against:  []Observation{stillServes, ownerSaysIll},
			Timeline: workloadTimeline,
			Advise:   func(a *advice.Advice, c *incident.Case, named incident.Candidate) { adviseOnBlocker(a, c, b, named) },
		})
	}
	return all
}

// kinds are those of the causes of a list.
func (l list) kinds() []incident.CauseKind {
	all := make([]incident.CauseKind, len(l))
	for i, k := range l {
		all[i] = k.Kind
	}
	return all
}

// mayBlock says whether anything that is told can be of a kind of blocker.
func mayBlock(f *incident.Facts, kind incident.CauseKind) bool {
	return f.Events != nil && slices.ContainsFunc(f.Events.Warnings, func(w incident.EventGroup) bool { return w.Blocked != nil && w.Blocked.Kind == kind }) ||
		f.Pods != nil && slices.ContainsFunc(f.Pods.New, func(t incident.PodTrouble) bool {
			b, tells := cluster.BlockerIn(t.Reason)
			return tells && b.Kind == kind || t.Reason == "CrashLoopBackOff"
		})
}

// findBlocked finds the workloads that a kind of blocker keeps from running, and that the failure depends on.
func findBlocked(c *incident.Case, kind incident.CauseKind, symptoms Suspects) Suspects {
	if !mayBlock(&c.Facts, kind) {
		return nil
	}
	var all Suspects
	for _, u := range unhealthyWorkloads(c.Facts) {
		b := u.blocked(&c.Facts)
		if b == nil || b.Kind != kind {
			continue
		}
		s := workloadSuspect(c, u, symptoms)
		if s == nil {
			continue
		}
		s.saying = wording.Textf("%s %s", u.product(), b.clause())
		if b.said != "" && !toldAlready(u, b.warning) {
			s.adds(inCluster, "Kubernetes says: %s", wording.Quoted(b.said))
		}
		if b.wrote != "" {
			s.has(inLogs, "%s wrote %s, which it did not before", u.workload, wording.Quoted(b.wrote))
		}
		if called := calledInVain(c, u); called != "" {
			s.adds(inTrace, "%s", called)
		}
		all = append(all, s)
	}
	return all
}

// toldAlready says that the message of a workload's warning is among those that every suspect of it quotes.
func toldAlready(u *unhealthy, w *incident.EventGroup) bool {
	return slices.ContainsFunc(u.warnings[:min(quotedWarnings, len(u.warnings))], func(other incident.EventGroup) bool { return other.Message == w.Blocked.Said })
}

// isGone says that nothing of a workload is there any more by two witnesses: the cluster has no available replica of it, and those who
// call it get no answer, or it is the alerting service and has no requests. A workload of which some pods still run can hardly be known
// to be the cause.
func isGone(c *incident.Case, s *Suspect) bool {
	u := s.unhealthy
	if !s.kinds[inTime] || u == nil || u.trouble == nil || !u.trouble.None && u.trouble.Reason != cluster.NoEndpoints {
		return false
	}
	if cluster.SameWorkload(c.Subject.Service, u.workload) {
		t := c.Facts.Traffic
		return t != nil && t.Worse && t.Now == 0
	}
	return calledInVain(c, u) != ""
}

// stillServes: where a workload still handles requests, what keeps some of its pods from running is not why the others fail.
func stillServes(c *incident.Case, s *Suspect) *incident.Contradiction {
	query := search(c, traceql.Spans(spansOf(c, s.service)...),
		fmt.Sprintf("Finds requests that %s handled since the onset. If there are any, some of its pods still serve.", s.service))
	return asking(contradiction("still-serves", fmt.Sprintf("%s still handles requests", s.service), incident.NotKnown, "its own spans were not looked at"), query)
}

// calledInVain says how the failing request called a workload that does not answer; empty where it did not.
func calledInVain(c *incident.Case, u *unhealthy) string {
	culprit := c.Facts.Culprit
	if culprit == nil || !culprit.Span.Failed || culprit.External == "" || !isCalled(culprit.Span, culprit.External, u) {
		return ""
	}
	if said := convention.Said(culprit.Span); said != "" {
		return "the failing call goes to " + culprit.External + " and says " + wording.Quoted(said)
	}
	return "the failing call goes to " + culprit.External + ", which has no span in the trace"
}

// isCalled says whether a call to a host goes to a workload: under its own name, with its namespace where the host tells one.
func isCalled(span incident.Span, host string, u *unhealthy) bool {
	for _, name := range []string{host, span.Attributes["peer.service"]} {
		labels := strings.Split(name, ".")
		other := len(labels) > 1 && u.namespace != "" && labels[1] != u.namespace
		if inside := len(labels) == 1 || len(labels) == 2 || labels[2] == "svc"; inside && !other && cluster.SameWorkload(labels[0], u.workload) {
			return true
		}
	}
	return false
}

// adviseOnBlocker gives the commands of a kind of blocker, with the values of the case.
func adviseOnBlocker(a *advice.Advice, c *incident.Case, b cluster.Blocker, named incident.Candidate) {
	step, values := "cause/pods", map[string]string{"{workload}": named.Target.Name, "{namespace}": named.Target.Namespace}
	for _, u := range unhealthyWorkloads(c.Facts) {
		if u.namespace != named.Target.Namespace || u.workload != named.Target.Name {
			continue
		}
		if u.trouble != nil && len(u.trouble.Pods) > 0 {
			values["{pod}"] = u.trouble.Pods[0]
		}
		if found := u.blocked(&c.Facts); found != nil && found.Kind == b.Kind {
			values["{what}"] = found.what
			if found.warning != nil {
				step = "cause/events"
			}
		}
	}
	for _, k := range b.Looks {
		if text, filled, ok := filledIn(k.Text, values); ok {
			a.Look(step, k.Why, text, filled...)
		}
	}
	for _, k := range b.Remedies {
		if text, filled, ok := filledIn(k.Text, values); ok {
			a.Change(step, k.Why, text, filled...)
		}
	}
	takeBackRollout(a, c, named)
}

// takeBackRollout goes back to what ran before, where the workload was rolled out before the trouble began.
func takeBackRollout(a *advice.Advice, c *incident.Case, named incident.Candidate) {
	if c.Facts.Changes == nil {
		return
	}
	for _, k := range c.Facts.Changes.List {
		if k.BeforeOnset && k.Kind == "Deployment" && k.Action == incident.RolledOut && k.Namespace == named.Target.Namespace && cluster.SameWorkload(k.Object, named.Target.Name) {
			a.Change("cause/changes", "Go back to the version of "+k.Object+" before the rollout.", "kubectl rollout undo deployment/%s -n %s", k.Object, k.Namespace)
			a.After("cause/changes", "Wait until the earlier version serves.", "kubectl rollout status deployment/%s -n %s", k.Object, k.Namespace)
			return
		}
	}
}

// filledIn makes a command with a value for each of its places; false where one of them is not known.
func filledIn(command string, values map[string]string) (text string, filled []string, ok bool) {
	var b strings.Builder
	for rest := command; ; {
		from := strings.IndexByte(rest, '{')
		if from < 0 {
			return b.String() + rest, filled, true
		}
		to := from + strings.IndexByte(rest[from:], '}') + 1
		place := rest[from:max(from+1, to)]
		value, known := values[place]
		switch {
		case known && value == "":
			return "", nil, false
		case known:
			b.WriteString(rest[:from] + "%s")
			filled = append(filled, value)
		case slices.Contains(places, place):
			return "", nil, false
		default:
			b.WriteString(rest[:from] + place)
		}
		rest = rest[from+len(place):]
	}
}

// places are what a blocker's command may name of the case.
var places = []string{"{workload}", "{namespace}", "{pod}", "{what}"}
