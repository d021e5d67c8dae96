package cause

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	mostEvents = 5000 // lines, the most that Loki gives by default
	mostJobs   = 3    // that are told of, the earliest
)

// Events reads what the cluster's controllers said around the incident and did not say all the time.
func Events() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "events",
		Title:  "Kubernetes events",
		Needs:  []incident.Fact{incident.FactLogLabels},
		Awaits: []incident.Fact{incident.FactOnset},
		Learns: []incident.Fact{incident.FactEvents},
		Plan:   planEvents,
		Read:   readEvents,
	}
}

// Events come in two makes. OpenTelemetry's receiver keeps their parts in structured metadata; Alloy and the agents
// before it write them as logfmt, whose fields are read into labels of our own.
const (
	reasonAttribute = "k8s_event_reason"
	logfmtPrefix    = "event_"
)

func planEvents(c *incident.Case) ([]source.Question, error) {
	fields := map[string]string{}
	for _, field := range []string{"reason", "kind", "name", "type", "msg", "namespace", "objectnamespace"} {
		fields[logfmtPrefix+field] = field
	}
	streams, err := logql.StreamsLike(c.Facts.LogLabels.Service, convention.EventStreams)
	if err != nil {
		return nil, err
	}
	events, err := streams.Logfmt(fields).WhereAny(".+", reasonAttribute, logfmtPrefix+"reason")
	if err != nil {
		return nil, err
	}
	text, err := events.Text()
	return []source.Question{{Name: "events", Kind: source.Lines, Text: text, Window: phase.Nearby(c), Limit: mostEvents}}, err
}

func readEvents(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("events"); problem != nil {
		return phase.Reading{}, problem
	}
	lines := answers["events"].Lines
	if len(lines) == 0 {
		return phase.Reading{}, phase.Skipf("Send them there with OpenTelemetry's k8s_events receiver or Alloy's loki.source.kubernetes_events.",
			"The log store holds no Kubernetes events of the time around the incident.")
	}
	groups := grouped(c, lines)
	events := incident.ClusterEvents{Warnings: []incident.EventGroup{}, Changes: []incident.ClusterChange{}, Jobs: []incident.JobStart{}}
	for _, g := range groups {
		switch {
		case slices.Contains(c.Facts.Apart.Left(incident.Namespace), g.Namespace): // of another system
		case !phase.MuchOftener(c, g.Count, g.Before):
		case g.warning:
			events.Warnings = append(events.Warnings, g.EventGroup)
		case cluster.ChangesSomething(g.EventGroup):
			events.Changes = append(events.Changes, cluster.ChangeOf(g.EventGroup, g.messages))
		default:
			if job, started := cluster.JobOf(g.EventGroup); started {
				events.Jobs = append(events.Jobs, job)
			}
		}
	}
	findings := eventFindings(c, events, answers["events"])
	reading := phase.FoundThat(findings...)
	if len(events.Warnings)+len(events.Changes)+len(events.Jobs) == 0 && !answers["events"].Truncated {
		reading = phase.ClearBecause(findings...)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Events = &events }), nil
}

const eventsMethod = "events from the hour before the onset to now that are three times as frequent as in the hour before that, by reason and object; " +
	"what pods go through when something else changes is left out"

func eventFindings(c *incident.Case, events incident.ClusterEvents, answer source.Answer) []incident.Finding {
	near, far := c.Around(), c.HourBefore()
	total := incident.Value{Name: "events read", Value: float64(len(answer.Lines)), Unit: incident.Count, AtLeast: answer.Truncated}
	summary := incident.Finding{Severity: incident.Normal, Values: []incident.Value{total}, Interval: &near, Baseline: &far, Method: eventsMethod,
		Sentence: fmt.Sprintf("Of %s events of the cluster, none reports anything new.", numbers.Count(total.Value))}
	if answer.Truncated {
		summary.Severity = incident.Warning
		summary.Sentence = fmt.Sprintf("The cluster had more than %s events; the newest were not read.", numbers.Count(total.Value))
	}
	var findings []incident.Finding
	for i, w := range events.Warnings {
		const each = 6
		if i == each {
			break
		}
		findings = append(findings, warningFinding(w, near, far))
	}
	if len(findings) == 0 && len(events.Changes)+len(events.Jobs) > 0 && !answer.Truncated {
		summary.Sentence = fmt.Sprintf("Of %s events of the cluster, no warning is new.", numbers.Count(total.Value))
	}
	if len(findings) == 0 || answer.Truncated {
		findings = append(findings, summary)
	}
	for _, job := range events.Jobs[:min(mostJobs, len(events.Jobs))] {
		findings = append(findings, jobFinding(job, near, far))
	}
	return findings
}

