package cause

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/analysis/rise"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/verdict"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	throttledFrom = 0.25 // ratio of CPU periods from which waiting for CPU is felt
	memoryFrom    = 0.9  // ratio of the limit from which a container is about to be killed
	useNoise      = 0.02 // ratio, spread that chance gives either
	leastRise     = 0.1  // ratio, least rise that matters
)

// Limits looks whether the culprit's service has come near the limits of its CPU or memory, or a node has run short.
func Limits() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "limits",
		Title:  "CPU, memory and nodes",
		Needs:  []incident.Fact{incident.FactConventions, incident.FactCulprit},
		Awaits: []incident.Fact{incident.FactOnset, incident.FactCallees, incident.FactExample, incident.FactService},
		Learns: []incident.Fact{incident.FactSaturation},
		Plan:   planLimits,
		Read:   readLimits,
	}
}

func planLimits(c *incident.Case) ([]source.Question, error) {
	if !phase.HasCluster(c) {
		return nil, noCluster()
	}
	measured := c.Facts.Conventions.Cluster.Metrics
	has := func(metrics ...string) bool {
		return !slices.ContainsFunc(metrics, func(m string) bool { return !slices.Contains(measured, m) })
	}
	pods, err := strainedPods(c)
	if err != nil {
		return nil, err
	}
	var parts []promql.Expr
	if has(convention.CPUPeriods, convention.CPUThrottled) {
		parts = append(parts, throttled(pods, phase.Averaging(c)))
	}
	if has(convention.MemoryWorking, convention.ContainerLimits) {
		parts = append(parts, memoryUsed(pods))
	}
	if has(convention.NodeConditions) {
		short := promql.Select(convention.NodeConditions, promql.Equal("status", "true"),
			promql.OneOf("condition", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"))
		parts = append(parts, promql.Above(promql.Max(short, "node", "condition"), 0))
	}
	if len(parts) == 0 {
		return nil, phase.Skipf("Have the kubelet's cAdvisor metrics scraped.", "No metric of containers' CPU and memory is known in this metrics store.")
	}
	text, err := promql.Or(parts...).Text()
	return []source.Question{{Name: "use", Kind: source.Range, Text: text, Window: phase.Nearby(c), Step: phase.NearbySpacing(c)}}, err
}

// throttled is the share of CPU periods in which each of the pods had to wait.
func throttled(pods []promql.Matcher, window time.Duration) promql.Expr {
	rate := func(metric string) promql.Expr {
		return promql.Sum(promql.Rate(promql.Select(metric, pods...), window), "namespace", "pod")
	}
	return promql.Divide(rate(convention.CPUThrottled), rate(convention.CPUPeriods))
}

// memoryUsed is the share of its limit that each of the pods' containers uses.
func memoryUsed(pods []promql.Matcher) promql.Expr {
	used := promql.Select(convention.MemoryWorking, slices.Concat(pods, []promql.Matcher{promql.NotEqual("container", "")})...)
	limit := promql.Select(convention.ContainerLimits, slices.Concat(pods, []promql.Matcher{promql.Equal("resource", "memory")})...)
	return promql.Divide(promql.Max(used, "namespace", "pod", "container"), promql.Max(limit, "namespace", "pod", "container"))
}

// strainedPods picks the pods whose limits are looked at: those that are named after the service, and not after another
// whose name begins with its name, as that of its database may.
func strainedPods(c *incident.Case) ([]promql.Matcher, error) {
	pods, err := promql.Pattern("pod", podsNamed(strained(c)))
	if err != nil {
		return nil, err
	}
	var others []string
	for _, service := range namedAlike(c, strained(c)) {
		others = append(others, podsNamed(service))
	}
	if len(others) == 0 {
		return []promql.Matcher{pods}, nil
	}
	besides, err := promql.NoPattern("pod", strings.Join(others, "|"))
	return []promql.Matcher{pods, besides}, err
}

// podsNamed is the pattern of the pods of a workload that is called as the service is.
func podsNamed(service string) string { return regexp.QuoteMeta(service) + "-.+" }

// namedAlike are the other services of the case whose names begin with the name of one, ordered.
func namedAlike(c *incident.Case, service string) []string {
	var names []string
	if c.Facts.Callees != nil {
		names = append(names, c.Facts.Callees.Services...)
	}
	if c.Facts.Example != nil {
		for _, s := range c.Facts.Example.Trace.Spans {
			names = append(names, s.Service)
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, service+"-") })
	slices.Sort(names)
	return slices.Compact(names)
}

// askAgain gives what was compared the queries that bring it at any time: that of the worst pod then.
func askAgain(c *incident.Case, read *incident.Saturation) error {
	pods, err := strainedPods(c)
	if err != nil {
		return err
	}
	if read.CPU != nil {
		if read.CPU.Query, err = promql.Max(throttled(pods, now)).Text(); err != nil {
			return err
		}
		read.CPU.Tolerable = throttledFrom
	}
	if read.Memory != nil {
		if read.Memory.Query, err = promql.Max(memoryUsed(pods)).Text(); err != nil {
			return err
		}
		read.Memory.Tolerable = memoryFrom
	}
	return nil
}

func readLimits(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem("use"); problem != nil {
		return phase.Reading{}, problem
	}
	service := strained(c)
	read := incident.Saturation{Nodes: []string{}}
	var courses []incident.Series
	for _, s := range answers["use"].Series {
		switch {
		case s.Labels["node"] != "":
			if _, fresh, _ := beginning(c, s.Points); fresh {
				read.Nodes = append(read.Nodes, fmt.Sprintf("%s (%s)", s.Labels["node"], s.Labels["condition"]))
			}
		case s.Labels["container"] != "":
			// Memory that runs out is at its limit for a moment only, and then the container is gone.
			if worse(c, &read.Memory, s, "memory of its limit", memoryFrom, slices.Max) {
				courses = append(courses, s)
			}
		default:
			if worse(c, &read.CPU, s, "throttled CPU periods", throttledFrom, baseline.Mean) {
				courses = append(courses, s)
			}
		}
	}
	if read.CPU == nil && read.Memory == nil && len(read.Nodes) == 0 {
		return phase.Reading{}, phase.Skipf("Check that its pods are named after it, and have limits.",
			"No pod of %s reports its CPU or memory against a limit.", service)
	}
	usualOfAll(c, read, answers["use"].Series)
	if err := askAgain(c, &read); err != nil {
		return phase.Reading{}, err
	}
	findings := limitsFindings(c, read, courses)
	reading := phase.ClearBecause(findings...)
	if findings[0].Severity != incident.Normal {
		reading = phase.FoundThat(findings...)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Saturation = &read }), nil
}

