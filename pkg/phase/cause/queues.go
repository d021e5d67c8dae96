package cause

import (
	"fmt"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/analysis/rise"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/verdict"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	leastWaiting = 50.0 // messages, least rise that matters
	muchWaiting  = 2.0  // rise that matters, as a share
	queueNoise   = 5.0  // messages that come and go between two samples
)

func planQueues(c *incident.Case) (source.Question, error) {
	metric := c.Facts.Conventions.Queue
	by := []string{metric.Queue}
	if metric.Consumer != "" {
		by = append(by, metric.Consumer)
	}
	text, err := promql.Sum(promql.Select(metric.Waiting), by...).Text()
	return source.Question{Name: "queues", Kind: source.Range, Text: text, Window: phase.Lookback(c), Step: phase.Spacing(c)}, err
}

// readQueues compares how many messages wait with how many usually do, queue by queue.
func readQueues(c *incident.Case, series []incident.Series, into *incident.Surroundings) (surroundingRead, error) {
	metric := c.Facts.Conventions.Queue
	into.Queues = []incident.QueueState{}
	courses := map[[2]string]incident.Series{}
	for _, s := range series {
		q := incident.QueueState{Queue: s.Labels[metric.Queue], Consumer: s.Labels[metric.Consumer]}
		compared, ok := rise.Of(s.Points, rise.Options{Now: c.Window.Last(now), Usual: phase.Lookback(c), By: leastWaiting,
			Onset: onset.Options{Absolute: leastWaiting, Relative: muchWaiting, Noise: queueNoise}})
		if !ok || q.Queue == "" {
			continue
		}
		q.Comparison = compared
		q.What, q.Service, q.Unit, q.Tolerable = "messages waiting", q.Consumer, incident.Count, leastWaiting
		var err error
		if q.Query, err = promql.Sum(promql.Select(metric.Waiting, promql.EqualAll(s.Labels)...)).Text(); err != nil {
			return surroundingRead{}, err
		}
		into.Queues = append(into.Queues, q)
		courses[[2]string{q.Queue, q.Consumer}] = s
	}
	sort.SliceStable(into.Queues, func(i, j int) bool {
		a, b := into.Queues[i], into.Queues[j]
		return a.Abnormal && !b.Abnormal || a.Abnormal == b.Abnormal && a.Now > b.Now
	})
	read := surroundingRead{well: fmt.Sprintf("%s as empty as ever", wording.Counted(len(into.Queues), "queue is", "queues are")),
		values: []incident.Value{{Name: "queues", Value: float64(len(into.Queues)), Unit: incident.Count}}}
	if len(into.Queues) == 0 {
		read.well = "no queue was reported in the last 5 min"
	}
	const each = 3
	for _, q := range into.Queues {
		if q.Abnormal && len(read.findings) < each {
			read.findings = append(read.findings, queueFinding(c, q, courses[[2]string{q.Queue, q.Consumer}]))
		}
	}
	return read, nil
}

func queueFinding(c *incident.Case, q incident.QueueState, course incident.Series) incident.Finding {
	current, usual := c.Window.Last(now), usualTime(c, q.Moved)
	course.Name, course.Unit = q.What, incident.Count
	said := wording.Textf("%s, normally %s%s.", wording.Capital(verdict.Waiting(q)), numbers.Count(q.Normal), since(q.Moved))
	return incident.Finding{ID: "queue/" + q.Queue + "/" + q.Consumer, Shows: incident.CriterionOfQueue(q.Queue), Severity: incident.Critical, Interval: &current, Baseline: &usual,
		Sentence: said.Plain(), Moments: said.Moments(),
		Values: []incident.Value{{Name: q.What, Measure: incident.MeasureWaiting, Value: q.Now, Unit: q.Unit, Baseline: incident.Baselined(q.Normal),
			Labels: map[string]string{"queue": q.Queue, "consumer": q.Consumer}}},
		Method:   "messages that wait at the end of the window, over all partitions; normal is the median before they piled up",
		Evidence: incident.Evidence{Series: []incident.Series{course}}}
}
