package cause

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// troublesOf joins what is told of pods by their workloads. A workload of which anything new is told is new trouble.
func troublesOf(signs []sign) incident.PodTroubles {
	type key struct{ namespace, workload string }
	fresh, earlier := map[key][]sign{}, map[key][]sign{}
	for _, s := range signs {
		k := key{s.namespace, s.workload}
		switch {
		case s.fresh:
			fresh[k] = append(fresh[k], s)
		case s.earlier:
			earlier[k] = append(earlier[k], s)
		}
	}
	troubles := incident.PodTroubles{New: []incident.PodTrouble{}, AsBefore: []incident.PodTrouble{}}
	for _, signs := range fresh {
		troubles.New = append(troubles.New, troubleOf(signs))
	}
	for k, signs := range earlier {
		if len(fresh[k]) == 0 {
			troubles.AsBefore = append(troubles.AsBefore, troubleOf(signs))
		}
	}
	order(troubles.New)
	order(troubles.AsBefore)
	return troubles
}

// order puts the worst first, and of equals the one that began first.
func order(troubles []incident.PodTrouble) {
	sort.Slice(troubles, func(i, j int) bool {
		a, b := troubles[i], troubles[j]
		if x, y := cluster.Badness(a.Reason), cluster.Badness(b.Reason); x != y {
			return x > y
		}
		if !a.Since.Latest.Equal(b.Since.Latest) {
			return a.Since.Latest.Before(b.Since.Latest)
		}
		return cluster.Named(a.Workload, a.Namespace) < cluster.Named(b.Workload, b.Namespace)
	})
}

func troubleOf(signs []sign) incident.PodTrouble {
	t := incident.PodTrouble{Namespace: signs[0].namespace, Workload: signs[0].workload, Pods: []string{}, Since: signs[0].since}
	for _, s := range signs {
		if cluster.Badness(s.reason) > cluster.Badness(t.Reason) {
			t.Reason = s.reason
		}
		if s.since.Latest.Before(t.Since.Latest) {
			t.Since = s.since
		}
		switch s.reason {
		case cluster.OutOfMemory:
			t.OutOfMemory = true
		case cluster.Restarting:
			t.Restarts += s.size
		case cluster.Unavailable:
			t.Missing += s.size
		}
		if s.pod != "" {
			t.Pods = append(t.Pods, s.pod)
		}
	}
	slices.Sort(t.Pods)
	t.Pods = slices.Compact(t.Pods)
	return t
}

const podsMethod = "the pods' and deployments' states from the hour before the onset to now, against the hour before that; what lasted two minutes and was not there before counts"

// podFindings are the new troubles, the worst ones each by itself.
func podFindings(c *incident.Case, troubles incident.PodTroubles) []incident.Finding {
	const each = 5
	near, far := c.Around(), c.HourBefore()
	var findings []incident.Finding
	for i, t := range troubles.New {
		if i == each {
			rest := len(troubles.New) - each
			findings = append(findings, incident.Finding{Severity: incident.Warning, Interval: &near, Baseline: &far,
				Sentence: fmt.Sprintf("%d more %s in new trouble.", rest, wording.Plural(rest, "workload is", "workloads are")),
				Values:   []incident.Value{{Name: "more workloads", Value: float64(rest), Unit: incident.Count}}})
			break
		}
		labels := map[string]string{"namespace": t.Namespace, "workload": t.Workload}
		findings = append(findings, incident.Finding{Severity: incident.Critical, Sentence: cluster.DescribeTrouble(t), Interval: &near, Baseline: &far,
			Method: podsMethod,
			Values: []incident.Value{
				{Name: "pods", Value: float64(len(t.Pods)), Unit: incident.Count, Labels: labels},
				{Name: "restarts", Value: t.Restarts, Unit: incident.Count, Labels: labels},
				{Name: "missing replicas", Value: t.Missing, Unit: incident.Count, Labels: labels},
				{Name: "since", Value: float64(t.Since.Middle().Unix()), Unit: incident.UnixTime, Labels: labels},
			}})
	}
	if text := asBefore(troubles); text != "" {
		findings = append(findings, incident.Finding{Severity: incident.Info, Sentence: text, Values: countsOf(troubles), Baseline: &far})
	}
	return findings
}

func podsClear(c *incident.Case, troubles incident.PodTroubles) incident.Finding {
	near, far := c.Around(), c.HourBefore()
	sentence := "No pod of the cluster came into trouble around the incident. " + asBefore(troubles)
	return incident.Finding{Severity: incident.Normal, Sentence: strings.TrimSpace(sentence), Values: countsOf(troubles), Interval: &near,
		Baseline: &far, Method: podsMethod}
}

func countsOf(troubles incident.PodTroubles) []incident.Value {
	return []incident.Value{
		{Name: "workloads in new trouble", Value: float64(len(troubles.New)), Unit: incident.Count},
		{Name: "workloads in trouble as before", Value: float64(len(troubles.AsBefore)), Unit: incident.Count},
	}
}

// asBefore lists what was wrong already; nothing where nothing was.
func asBefore(troubles incident.PodTroubles) string {
	const most = 8
	var names []string
	for i, t := range troubles.AsBefore {
		if i == most {
			names = append(names, "others")
			break
		}
		names = append(names, fmt.Sprintf("%s %s", cluster.Named(t.Workload, t.Namespace), t.Reason))
	}
	if len(names) == 0 {
		return ""
	}
	return "As before the incident: " + wording.List(names) + "."
}