// usualOfAll makes what is usual that of the service, of whose pods some may be gone and others new, where none is abnormal.
func usualOfAll(c *incident.Case, read incident.Saturation, series []incident.Series) {
	before := incident.Window{From: phase.Nearby(c).From, To: c.Window.Last(now).From}
	for use, container := range map[*incident.Comparison]bool{read.CPU: false, read.Memory: true} {
		if use == nil || use.Abnormal {
			continue
		}
		most := -1.0
		for _, s := range series {
			if values := baseline.Within(s.Points, before); s.Labels["node"] == "" && (s.Labels["container"] != "") == container && len(values) > 0 {
				most = math.Max(most, baseline.Median(values))
			}
		}
		if most >= 0 {
			use.Normal = most
		}
	}
}

// worse compares a pod's use with what is normal and keeps it where it is the most so far. It says whether the use has
// come near the limit.
func worse(c *incident.Case, most **incident.Comparison, s incident.Series, what string, from float64, average func([]float64) float64) bool {
	use, ok := rise.Of(s.Points, rise.Options{Now: c.Window.Last(now), Usual: phase.Nearby(c), Average: average, From: from,
		Onset: onset.Options{Window: phase.Averaging(c), Averaged: true, Absolute: leastRise, Noise: useNoise}})
	if !ok {
		return false
	}
	one := 1.0
	use.What, use.Service, use.Limit, use.Unit = what, strained(c), &one, incident.Ratio
	if *most == nil || use.Abnormal && !(*most).Abnormal || use.Abnormal == (*most).Abnormal && use.Now > (*most).Now {
		*most = &use
	}
	return use.Abnormal
}

