package cause

import (
	"fmt"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/analysis/rise"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	nodeWaits     = 0.25 // ratio of time with work waiting for a processor, from which it is felt
	nodeRise      = 0.15 // least rise that matters
	nodeNoise     = 0.02 // spread that chance gives
	muchMoreWaits = 1.0  // rise that matters, as a share
)

func planNodes(c *incident.Case) (source.Question, error) {
	metric := c.Facts.Conventions.Nodes
	text, err := promql.Max(promql.Rate(promql.Select(metric.Waiting), phase.Averaging(c)), metric.Names...).Text()
	return source.Question{Name: "nodes", Kind: source.Range, Text: text, Window: phase.Lookback(c), Step: phase.Spacing(c)}, err
}

// readNodes compares how long work waits for a processor on each node with what is usual there.
func readNodes(c *incident.Case, series []incident.Series, into *incident.Surroundings) (surroundingRead, error) {
	into.Nodes = []incident.Comparison{}
	courses := map[string]incident.Series{}
	for _, s := range series {
		name := phase.FirstLabel(s, c.Facts.Conventions.Nodes.Names)
		use, ok := rise.Of(s.Points, rise.Options{Now: c.Window.Last(now), Usual: phase.Lookback(c), Average: baseline.Mean, From: nodeWaits,
			Onset: onset.Options{Window: phase.Averaging(c), Averaged: true, Absolute: nodeRise, Relative: muchMoreWaits, Noise: nodeNoise}})
		if name == "" || !ok {
			continue
		}
		use.What, use.Service, use.Unit, use.Tolerable = "time waiting for a processor", name, incident.Ratio, nodeWaits
		var err error
		if use.Query, err = nodeQuery(c, s.Labels); err != nil {
			return surroundingRead{}, err
		}
		into.Nodes = append(into.Nodes, use)
		courses[name] = s
	}
	sort.SliceStable(into.Nodes, func(i, j int) bool {
		a, b := into.Nodes[i], into.Nodes[j]
		return a.Abnormal && !b.Abnormal || a.Abnormal == b.Abnormal && a.Now > b.Now
	})
	read := surroundingRead{well: fmt.Sprintf("on %s work waits for processors no longer than usual", wording.Counted(len(into.Nodes), "node", "nodes")),
		values: []incident.Value{{Name: "nodes", Measure: incident.MeasureNodes, Value: float64(len(into.Nodes)), Unit: incident.Count}}}
	if len(into.Nodes) == 0 {
		read.well = "no node reported in the last 5 min"
	}
	for _, n := range into.Nodes {
		if n.Abnormal {
			read.findings = append(read.findings, nodeFinding(c, n, len(into.Nodes), courses[n.Service]))
		}
	}
	return read, nil
}

// nodeQuery is the query for how long work waited on one node in the last minutes, which is known by all of its labels.
func nodeQuery(c *incident.Case, labels map[string]string) (string, error) {
	metric := c.Facts.Conventions.Nodes
	return promql.Max(promql.Rate(promql.Select(metric.Waiting, promql.EqualAll(labels)...), now)).Text()
}

func nodeFinding(c *incident.Case, n incident.Comparison, of int, course incident.Series) incident.Finding {
	current, usual := c.Window.Last(now), usualTime(c, n.Moved)
	course.Name, course.Unit = n.What, incident.Ratio
	said := wording.Textf("On node %s work waits for a processor in %s of the time, normally %s%s.", n.Service, numbers.Percent(n.Now),
		numbers.Percent(n.Normal), since(n.Moved))
	return incident.Finding{ID: "node/" + n.Service, Shows: incident.CriterionOfNode(n.Service), Severity: incident.Critical, Interval: &current, Baseline: &usual,
		Sentence: said.Plain(), Moments: said.Moments(),
		Values: []incident.Value{{Name: n.What, Measure: incident.MeasurePressure, Value: n.Now, Unit: n.Unit, Baseline: incident.Baselined(n.Normal), Labels: map[string]string{"node": n.Service}},
			{Name: "nodes", Measure: incident.MeasureNodes, Value: float64(of), Unit: incident.Count}},
		Method:   "share of time with some work waiting for a processor (pressure stall information), last 5 min; normal is the median before it rose",
		Evidence: incident.Evidence{Series: []incident.Series{course}}}
}
