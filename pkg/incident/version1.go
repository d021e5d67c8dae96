package incident

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// A saved case of version 1 told what things are by the words for people alone. This file is the one place that reads such
// words: it gives the things of an old case the identity that they have had since.

const criteriaStep = "recovery/exit-criteria"

// fromVersion1 gives everything in a saved case of version 1 its identity.
func fromVersion1(s *SavedCase) {
	c := &s.Case
	f := &c.Facts
	if f.Lookups != nil {
		f.Lookups.Of = strings.TrimPrefix(f.Lookups.What, "DNS lookups of ")
	}
	for _, changes := range allChanges(c) {
		for i := range changes {
			identifyChange(&changes[i])
		}
	}
	if f.Blame != nil && f.Blame.Change != nil {
		identifyChange(f.Blame.Change)
	}
	for i := range c.Verdict.Candidates {
		k := &c.Verdict.Candidates[i]
		k.Kind, k.Target = identifyCandidate(f, *k, i == 0)
	}
	c.Verdict.Statement = c.Verdict.Sentence
	if begins := string(c.Verdict.Level) + ": "; len(c.Verdict.Sentence) > len(begins) && strings.EqualFold(c.Verdict.Sentence[:len(begins)], begins) {
		c.Verdict.Statement = c.Verdict.Sentence[len(begins):]
	}
	identifyFindings(c)
	identifyCriteria(c)
	identifyEntries(s)
	findMoments(s)
}

func allChanges(c *Case) [][]ClusterChange {
	var all [][]ClusterChange
	if c.Facts.Changes != nil {
		all = append(all, c.Facts.Changes.List)
	}
	if c.Facts.Events != nil {
		all = append(all, c.Facts.Events.Changes)
	}
	for _, step := range c.Steps {
		for _, finding := range step.Findings {
			all = append(all, finding.Evidence.Changes)
		}
	}
	return all
}

func identifyChange(k *ClusterChange) {
	known := map[string]Action{"created": Created, "rolled out": RolledOut, "scaled": Scaled, "given another specification": Respecified}
	if k.Action = known[k.What]; k.Action == "" {
		k.Action = Action(k.What)
	}
	k.ID = k.Key()
}

// identifyCandidate reads what a candidate is from its component, which began with its type or was one of a few words.
func identifyCandidate(f *Facts, k Candidate, first bool) (CauseKind, Target) {
	switch k.Component {
	case "load":
		return "load-surge", Target{Type: "service", Name: k.Service}
	case "CPU limit":
		return "cpu-limit", Target{Type: "service", Name: k.Service}
	case "memory limit":
		return "memory-limit", Target{Type: "service", Name: k.Service}
	case "connection pool":
		if f.Shared != nil && f.Shared.Name == k.Service {
			return "shared-connection-pool", Target{Type: "pool", Name: k.Service}
		}
		return "exhausted-connection-pool", Target{Type: "pool", Name: k.Service}
	}
	if host, is := strings.CutPrefix(k.Component, "DNS lookups of "); is {
		return "slow-dns-lookups", Target{Type: "host", Name: host}
	}
	if kind, name, is := strings.Cut(k.Component, "/"); is {
		switch kind {
		case "node":
			return "node-pressure", Target{Type: "node", Name: name}
		case "topic":
			return "consumer-lag", Target{Type: "queue", Name: name}
		case "certificate":
			return "expired-certificate", Target{Type: "certificate", Name: name}
		}
		if target, changed := changedTarget(f, kind, name); changed {
			return changeKind(f, first), target
		}
	}
	return identifyOther(f, k)
}

// changedTarget is the changed object that a component named by its kind in lower case, and its name.
func changedTarget(f *Facts, kind, name string) (Target, bool) {
	if f.Changes == nil {
		return Target{}, false
	}
	for _, k := range f.Changes.List {
		if strings.EqualFold(k.Kind, kind) && k.Object == name {
			return Target{Type: k.Kind, Name: k.Object, Namespace: k.Namespace}, true
		}
	}
	return Target{}, false
}

func changeKind(f *Facts, first bool) CauseKind {
	switch {
	case first && f.Blame != nil && f.Blame.Trouble != nil:
		return "breaking-change"
	case first:
		return "service-change"
	}
	return "unrelated-change"
}

func identifyOther(f *Facts, k Candidate) (CauseKind, Target) {
	if f.Culprit != nil && f.Culprit.Span.Name == k.Component && f.Culprit.Span.Service == k.Service {
		return "failing-call", Target{Type: "operation", Name: k.Component}
	}
	if f.Culprit == nil && f.Dependencies != nil && k.Component == k.Service {
		return "failing-dependency", Target{Type: "service", Name: k.Service}
	}
	if k.Component == k.Service {
		target := Target{Type: "workload", Name: k.Service}
		if f.Pods != nil {
			for _, t := range f.Pods.New {
				if t.Workload == k.Service {
					target.Namespace = t.Namespace
				}
			}
		}
		return "unhealthy-workload", target
	}
	return "changed-requests", Target{Type: "service", Name: k.Service}
}

