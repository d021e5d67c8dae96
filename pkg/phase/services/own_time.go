package services

import (
	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// OwnTime tells apart the time that a service spends in calls to what nothing traces, such as databases: the sample of calls has only
// those with spans on both sides, so that all other time looks like the service's own.
func OwnTime() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "own-time",
		Title:  "Time outside traced calls",
		Needs:  []incident.Fact{incident.FactRanking},
		Awaits: []incident.Fact{incident.FactOnset, incident.FactNeighbours},
		Learns: []incident.Fact{incident.FactOwnTime},
		Plan:   planOwnTime,
		Read:   readOwnTime,
	}
}

const (
	timedSince  = "time since"
	timedBefore = "time before"
	timed       = 100 // traces on either side
	fewestTimed = 10  // requests on either side, from which a mean is told
	toldPeers   = 3
)

// slower is the first service of the ranking that takes longer outside its traced calls, with the operation; false where none does.
func slower(c *incident.Case) (service, operation string, is bool) {
	all := c.Facts.Ranking.Services
	for i := range all[:min(toldServices, len(all))] {
		r := &all[i]
		if r.Score < difference.WorthTelling {
			break
		}
		for _, d := range r.Evidence[:min(toldServices, len(r.Evidence))] {
			if rank.Kind(d.Kind) == rank.OwnLatency && d.Strength >= difference.WorthTelling {
				return r.Service, d.About.Operation, true
			}
		}
	}
	return "", "", false
}

func planOwnTime(c *incident.Case) ([]source.Question, error) {
	service, operation, is := slower(c)
	if !is {
		return nil, nil
	}
	before, since, long := sidesOf(c, service)
	if !long {
		return nil, nil
	}
	query := traceql.WithinOperation(operation, phase.SpansOf(c, service)...)
	now, err := phase.Search(timedSince, query, since, timed, spansOfTrace)
	if err != nil {
		return nil, err
	}
	then, err := phase.Search(timedBefore, query, before, timed, spansOfTrace)
	return []source.Question{now, then}, err
}

func readOwnTime(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	service, operation, is := slower(c)
	switch {
	case !is && c.Facts.Neighbours == nil:
		return phase.Reading{}, phase.Skipf(whyNoneSampled(),
			"No requests could be sampled, so that nothing shows where their time goes.")
	case !is:
		return needless(c, "None of the services that changed most takes longer outside its traced calls."), nil
	}
	if _, asked := answers[timedSince]; !asked {
		return phase.Reading{}, phase.Skipf("Look again in a minute, or choose a window that begins earlier.",
			"It began less than 30 s ago, its start is not known, or no requests are known from before.")
	}
	if problem := answers.Problem(timedSince, timedBefore); problem != nil {
		return phase.Reading{}, problem
	}
	found := ownTimeOf(service, operation, answers[timedSince].Traces, answers[timedBefore].Traces)
	if min(found.Now, found.Before) < fewestTimed {
		return phase.Reading{}, phase.Skipf("Look at the service's client spans in the trace store.",
			"Of %s of %s %s could be read whole since it began, and %d before: too few to tell where their time goes.",
			operation, service, wording.Counted(found.Now, "request", "requests"), found.Before)
	}
	return phase.FoundThat(ownTimeFindings(c, &found)...).Teaching(func(f *incident.Facts) { f.OwnTime = &found }), nil
}
