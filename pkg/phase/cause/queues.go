package cause

import (
	"fmt"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
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
		if len(baseline.Within(s.Points, c.Window.Last(now))) == 0 || q.Queue == "" {
			continue
		}
		q.Comparison = incident.Comparison{What: "messages waiting", Service: q.Consumer, Unit: incident.Count, Now: s.Points[len(s.Points)-1].Value,
			Normal: baseline.Median(baseline.Within(s.Points, phase.Lookback(c))), Tolerable: leastWaiting}
		var err error
		if q.Query, err = promql.Sum(promql.Select(metric.Waiting, promql.EqualAll(s.Labels)...)).Text(); err != nil {
			return surroundingRead{}, err
		}
		change, moved := onset.Find(s.Points, onset.Options{Absolute: leastWaiting, Relative: muchWaiting, Noise: queueNoise})
		if moved {
			q.Normal, q.Moved = change.Before, &change.Moved
			q.Abnormal = change.Up() && q.Now >= change.Before+leastWaiting
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
	return incident.Finding{Severity: incident.Critical, Interval: &current, Baseline: &usual,
		Sentence: fmt.Sprintf("%s, normally %s%s.", wording.Capital(waiting(q)), numbers.Count(q.Normal), since(q.Moved)),
		Values: []incident.Value{{Name: q.What, Value: q.Now, Unit: q.Unit, Baseline: incident.Baselined(q.Normal),
			Labels: map[string]string{"queue": q.Queue, "consumer": q.Consumer}}},
		Method:   "messages that wait at the end of the window, over all partitions; normal is the median before they piled up",
		Evidence: incident.Evidence{Series: []incident.Series{course}}}
}

// waiting says how many messages wait for whom.
func waiting(q incident.QueueState) string {
	if q.Consumer == "" {
		return fmt.Sprintf("%s messages of %s wait", numbers.Count(q.Now), q.Queue)
	}
	return fmt.Sprintf("%s messages of %s wait for %s", numbers.Count(q.Now), q.Queue, q.Consumer)
}

// queueSuspects are queues that nobody empties any more, which the trace wrote to or whose consumer the service calls.
func queueSuspects(c *incident.Case, symptoms []*suspect) []*suspect {
	around := c.Facts.Surroundings
	if around == nil {
		return nil
	}
	var all []*suspect
	for _, q := range around.Queues {
		if !q.Abnormal || q.Moved == nil || !c.Facts.InTime(q.Moved.Earliest) {
			continue
		}
		service := q.Consumer
		if service == "" {
			service = q.Queue
		}
		s := newSuspect(service, "topic/"+q.Queue, fmt.Sprintf("%s is behind: %s messages of %s wait for it", service, numbers.Count(q.Now), q.Queue))
		s.depth, s.began = 1, q.Moved
		s.happens("cause/surroundings", "messages of %s begin to wait for %s", q.Queue, service)
		s.speaks(inMetric, "%s, normally %s", waiting(q), numbers.Count(q.Normal))
		switch {
		case writesTo(c, q.Queue):
			s.speaks(inTrace, "the failing trace writes to %s, and nothing of what reads it is in the trace", q.Queue)
		case calls(c, q.Consumer):
			s.speaks(inTable, "%s sends messages to %s", c.Subject.Service, q.Consumer)
		default:
			continue
		}
		addOrder(c, s)
		for _, symptom := range symptoms {
			s.inherits(symptom)
		}
		all = append(all, s)
	}
	return all
}

// writesTo says whether a span of the trace sends to a queue of this name, and none takes from it.
func writesTo(c *incident.Case, queue string) bool {
	sends := false
	if c.Facts.Example == nil {
		return false
	}
	for _, s := range c.Facts.Example.Trace.Spans {
		if !namesQueue(s, queue) {
			continue
		}
		switch s.Kind {
		case incident.KindProducer:
			sends = true
		case incident.KindConsumer:
			return false // it was read
		case incident.KindUnset, incident.KindInternal, incident.KindServer, incident.KindClient:
		}
	}
	return sends
}

func namesQueue(s incident.Span, queue string) bool {
	for _, attribute := range []string{"messaging.destination.name", "messaging.destination", "messaging.kafka.topic", "messaging.rabbitmq.queue"} {
		if s.Attributes[attribute] == queue {
			return true
		}
	}
	return false
}

// calls says whether a service is among those that the subject's service calls.
func calls(c *incident.Case, service string) bool {
	if c.Facts.Callees == nil || service == "" {
		return false
	}
	for _, callee := range c.Facts.Callees.Services {
		if cluster.SameWorkload(callee, service) {
			return true
		}
	}
	return false
}
