// Package changes is the step of the fourth phase that lists what was changed around the incident.
package changes

import (
	"fmt"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// List puts what was changed around the incident into one list, whatever shows it: the cluster's metrics and events, versions and
// feature flags in the sampled requests, build metrics, lines of deployers, migrations and schedulers, and annotations in Grafana.
func List() phase.Step {
	return phase.Step{
		Phase:    incident.PhaseCause,
		ID:       "changes",
		Title:    "Changes around the onset",
		NeedsOne: []incident.Fact{incident.FactConventions, incident.FactEvents, incident.FactNeighbours, incident.FactLogLabels},
		Awaits:   []incident.Fact{incident.FactOnset, incident.FactCulprit},
		Learns:   []incident.Fact{incident.FactChanges},
		Plan:     planChanges,
		More:     narrowChange,
		Read:     readChanges,
	}
}

func planChanges(c *incident.Case) ([]source.Question, error) {
	var questions []source.Question
	if parts := append(objectParts(c), buildParts(c)...); len(parts) > 0 {
		text, err := promql.Or(parts...).Text()
		if err != nil {
			return nil, err
		}
		questions = append(questions, source.Question{Name: objectsAsked, Kind: source.Range, Text: text, Window: c.Around(), Step: phase.NearbySpacing(c)})
	}
	if c.Facts.LogLabels != nil {
		lines, err := linesQuestion(c)
		if err != nil {
			return nil, err
		}
		questions = append(questions, lines)
	}
	if a := c.Knowledge.Annotations; a != nil {
		questions = append(questions, annotationsQuestion(c, *a))
	}
	return questions, nil
}

// origins reads every place, in the order in which sentences name them.
func origins(c *incident.Case, answers source.Answers) []origin {
	all := []origin{fromObjects(c, answers), fromEvents(c), fromSpans(c, answers), fromFlags(c, answers), fromBuilds(c, answers), fromLines(c, answers), fromAnnotations(c, answers)}
	for i := range all {
		if problem := all[i].problem; problem != nil {
			all[i].State, all[i].Why = incident.SourceFailed, problem.Sentence
		}
	}
	return all
}

func fromEvents(c *incident.Case) origin {
	o := named(c, "Kubernetes events", c.Facts.Events != nil, StepEvents)
	if c.Facts.Events != nil {
		o.changes = append(o.changes, c.Facts.Events.Changes...)
		o.changes = append(o.changes, startedJobs(c.Facts.Events.Jobs)...)
	}
	return o
}

func readChanges(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	changes := incident.Changes{List: []incident.ClusterChange{}}
	var problem *source.Problem
	read := false
	for _, o := range origins(c, answers) {
		changes.List = append(changes.List, o.changes...)
		changes.Looked = append(changes.Looked, o.ChangeSource)
		read = read || o.State == incident.SourceRead
		if problem == nil {
			problem = o.problem
		}
	}
	if !read && problem != nil {
		return phase.Reading{}, problem
	}
	if !read {
		return phase.Reading{}, phase.Skipf("Have services report their version (service.version), log lines sent to the log store, kube-state-metrics scraped where they run on Kubernetes, or deployments annotated in Grafana.",
			"Nothing that shows changes is known in these stores.")
	}
	changes.List = cluster.Merged(changes.List)
	for i := range changes.List {
		changes.List[i].ID = changes.List[i].Key()
		changes.List[i].BeforeOnset = beforeOnset(c, changes.List[i])
	}
	finding := changesFinding(c, changes)
	reading := phase.ClearBecause(finding)
	if len(changes.List) > 0 || len(incident.InState(changes.Looked, incident.SourceFailed)) > 0 {
		reading = phase.FoundThat(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Changes = &changes }), nil
}

func changesFinding(c *incident.Case, found incident.Changes) incident.Finding {
	near, changes := c.Around(), found.List
	finding := incident.Finding{Severity: incident.Normal, Interval: &near, Evidence: incident.Evidence{Changes: changes},
		Method: "when objects were made (kube-state-metrics), what controllers reported (Kubernetes events), versions and variants that began to serve (spans, build metrics), " +
			"what deployers, migrations, flag services and schedulers wrote, and annotations in Grafana; what happens as often without an incident is left out",
		Sentence: "No change is known from the hour before the onset to now. " + looked(found.Looked, true)}
	if len(incident.InState(found.Looked, incident.SourceFailed)) > 0 {
		finding.Severity = incident.Info // there may be some where nobody could look
	}
	if len(changes) == 0 {
		finding.Values = []incident.Value{{Name: "changes", Value: 0, Unit: incident.Count}}
		return finding
	}
	finding.Severity = incident.Warning
	earlier, later := 0, 0
	for _, k := range changes {
		finding.Values = append(finding.Values, incident.Value{Name: cluster.DescribeChange(k), Measure: incident.MeasureChanged, Value: float64(k.At.Unix()), Unit: incident.UnixTime,
			Labels: map[string]string{"kind": k.Kind, "namespace": k.Namespace, "object": k.Object, "action": string(k.Action)}})
		if k.BeforeOnset {
			earlier++
			continue
		}
		later++
	}
	finding.Values = append(finding.Values,
		incident.Value{Name: "changes before the onset", Measure: incident.MeasureChangesBefore, Value: float64(earlier), Unit: incident.Count},
		incident.Value{Name: "changes after the onset", Measure: incident.MeasureChangesAfter, Value: float64(later), Unit: incident.Count})
	finding.Sentence = strings.TrimSpace(fmt.Sprintf("%s before the onset; after it %s. %s", listed(earlier), strings.ToLower(listed(later)), looked(found.Looked, false)))
	return finding
}

// listed counts changes: "2 changes", "No change".
func listed(changes int) string {
	if changes == 0 {
		return "No change"
	}
	return fmt.Sprintf("%d %s", changes, wording.Plural(changes, "change", "changes"))
}

// looked says which places were read, where that is asked for, and which were not.
func looked(all []incident.ChangeSource, those bool) string {
	var parts []string
	if read := incident.InState(all, incident.SourceRead); those {
		parts = append(parts, fmt.Sprintf("Read: %s.", wording.List(read)))
	}
	if absent := incident.InState(all, incident.SourceAbsent); len(absent) > 0 {
		parts = append(parts, fmt.Sprintf("Not there: %s.", wording.List(absent)))
	}
	var whys []string
	failed := map[string][]string{} // names by why
	for _, s := range all {
		if s.State != incident.SourceFailed {
			continue
		}
		if failed[s.Why] == nil {
			whys = append(whys, s.Why)
		}
		failed[s.Why] = append(failed[s.Why], s.Name)
	}
	for _, why := range whys {
		parts = append(parts, fmt.Sprintf("Could not read %s: %s", wording.List(failed[why]), why))
	}
	return strings.Join(parts, " ")
}

// beforeOnset says that a change did not happen after the onset: surely not, where samples show between which moments it happened.
func beforeOnset(c *incident.Case, k incident.ClusterChange) bool {
	if k.NotBefore.IsZero() {
		return c.Facts.InTime(k.At)
	}
	return c.Facts.MovedInTime(k.Began())
}