func warningFinding(w incident.EventGroup, near, far incident.Window) incident.Finding {
	of := map[string]string{"namespace": w.Namespace, "kind": w.Kind, "workload": w.Workload, "reason": w.Reason}
	who := fmt.Sprintf("%s %s", cluster.KindWords(w.Kind), cluster.Named(w.Workload, w.Namespace))
	if w.Kind == "Pod" {
		who = fmt.Sprintf("%d %s of %s", len(w.Objects), wording.Plural(len(w.Objects), "pod", "pods"), cluster.Named(w.Workload, w.Namespace))
	}
	said := wording.Textf("Kubernetes warned %s of %s, since %s: %s: %s.", wording.Times(w.Count), who, wording.Clock(w.First), w.Reason, wording.Quoted(w.Message))
	return incident.Finding{
		ID:       strings.Join([]string{w.Namespace, w.Kind, w.Workload, w.Reason}, "/"),
		Severity: incident.Warning,
		Sentence: said.Plain(), Moments: said.Moments(),
		Values: []incident.Value{
			{Name: "warnings", Measure: incident.MeasureWarnings, Value: w.Count, Unit: incident.Count, Baseline: incident.Baselined(w.Before), Labels: of},
			{Name: "objects", Measure: incident.MeasureWarnedObjects, Value: float64(len(w.Objects)), Unit: incident.Count, Labels: of},
			{Name: "since", Measure: incident.MeasureFirstWarning, Value: float64(w.First.Unix()), Unit: incident.UnixTime, Labels: of},
		},
		Interval: &near, Baseline: &far, Method: eventsMethod,
	}
}

func jobFinding(job incident.JobStart, near, far incident.Window) incident.Finding {
	said := wording.Textf("Cron job %s started %s at %s, which it does not do as often at other times.", cluster.Named(job.CronJob, job.Namespace), job.Job, wording.Clock(job.At))
	return incident.Finding{
		ID:       job.Namespace + "/job/" + job.Job,
		Severity: incident.Info,
		Sentence: said.Plain(), Moments: said.Moments(),
		Values:   []incident.Value{{Name: "started", Value: float64(job.At.Unix()), Unit: incident.UnixTime, Labels: map[string]string{"job": job.Job}}},
		Interval: &near, Baseline: &far, Method: eventsMethod,
	}
}

// group is the events of one reason about the objects of one workload.
type group struct {
	incident.EventGroup
	warning  bool
	messages []string
}

// clusterEvent is one event.
type clusterEvent struct {
	namespace, kind, object, reason, message string
	warning                                  bool
}

// eventOf reads an event of either make.
func eventOf(line incident.Line) clusterEvent {
	l := line.Labels
	if l[reasonAttribute] != "" {
		return clusterEvent{namespace: l["k8s_namespace_name"], kind: l["k8s_object_kind"], object: l["k8s_object_name"], reason: l[reasonAttribute],
			message: line.Text, warning: strings.EqualFold(l["k8s_event_type"], "Warning") || strings.HasPrefix(line.Level, "warn")}
	}
	field := func(name string) string { return l[logfmtPrefix+name] }
	namespace := field("namespace")
	for _, other := range []string{field("objectnamespace"), l["namespace"], l["k8s_namespace_name"]} {
		if namespace == "" {
			namespace = other
		}
	}
	return clusterEvent{namespace: namespace, kind: field("kind"), object: field("name"), reason: field("reason"), message: field("msg"),
		warning: strings.EqualFold(field("type"), "Warning")}
}

// grouped joins events by namespace, kind, workload and reason, in the order of their first in the neighbourhood. What
// happened only before is left out.
func grouped(c *incident.Case, lines []incident.Line) []group {
	type key struct{ namespace, kind, workload, reason string }
	near := c.Around()
	groups, earlier := map[key]*group{}, map[key]float64{}
	for _, line := range lines {
		e := eventOf(line)
		k := key{e.namespace, e.kind, cluster.WorkloadOfKind(e.kind, e.object), e.reason}
		if line.Time.Before(near.From) {
			earlier[k]++
			continue
		}
		g := groups[k]
		if g == nil {
			g = &group{EventGroup: incident.EventGroup{Namespace: k.namespace, Kind: k.kind, Workload: k.workload, Reason: k.reason,
				Message: e.message, First: line.Time}, warning: e.warning}
			groups[k] = g
		}
		g.Count++
		g.Last = line.Time
		g.messages = append(g.messages, e.message)
		if !slices.Contains(g.Objects, e.object) {
			g.Objects = append(g.Objects, e.object)
		}
	}
	ordered := make([]group, 0, len(groups))
	for k, g := range groups {
		g.Before = earlier[k]
		if g.warning {
			g.Blocked = cluster.BlockerTold(g.messages)
		}
		slices.Sort(g.Objects)
		ordered = append(ordered, *g)
	}
	sort.Slice(ordered, func(i, j int) bool {
		a, b := ordered[i], ordered[j]
		if !a.First.Equal(b.First) {
			return a.First.Before(b.First)
		}
		return a.Namespace+a.Kind+a.Workload+a.Reason < b.Namespace+b.Kind+b.Workload+b.Reason
	})
	return ordered
}
