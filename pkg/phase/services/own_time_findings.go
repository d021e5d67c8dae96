package services

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// ownTimeFindings say where the time goes, and how the requests are built otherwise than before.
func ownTimeFindings(c *incident.Case, found *incident.OwnTime) []incident.Finding {
	all := []incident.Finding{ownTimeFinding(c, found)}
	before, since, _ := sidesOf(c, found.Service)
	add := func(id, sentence string, values ...incident.Value) {
		all = append(all, incident.Finding{ID: id, Severity: incident.Warning, Interval: &since, Baseline: &before, Sentence: sentence + ".", Values: values,
			Method: "the typical request of the operation, of those that were brought with all spans on either side"})
	}
	of := func(name string, measure incident.Measure, s incident.Spent, unit incident.Unit, peer string) incident.Value {
		v := incident.Value{Name: name, Measure: measure, Value: s.Now, Unit: unit, Baseline: incident.Baselined(s.Before), Samples: float64(found.Now),
			Labels: map[string]string{"service": found.Service, "operation": found.Operation}}
		if peer != "" {
			v.Labels["peer"] = peer
		}
		return v
	}
	for _, p := range found.Peers {
		if p.IsOftener() {
			each := incident.Spent{Now: p.Each.Now / 1e3, Before: p.Each.Before / 1e3}
			add("repeats/"+p.Name, wording.Capital(difference.PeerCalls(found, p)), of("calls a request", incident.MeasureUntracedCount, p.Calls, incident.Count, p.Name),
				of("time of one call", incident.MeasureUntracedCall, each, incident.Seconds, p.Name))
		}
	}
	if found.IsChained() {
		add("in-turn", wording.Capital(difference.Chained(found)), of("calls at a time", incident.MeasureAbreast, found.Abreast, incident.Count, ""))
	}
	if found.IsIdle() {
		idle := incident.Spent{Now: found.Idle.Now / 1e3, Before: found.Idle.Before / 1e3}
		add("idle", wording.Capital(difference.Idle(found)), of("time in no call", incident.MeasureIdle, idle, incident.Seconds, ""))
	}
	return all
}

func ownTimeFinding(c *incident.Case, found *incident.OwnTime) incident.Finding {
	before, since, _ := sidesOf(c, found.Service)
	of := map[string]string{"service": found.Service, "operation": found.Operation}
	finding := incident.Finding{Severity: incident.Info, Interval: &since, Baseline: &before,
		Values: []incident.Value{
			{Name: "time outside traced calls", Measure: incident.MeasureOwnTime, Value: found.Outside.Now / 1e3, Unit: incident.Seconds,
				Baseline: incident.Baselined(found.Outside.Before / 1e3), Samples: float64(found.Now), Labels: of},
			{Name: "requests", Value: float64(found.Now), Unit: incident.Count, Baseline: incident.Baselined(float64(found.Before))}},
		Method: "mean time of the operation's requests in none of its calls to traced services; and how much of it lies in its client spans of which nothing is below"}
	finding.Sentence = fmt.Sprintf("%s of %s spends %s a request outside traced calls, normally %s", found.Operation, found.Service,
		numbers.Duration(found.Outside.Now/1e3), numbers.Duration(found.Outside.Before/1e3))
	var parts []string
	for _, p := range found.Peers[:min(toldPeers, len(found.Peers))] {
		parts = append(parts, difference.PeerTimes(p))
		finding.Values = append(finding.Values, incident.Value{Name: "time in calls to " + p.Name, Measure: incident.MeasureUntracedCalls, Value: p.Spent.Now / 1e3, Unit: incident.Seconds,
			Baseline: incident.Baselined(p.Spent.Before / 1e3), Samples: float64(found.Now), Labels: map[string]string{"service": found.Service, "operation": found.Operation, "peer": p.Name}})
	}
	switch {
	case len(parts) == 0:
		finding.Sentence += ". It has no client spans for that time: it may go to the service itself or to what it calls without a trace"
	default:
		finding.Sentence += "; of that, " + wording.List(parts)
		if found.Slow() != nil {
			finding.Severity = incident.Warning
		}
	}
	finding.Sentence += fmt.Sprintf(" (means of %s and %d before).", wording.Counted(found.Now, "request", "requests"), found.Before)
	return finding
}
