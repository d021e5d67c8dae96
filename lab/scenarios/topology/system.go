// Package topology plays small systems of services in one Kubernetes cluster. A system is a value: who calls whom, how long
// that takes, and what goes wrong as a fault comes and goes. Every request is played by itself, once, and its spans, counts
// and log lines are views of that one play, so that signals agree.
package topology

import (
	"math/rand/v2"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// System is a system of services and its fault. It belongs to one run: its functions may keep state, and are asked second by
// second in order of time.
type System struct {
	// Cluster and Namespace are where the services run.
	Cluster, Namespace string
	Nodes              []Node
	Services           []Service
	Entrances          []Entrance
	// Fault is how far the fault has come, from 0 to 1.
	Fault synth.Symptom
	// Story is what happens relative to the alert; OnFix and OnRelapse, relative to a fix and to a relapse.
	Story, OnFix, OnRelapse []Happening
	// Kept is the share of healthy requests whose traces are kept; failing ones and those slower than Slow are all kept.
	Kept float64
	Slow time.Duration
	// Every is how often metrics are sampled; History is how long before the alert the telemetry begins. 0 means the usual.
	Every, History time.Duration
	// Logfmt writes Kubernetes events as Alloy does, and not as OpenTelemetry's receiver.
	Logfmt bool
	// Also are series of others, such as exporters.
	Also []Gauge
	// Tick, if any, is told of every second before it is played.
	Tick func(Situation)
}

// Node is a machine.
type Node struct {
	Name, Zone string
	// Load is the share of its cores that is busy; nil means about a third.
	Load func(Situation) float64
}

// Service is a deployment, and what runs in it.
type Service struct {
	Name, Version, Language string
	// Log writes its lines.
	Log      Logger
	Replicas int
	// CPU and Memory are a pod's limits, in cores and bytes.
	CPU, Memory float64
	Operations  []Operation
	Sayings     []Saying
	// Condition is how a pod is; nil means well.
	Condition func(Situation) Condition
	// Gauges are what each of its pods reports of itself.
	Gauges []Gauge
}

// Operation is something that a service does on request.
type Operation struct {
	// Name is the server span's: "GET /fares/{id}", or "process orders" for a consumer of messages.
	Name string
	// P50 and P99 are the seconds that it takes by itself, calls not included.
	P50, P99 float64
	Calls    []Call
	// Flaw is what goes wrong with one request; nil means nothing.
	Flaw func(Situation) Flaw
	// Everyday is the share of requests that fail on any day.
	Everyday float64
	// Answers is the status that it answers when a call of its own failed; 0 means 502.
	Answers int
	// Undo are the calls that it makes when a call of its own failed, to take back what was done; how these end changes nothing.
	Undo []Call
}

// Call is one call that an operation makes.
type Call struct {
	// To is the service and the operation called: "fares GET /fares/{id}". It is empty for what has no spans of its own.
	To string
	// Backend is called instead: a database or a host outside.
	Backend *Backend
	// Topic makes it a message, and Reply the topic on which the caller waits for the answer.
	Topic, Reply string
	// Timeout is how long the caller waits; 0 means for ever. Retries is how often it calls again when nobody answered, which takes HTTP.
	Timeout time.Duration
	Retries int
	// Share of the requests make the call; 0 means all.
	Share float64
	// Flaw is what goes wrong on the way; nil means nothing.
	Flaw func(Situation) Flaw
	// Dispensable means that the operation goes on when it fails.
	Dispensable bool
}

// Backend is something called that has no spans of its own.
type Backend struct {
	// Name is that of its node in the service graph; Span that of the client's span.
	Name, Span string
	// Kind is the service graph's connection type: "database" or "virtual_node".
	Kind     string
	P50, P99 float64
	// Attributes are those of the client's span.
	Attributes synth.Attributes
}

// Flaw is what is wrong with one request or call. The zero value is nothing.
type Flaw struct {
	// Slower is a factor on its own time; 0 means none. Wait is longer by.
	Slower float64
	Wait   time.Duration
	// Status is answered; 0 means that it does not fail by itself.
	Status int
	// Lost means that nobody answers: there is no span of the one called. It fails.
	Lost bool
	// Type and Message are the exception's, Stack its trace.
	Type, Message, Stack string
	// Early means that it fails before it calls anyone.
	Early bool
	// Within names a span of its own in which it fails; empty means none.
	Within string
	// Says is logged as an error by the logger named By; empty means nothing.
	Says, By string
	// Attributes are added to the span.
	Attributes synth.Attributes
}

func (f Flaw) fails() bool { return f.Status != 0 || f.Lost }

// Entrance is where requests come in.
type Entrance struct {
	// To is the service and the operation.
	To string
	// Rate is requests per second; Course, if any, a factor on it.
	Rate   float64
	Course func(Situation) float64
}

// Situation is what functions of a system are told.
type Situation struct {
	At time.Time
	// Since is the time since the alert, negative before it.
	Since time.Duration
	// Level is how far the fault has come, from 0 to 1.
	Level float64
	// Pod is the one concerned; nil where it is nobody's.
	Pod *Pod
	// Chance is this request's, or this second's.
	Chance *rand.Rand
}

// Condition is how a pod is. The zero value is well.
type Condition struct {
	// Waits is why its container does not run, as Kubernetes calls it; empty while it runs.
	Waits string
	// Ended is how its container ended last, as Kubernetes calls it, and Said the kubelet's word of why it waits.
	Ended, Said string
	NotReady    bool
	// CPU and Memory are the shares of its limits that it uses; 0 means its usual. Throttled is the share of its CPU periods.
	CPU, Memory, Throttled float64
}

// Gauge is a series read from the situation.
type Gauge struct {
	Name, Unit string
	Attributes synth.Attributes
	Counter    bool
	Read       func(Situation) float64
	// From is the service name of who reports it; empty for a pod's own.
	From string
}

// Happening is something that is done at a time.
type Happening struct {
	At      time.Duration
	Rollout *Rollout
	Scale   *Scale
	Event   *Event
}

// Rollout replaces a service's pods. The new ones serve after half a minute, and the old ones go then; with Recreate they go
// first.
type Rollout struct {
	Service, Version string
	Recreate         bool
}

// Scale changes the number of a service's pods.
type Scale struct {
	Service  string
	Replicas int
}

// Event is a Kubernetes event.
type Event struct {
	Namespace, Kind, Object string
	Reason, Message, By     string
	Warning                 bool
	Count                   int
	// Until, if not 0, is how long it comes back every half a minute, 1 more each time.
	Until time.Duration
}

// Saying is a pattern of lines that a service writes all day. In its text {n} is a number, {ms} a duration and {id} hex.
type Saying struct {
	Level, By, Text string
	PerSecond       float64
	// Course, if any, is a factor on it.
	Course func(Situation) float64
}
