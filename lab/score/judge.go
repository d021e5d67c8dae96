package score

import (
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/lab/recordings"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// judge compares a case with the truth.
func judge(recording string, one *recordings.Incident, shift recordings.Shift, c *incident.Case) Incident {
	j := Incident{Recording: recording, ID: one.ID, Fault: one.Truth.Fault, Truth: one.Truth.Service, Ranked: rankedServices(c),
		Verdict: c.Verdict.Level, Sentence: c.Verdict.Sentence, Questions: c.Cost.Queries, StoreMilliseconds: c.Cost.UpstreamMilliseconds,
		AnalysisMilliseconds: max(0, c.Cost.Milliseconds-c.Cost.UpstreamMilliseconds), Because: []string{}, Case: c}
	j.Place = slices.Index(j.Ranked, one.Truth.Service) + 1
	if onset := onsetOf(c); onset != nil && !one.Truth.Injected.IsZero() {
		wrong := onset.Sub(shift.Time(one.Truth.Injected)).Seconds()
		j.OnsetErrorSeconds = &wrong
	}
	if len(c.Verdict.Candidates) > 0 {
		first := c.Verdict.Candidates[0]
		j.Because = first.Because
		if known := kindsOf(one.Truth.Fault); j.Place == 1 && known != nil {
			right := names(first.Because, known)
			j.RightReason = &right
		}
	}
	return j
}

// rankedServices are the candidates' services in order, each once, and then those that the ranking of all services has
// beyond them. Where the verdict names nobody they are what differs most, though it may be chance.
func rankedServices(c *incident.Case) []string {
	ranked := []string{}
	add := func(service string) {
		if !slices.Contains(ranked, service) {
			ranked = append(ranked, service)
		}
	}
	for _, candidate := range c.Verdict.Candidates {
		add(candidate.Service)
	}
	if c.Facts.Ranking != nil {
		for _, s := range c.Facts.Ranking.Services {
			add(s.Service)
		}
	}
	return ranked
}

// onsetOf is when the case says that the incident began: as the ranking of all services has it, or else as the service's
// own numbers do.
func onsetOf(c *incident.Case) *time.Time {
	if r := c.Facts.Ranking; r != nil && r.Onset != nil && len(c.Verdict.Candidates) > 0 && r.Services[0].Service == c.Verdict.Candidates[0].Service {
		at := r.Onset.Middle()
		return &at
	}
	if c.Facts.Onset == nil {
		return nil
	}
	at := c.Facts.Onset.Middle()
	return &at
}

// reasons are the words in which a because-list names a kind of fault, by parts of the fault's name. The lists are the
// field's words for what each kind of fault shows.
var reasons = []struct {
	faults []string
	words  []string
}{
	{[]string{"delay", "latency", "loss", "network", "slow"}, []string{"wait", "edge", "slow", "take", "longer", "timeout", "retransmi"}},
	{[]string{"cpu"}, []string{"cpu", "wait", "longer", "throttl"}},
	{[]string{"mem"}, []string{"memory", "oom"}},
	{[]string{"disk", "io"}, []string{"disk", "i/o", "writes", "reads"}},
	{[]string{"socket"}, []string{"socket", "connection", "wait", "longer"}},
	{[]string{"return", "exception", "code", "f1", "f2", "f3", "f4", "f5", "bug"}, []string{"log line", "writes", "no longer", "error", "exception", "operation", "calls"}},
}

// kindsOf is what a because-list must name for a kind of fault; nil where the kind is not known.
func kindsOf(fault string) []string {
	fault = strings.ToLower(fault)
	for _, r := range reasons {
		for _, part := range r.faults {
			if strings.Contains(fault, part) {
				return r.words
			}
		}
	}
	return nil
}

// names says whether one of the reasons holds one of the words.
func names(because, words []string) bool {
	for _, reason := range because {
		reason = strings.ToLower(reason)
		for _, word := range words {
			if strings.Contains(reason, word) {
				return true
			}
		}
	}
	return false
}