func identifyFindings(c *Case) {
	for i := range c.Steps {
		findings := c.Steps[i].Findings
		for n := range findings {
			findings[n].ID = strconv.Itoa(n + 1)
			findings[n].RestatesVerdict = c.Steps[i].Key() == "cause/verdict" && findings[n].Sentence == c.Verdict.Sentence
		}
	}
	told := map[string]int{} // links of each step
	for i := range c.Verdict.Chain {
		link := &c.Verdict.Chain[i]
		told[link.Step]++
		link.About = fmt.Sprintf("link/%d", told[link.Step])
		if b := c.Facts.Blame; b != nil && b.Change != nil && link.Step == "cause/changes" {
			link.About = b.Change.ID
		}
	}
}

// identifyCriteria names the criteria by what they are of. A case of before they were facts has them as values of a finding,
// each with its limit as another.
func identifyCriteria(c *Case) {
	f := &c.Facts
	if f.Recovery == nil {
		f.Recovery = criteriaTold(c)
	}
	if f.Recovery == nil {
		return
	}
	for i := range f.Recovery.Criteria {
		identifyCriterion(f, &f.Recovery.Criteria[i], i)
	}
	for i := range c.Steps {
		for n := range c.Steps[i].Findings {
			showCriteria(f.Recovery.Criteria, c.Steps[i].Key(), &c.Steps[i].Findings[n])
		}
	}
}

// showCriteria gives a finding the criteria that it tells of, or the one that it shows.
func showCriteria(all []ExitCriterion, step string, finding *Finding) {
	if step == criteriaStep {
		finding.Evidence.Criteria = all
	}
	for _, k := range all {
		if k.Step == step && len(finding.Evidence.Series) > 0 {
			finding.Shows = k.ID
		}
	}
}

func identifyCriterion(f *Facts, k *ExitCriterion, place int) {
	switch {
	case k.Name == "error rate":
		k.ID, k.Step = CriterionErrors, "impact/error-rate"
	case k.Name == "p99 latency":
		k.ID, k.Step = CriterionLatency, "impact/latency"
	case k.Name == "request rate":
		k.ID, k.Step = CriterionTraffic, "impact/request-rate"
	case f.Lookups != nil && k.Name == f.Lookups.What:
		k.ID, k.Step = CriterionOfLookups(f.Lookups), "cause/lookups"
	case f.Pool != nil && k.Name == f.Pool.What:
		k.ID, k.Step = CriterionOfPool(f.Pool), "cause/pool"
	default:
		k.ID = fmt.Sprintf("number/%d", place+1)
	}
}

// criteriaTold are the criteria of a case in which they are values of a finding, each with its limit as another; nil where it
// has none.
func criteriaTold(c *Case) *ExitCriteria {
	var values []Value
	for _, step := range c.Steps {
		if step.Key() == criteriaStep {
			for _, finding := range step.Findings {
				values = append(values, finding.Values...)
			}
		}
	}
	const limitSuffix = ", limit"
	limits := map[string]float64{}
	for _, v := range values {
		if name, is := strings.CutSuffix(v.Name, limitSuffix); is {
			limits[name] = v.Value
		}
	}
	read := &ExitCriteria{Criteria: []ExitCriterion{}}
	for _, v := range values {
		if limit, is := limits[v.Name]; is {
			read.Criteria = append(read.Criteria, criterionTold(v, limit))
		}
	}
	if len(read.Criteria) == 0 {
		return nil
	}
	return read
}

func criterionTold(v Value, limit float64) ExitCriterion {
	k := ExitCriterion{Name: v.Name, Unit: v.Unit, Scale: 1, Now: &v.Value, Most: &limit}
	if v.Baseline != nil {
		k.Normal = *v.Baseline
	}
	if v.Name == "request rate" {
		k.Most, k.Least = nil, &limit
	}
	k.Holds = k.Met(v.Value)
	return k
}

func identifyEntries(s *SavedCase) {
	sentences := map[string]string{} // ids of findings and links by step and sentence
	for _, link := range s.Case.Verdict.Chain {
		sentences[link.Step+"\x00"+link.Sentence] = link.About
	}
	for _, step := range s.Case.Steps {
		for _, finding := range step.Findings {
			sentences[step.Key()+"\x00"+finding.Sentence] = finding.ID
		}
	}
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.Kind == EntryInvestigated {
			if e.Verdict = "text/" + hashOf(e.Text); e.Text == s.Case.Verdict.Sentence {
				e.Verdict = s.Case.Verdict.ID()
			}
		}
		if e.Pin != nil {
			if e.Pin.ID = sentences[e.Pin.Step+"\x00"+e.Pin.Sentence]; e.Pin.ID == "" {
				e.Pin.ID = "text/" + hashOf(e.Pin.Sentence)
			}
		}
		if e.Recovery != nil {
			identifyReadings(s.Case.Facts.Recovery, e.Recovery.Readings)
		}
	}
}

func identifyReadings(known *ExitCriteria, readings []Reading) {
	for i := range readings {
		readings[i].ID = fmt.Sprintf("number/%d", i+1)
		if known == nil {
			continue
		}
		for _, k := range known.Criteria {
			if k.Name == readings[i].Name {
				readings[i].ID = k.ID
			}
		}
	}
}

func hashOf(text string) string {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(text)) // never fails
	return strconv.FormatUint(sum.Sum64(), 36)
}
