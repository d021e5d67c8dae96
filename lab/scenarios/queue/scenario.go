// Package queue plays a fault in a consumer of messages: one that cannot be read holds up all behind it. README.md tells the story.
package queue

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

const (
	worker     = "pricing-worker"
	topic      = "orders"
	poisonAt   = -15 * time.Minute
	partitions = 3
	stuck      = 2 // the partition that is held up
	perSecond  = 6.0
	patience   = 4 * time.Second
	mega       = 1 << 20
)

// Scenario is the message that cannot be read.
func Scenario() story.Scenario {
	return topology.Scenario{
		ID: "queue", Headline: "Orders get no price because a consumer is stuck",
		Tells: "order-api sends every order as a message and waits for its price. A partner's import writes an order in an older format; " +
			"pricing-worker cannot read it, and tries for ever. Whatever lies behind it in the same of three partitions waits: a third of " +
			"the orders get no price in time. The worker is up, ready, and fails at nothing that is counted as a request.",
		Page: story.Alert{Name: "OrderErrorRateHigh", Service: "order-api", Operation: "POST /orders", Threshold: 0.05, Value: 0.33,
			Labels: map[string]string{"alertname": "OrderErrorRateHigh", "severity": "critical", "service": "order-api", "namespace": "sales"}},
		Answer: story.Truth{Cause: "pricing-worker is stuck at a message of topic orders that it cannot read", Service: worker, Component: "topic/" + topic,
			Since: poisonAt, Reason: `(?i)messages? .*wait|lag|behind`,
			Remedy: "kafka-consumer-groups.sh --bootstrap-server localhost:9092 --group " + worker + " --topic " + topic + ":PARTITION --reset-offsets --shift-by 1 --execute"},
		System: system,
	}
}

var heldUp = synth.Symptom{
	Onset:  synth.Curve{{At: poisonAt}, {At: poisonAt + time.Second, Level: 1}},
	Relief: synth.Curve{{At: 4 * time.Second, Level: 1}, {At: 15 * time.Second}},
	Return: synth.Curve{{At: 0}, {At: time.Second, Level: 1}},
}

func system() topology.System {
	b := &backlog{}
	return topology.System{
		Cluster: "sales-production", Namespace: "sales", Nodes: topology.Workers("eu-south-1"), Kept: 0.04, Fault: heldUp, Tick: b.pass,
		Entrances: []topology.Entrance{{To: "order-api POST /orders", Rate: perSecond}, {To: "order-api GET /orders/{id}", Rate: 4}},
		Services:  services(),
		Also:      b.exported(),
		Story:     []topology.Happening{{At: -33 * time.Minute, Rollout: &topology.Rollout{Service: "stock-service", Version: "3.0.4"}}},
	}
}

func services() []topology.Service {
	return []topology.Service{
		{Name: "order-api", Version: "7.7.1", Language: "nodejs", Log: topology.Pino, Replicas: 2, CPU: 1, Memory: 512 * mega,
			Operations: []topology.Operation{
				{Name: "POST /orders", P50: 0.012, P99: 0.05, Everyday: 0.001, Answers: 504, Calls: []topology.Call{
					{To: "stock-service POST /reservations"}, {To: worker + " process " + topic, Topic: topic, Reply: "order-prices", Timeout: patience, Flaw: behind}}},
				{Name: "GET /orders/{id}", P50: 0.006, P99: 0.03, Everyday: 0.0005, Calls: []topology.Call{{To: "stock-service GET /stock/{sku}", Share: 0.5}}},
			},
			Sayings: []topology.Saying{{Level: "info", By: "kafkajs", Text: "[Consumer] Heartbeat of member {id} acknowledged", PerSecond: 0.2}}},
		{Name: worker, Version: "1.5.0", Language: "java", Log: topology.SpringBoot, Replicas: 3, CPU: 2, Memory: 768 * mega,
			Operations: []topology.Operation{{Name: "process " + topic, P50: 0.03, P99: 0.12}},
			Sayings: []topology.Saying{
				{Level: "info", By: "c.e.pricing.Tariffs", Text: "tariffs of region {id} read in {ms} ms", PerSecond: 0.1},
				{Level: "error", By: "o.s.k.l.KafkaMessageListenerContainer", PerSecond: 0.8, Course: func(s topology.Situation) float64 { return s.Level },
					Text: fmt.Sprintf("Consumer exception: org.apache.kafka.common.errors.RecordDeserializationException: Error deserializing VALUE for partition %s-%d "+
						"at offset 4821177. If needed, please seek past the record to continue consumption.", topic, stuck)}}},
		{Name: "stock-service", Version: "3.0.3", Language: "go", Log: topology.Slog, Replicas: 2, CPU: 1, Memory: 256 * mega,
			Operations: []topology.Operation{{Name: "POST /reservations", P50: 0.01, P99: 0.04, Everyday: 0.0005}, {Name: "GET /stock/{sku}", P50: 0.004, P99: 0.02}},
			Sayings:    []topology.Saying{{Level: "info", By: "stocktake", Text: "shelf {id} counted: {n}", PerSecond: 0.2}}},
	}
}

// behind lets the messages of one partition wait.
func behind(s topology.Situation) topology.Flaw {
	if s.Chance.IntN(partitions) == stuck && s.Level > 0.5 {
		return topology.Flaw{Lost: true}
	}
	return topology.Flaw{}
}

// backlog counts the messages that wait in each partition, and those that were read.
type backlog struct {
	waiting, written, read [partitions]float64
}

func (b *backlog) pass(s topology.Situation) {
	for i := range partitions {
		b.written[i] += perSecond / partitions
		if i == stuck && s.Level > 0.5 {
			b.waiting[i] += perSecond / partitions
			continue
		}
		b.read[i] += perSecond/partitions + b.waiting[i]/10
		b.waiting[i] -= b.waiting[i] / 10
	}
}

// exported is what Kafka's exporter tells.
func (b *backlog) exported() []topology.Gauge {
	gauges := []topology.Gauge{}
	for i := range partitions {
		of := synth.Attributes{{Key: "topic", Value: topic}, {Key: "partition", Value: fmt.Sprint(i)}}
		group := append(synth.Attributes{{Key: "consumergroup", Value: worker}}, of...)
		gauges = append(gauges,
			topology.Gauge{From: "kafka-exporter", Name: "kafka_consumergroup_lag", Attributes: group,
				Read: func(s topology.Situation) float64 { return float64(int(b.waiting[i]) + int(s.At.Unix()/30+int64(i))%3) }},
			topology.Gauge{From: "kafka-exporter", Name: "kafka_consumergroup_current_offset", Attributes: group,
				Read: func(topology.Situation) float64 { return 4_800_000 + float64(int(b.read[i])) }},
			topology.Gauge{From: "kafka-exporter", Name: "kafka_topic_partition_current_offset", Attributes: of,
				Read: func(topology.Situation) float64 { return 4_800_000 + float64(int(b.written[i])) }})
	}
	return gauges
}