func limitsFindings(c *incident.Case, read incident.Saturation, courses []incident.Series) []incident.Finding {
	service := strained(c)
	current, usual := c.Window.Last(now), phase.Nearby(c)
	var bad []wording.Text
	var high, good []string
	finding := incident.Finding{Severity: incident.Normal, Interval: &current, Baseline: &usual, Evidence: incident.Evidence{Series: courses},
		Method: "the worst of the service's pods: throttled of all CPU periods, working set of the memory limit; nodes by their conditions"}
	tell := func(use *incident.Comparison, measure incident.Measure, is, was string) {
		if use == nil {
			return
		}
		finding.Values = append(finding.Values, incident.Value{Name: use.What, Measure: measure, Value: use.Now, Unit: use.Unit, Baseline: incident.Baselined(use.Normal), Labels: map[string]string{"service": use.Service}})
		if use.Abnormal {
			if use.Moved != nil && use.Moved.Earliest.Before(usual.To) {
				usual.To = use.Moved.Earliest
			}
			bad = append(bad, wording.Textf("%s, normally %s%s", fmt.Sprintf(is, numbers.Percent(use.Now)), numbers.Percent(use.Normal), since(use.Moved)))
			return
		}
		if use.Now >= use.Tolerable {
			high = append(high, fmt.Sprintf("%s, and did before (%s)", fmt.Sprintf(is, numbers.Percent(use.Now)), numbers.Percent(use.Normal)))
			return
		}
		good = append(good, fmt.Sprintf("%s (%s before)", fmt.Sprintf(was, numbers.Percent(use.Now)), numbers.Percent(use.Normal)))
	}
	tell(read.CPU, incident.MeasureThrottled, "waits for CPU in %s of its periods", "is throttled in %s of its CPU periods")
	tell(read.Memory, incident.MeasureMemory, "uses %s of its memory limit", "uses %s of its memory limit")
	finding.Values = append(finding.Values, incident.Value{Name: "nodes under pressure", Measure: incident.MeasureStrainedNodes, Value: float64(len(read.Nodes)), Unit: incident.Count})
	var findings []incident.Finding
	switch {
	case len(bad) > 0:
		finding.Severity = incident.Critical
		said := wording.Textf("%s %s.", service, wording.ListOf(bad))
		finding.Sentence, finding.Moments = said.Plain(), said.Moments()
		findings = append(findings, finding)
	case len(high) > 0:
		finding.Severity = incident.Warning
		finding.Sentence = fmt.Sprintf("%s %s.", service, wording.List(high))
		findings = append(findings, finding)
	case len(good) > 0 && len(read.Nodes) == 0:
		finding.Sentence = fmt.Sprintf("%s %s: no rise that matters. No node is under new pressure.", service, wording.List(good))
		findings = append(findings, finding)
	}
	if len(read.Nodes) > 0 {
		findings = append(findings, incident.Finding{Severity: incident.Warning, Interval: &current, Values: finding.Values, Method: finding.Method,
			Sentence: fmt.Sprintf("Under pressure since around the incident: %s.", strings.Join(read.Nodes, ", "))})
	}
	return findings
}

// strained is the service whose limits are looked at: the culprit's, or, where the trace ends in a call that nobody took,
// the one that was called, if it is one of ours.
func strained(c *incident.Case) string {
	if callee := verdict.SilentCallee(&c.Facts); callee != "" {
		return callee
	}
	return c.Facts.Culprit.Span.Service
}
