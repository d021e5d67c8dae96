package verdict

import (
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
)

var consumerLag = Cause{
	Kind:    "consumer-lag",
	Means:   "messages pile up in a queue that the failing requests write to, or that the service consumes",
	Needs:   []incident.Fact{incident.FactSurroundings, incident.FactExample, incident.FactCallees, incident.FactOnset, incident.FactPatterns, incident.FactTraffic},
	After:   symptoms,
	Depth:   1,
	Find:    findConsumerLag,
	Likely:  []Rule{independentWitnesses, consumesNothing},
	Returns: queueReturns,
	Advise:  adviseOnQueue,
}

// findConsumerLag finds queues that nobody empties any more, which the trace wrote to or whose consumer the service calls.
func findConsumerLag(c *incident.Case, symptoms Suspects) Suspects {
	if c.Facts.Surroundings == nil {
		return nil
	}
	var all Suspects
	for _, q := range c.Facts.Surroundings.Queues {
		if !q.Abnormal || q.Moved == nil || !c.Facts.MovedInTime(*q.Moved) {
			continue
		}
		service := consumerOf(q)
		s := newSuspect(service, incident.Target{Type: "queue", Name: q.Queue}, "topic/"+q.Queue,
			fmt.Sprintf("%s is behind: %s messages of %s wait for it", service, numbers.Count(q.Now), q.Queue))
		s.began = q.Moved
		s.happens(fromSurroundings, "messages of %s begin to wait for %s", q.Queue, service)
		s.has(inMetric, "%s, normally %s", Waiting(q), numbers.Count(q.Normal))
		switch {
		case writesTo(c, q.Queue):
			s.has(inTrace, "the failing trace writes to %s, and nothing of what reads it is in the trace", q.Queue)
		case cluster.SameWorkload(q.Consumer, c.Subject.Service):
			s.has(inTable, "%s is what takes them from the queue", c.Subject.Service)
		case calls(c, q.Consumer):
			s.has(inTable, "%s sends messages to %s", c.Subject.Service, q.Consumer)
		default:
			continue
		}
		if line := repeatedError(&c.Facts, q.Consumer); line != nil && q.Consumer != "" {
			repeatsError(s, line)
		}
		addOrder(c, s)
		s.inherits(symptoms...)
		all = append(all, s)
	}
	return all
}

// consumesNothing says that the consumer itself is looked at, that it handles nothing any more while its queue grows, and that it
// repeats an error line since.
func consumesNothing(c *incident.Case, s *Suspect) bool {
	return s.kinds[inMetric] && s.kinds[inTime] && stopped(&c.Facts) && cluster.SameWorkload(s.service, c.Subject.Service) &&
		repeatedError(&c.Facts, s.service) != nil
}

// consumerOf is who works a queue off; the queue itself where nobody says who.
func consumerOf(q incident.QueueState) string {
	if q.Consumer == "" {
		return q.Queue
	}
	return q.Consumer
}

// Waiting says how many messages wait for whom.
func Waiting(q incident.QueueState) string {
	if q.Consumer == "" {
		return fmt.Sprintf("%s messages of %s wait", numbers.Count(q.Now), q.Queue)
	}
	return fmt.Sprintf("%s messages of %s wait for %s", numbers.Count(q.Now), q.Queue, q.Consumer)
}

// writesTo says whether a span of the trace sends to a queue of this name, and none takes from it.
func writesTo(c *incident.Case, queue string) bool {
	sends := false
	if c.Facts.Example == nil {
		return false
	}
	for _, s := range c.Facts.Example.Trace.Spans {
		if !convention.NamesQueue(s, queue) {
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

// calls says whether a service is among those that the subject's service calls.
func calls(c *incident.Case, service string) bool {
	return c.Facts.Callees != nil && service != "" && slices.ContainsFunc(c.Facts.Callees.Services, func(callee string) bool {
		return cluster.SameWorkload(callee, service)
	})
}

// queueOf is the named queue of its consumer; nil where the case does not have it.
func queueOf(f *incident.Facts, named *incident.Candidate) *incident.QueueState {
	if f.Surroundings == nil || named == nil {
		return nil
	}
	for i, q := range f.Surroundings.Queues {
		if q.Queue == named.Target.Name && consumerOf(q) == named.Service {
			return &f.Surroundings.Queues[i]
		}
	}
	return nil
}

func queueReturns(f *incident.Facts, named *incident.Candidate) []Number {
	q := queueOf(f, named)
	if q == nil {
		return nil
	}
	return returning(&q.Comparison, incident.CriterionOfQueue(q.Queue), fmt.Sprintf("%s in %s", q.What, q.Queue), "")
}

// adviseOnQueue looks at the consumer and starts it again, and says how a message that cannot be read is skipped.
func adviseOnQueue(a *advice.Advice, c *incident.Case, named incident.Candidate) {
	q := queueOf(&c.Facts, &named)
	if q == nil {
		return
	}
	consumer, known := deploymentOf(c, q.Consumer)
	if known {
		a.Look(fromSurroundings, fmt.Sprintf("Shows what %s says; a message that it cannot read is named there. It needs kubectl 1.32 or newer.", q.Consumer),
			"kubectl logs deployment/%s -n %s --all-pods --tail=50", consumer.name, consumer.namespace)
	}
	kafka := c.Facts.Conventions != nil && c.Facts.Conventions.Queue != nil && convention.Kafka(*c.Facts.Conventions.Queue) && q.Consumer != ""
	if kafka {
		a.Look(fromSurroundings, "Shows which partition is behind. Run it on a broker, or name one instead of localhost.",
			"kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group %s", q.Consumer)
	}
	if known {
		a.Change(fromSurroundings, fmt.Sprintf("Starts %s again. This helps when it hangs, and not when it cannot read a message.", q.Consumer),
			"kubectl rollout restart deployment/%s -n %s", consumer.name, consumer.namespace)
	}
	if kafka {
		a.Change(fromSurroundings, "Skips one message of a partition, for one that cannot be read: it is lost to this consumer. Replace PARTITION by the number of the one "+
			"that is behind, and scale the consumer to 0 first: Kafka refuses while it reads.",
			"kafka-consumer-groups.sh --bootstrap-server localhost:9092 --group %s --topic %s:PARTITION --reset-offsets --shift-by 1 --execute", q.Consumer, q.Queue)
		a.After(fromSurroundings, "Shows whether fewer messages wait.", "kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group %s", q.Consumer)
	}
}
