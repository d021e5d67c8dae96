package cause

import (
	"fmt"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Pods looks for pods in any namespace that crash, cannot start, run out of memory, restart or are not ready, and were
// not so before.
func Pods() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "pods",
		Title:  "Unhealthy pods",
		Needs:  []incident.Fact{incident.FactConventions},
		Awaits: []incident.Fact{incident.FactOnset},
		Learns: []incident.Fact{incident.FactPods},
		Plan:   planPods,
		Read:   readPods,
	}
}

func planPods(c *incident.Case) ([]source.Question, error) {
	if !phase.HasCluster(c) {
		return nil, noCluster()
	}
	troubles, err := podStates(phase.Nearby(c).Length())
	if err != nil {
		return nil, err
	}
	text, err := troubles.Text()
	return []source.Question{{Name: "troubles", Kind: source.Range, Text: text, Window: phase.Nearby(c), Step: phase.NearbySpacing(c)}}, err
}

// dataBegins is since when the store tells of pods; zero where that is since the time that is looked at, or not known.
func dataBegins(c *incident.Case, series []incident.Series) time.Time {
	for _, s := range series {
		if s.Labels[phase.PartLabel] == known && len(s.Points) > 0 && s.Points[0].Time.Sub(phase.Nearby(c).From) > 2*phase.NearbySpacing(c) {
			return s.Points[0].Time
		}
	}
	return time.Time{}
}

func readPods(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("troubles"); problem != nil {
		return phase.Reading{}, problem
	}
	var signs []cluster.Sign
	begins := dataBegins(c, answers["troubles"].Series)
	for _, s := range answers["troubles"].Series {
		switch {
		case len(s.Points) == 0 || s.Labels[phase.PartLabel] == known:
		case s.Labels["container"] != "" && s.Labels[phase.PartLabel] == "":
			signs = append(signs, restartSign(c, s))
		case s.Labels[phase.PartLabel] == wanted:
			if zero, is := scaledToZero(c, s); is {
				signs = append(signs, zero)
			}
		default:
			signs = append(signs, stateSign(c, s))
			if last := &signs[len(signs)-1]; !begins.IsZero() && !s.Points[0].Time.After(begins.Add(phase.NearbySpacing(c))) {
				last.Fresh, last.Earlier = false, true // it was there when the store began to tell
			}
		}
	}
	troubles := cluster.TroublesOf(signs)
	reading := phase.ClearBecause(podsClear(c, troubles))
	if len(troubles.New) > 0 {
		reading = phase.FoundThat(podFindings(c, troubles)...)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Pods = &troubles }), nil
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
		said := wording.Textf("%s.", cluster.DescribeTrouble(t))
		findings = append(findings, incident.Finding{ID: t.Namespace + "/" + t.Workload, Severity: incident.Critical, Sentence: said.Plain(), Moments: said.Moments(), Interval: &near, Baseline: &far,
			Method: podsMethod,
			Values: []incident.Value{
				{Name: "pods", Measure: incident.MeasureTroubledPods, Value: float64(len(t.Pods)), Unit: incident.Count, Labels: labels},
				{Name: "restarts", Measure: incident.MeasureRestarts, Value: t.Restarts, Unit: incident.Count, Labels: labels},
				{Name: "missing replicas", Measure: incident.MeasureMissing, Value: t.Missing, Unit: incident.Count, Labels: labels},
				{Name: "since", Measure: incident.MeasureTroubledSince, Value: float64(t.Since.Middle().Unix()), Unit: incident.UnixTime, Labels: labels},
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
