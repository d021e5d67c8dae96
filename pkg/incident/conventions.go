package incident

import "strings"

// Conventions says what this stack's metrics are called: for each role the spelling that was chosen, nil where none was
// found. The values are data, so that a case can show them and a test can write them down.
type Conventions struct {
	Requests *RequestMetric `json:"requests,omitempty"`
	// OtherRequests are further metrics of served requests that the stack has, best first: a service that does not report
	// the chosen one may report one of these.
	OtherRequests []RequestMetric `json:"otherRequests,omitempty"`
	Edges         *EdgeMetric     `json:"edges,omitempty"`
	Lookups       *LookupMetric   `json:"lookups,omitempty"`
	Pool          *PoolMetric     `json:"pool,omitempty"`
	Queue         *QueueMetric    `json:"queue,omitempty"`
	Build         *BuildMetric    `json:"build,omitempty"`
	Cluster       *ClusterMetric  `json:"cluster,omitempty"`

	// Likely are metrics that may tell of requests, where none that is known does, best first.
	Likely []LikelyMetric `json:"likely,omitempty"`

	Nodes        *NodeMetric        `json:"nodes,omitempty"`
	Certificates *CertificateMetric `json:"certificates,omitempty"`
}

// None says whether no role has a metric.
func (c Conventions) None() bool {
	return c.Requests == nil && c.Edges == nil && c.Lookups == nil && c.Pool == nil && c.Queue == nil && c.Build == nil && c.Cluster == nil &&
		c.Nodes == nil && c.Certificates == nil
}

// RequestMetric is what tells of the requests that services answer: a histogram of their durations, a counter, or both.
type RequestMetric struct {
	Convention string `json:"convention"` // who names it so, for example "OpenTelemetry HTTP"
	// Histogram is the family of durations, without _bucket, _count or _sum; empty where durations are not reported.
	Histogram string `json:"histogram,omitempty"`
	// Mean is the family of durations of which only sum and count are reported, without _sum and _count; empty where there is a histogram.
	Mean      string            `json:"mean,omitempty"`
	Native    bool              `json:"native,omitempty"`  // Histogram is a native one: one series holds count, sum and buckets
	Counter   string            `json:"counter,omitempty"` // counter of requests, where they are not counted by the histogram
	Seconds   float64           `json:"seconds"`           // how many seconds one unit of the durations is
	Services  []string          `json:"services"`          // labels that may hold the service's name, best first
	Operation OperationLabels   `json:"operation"`
	Code      string            `json:"code,omitempty"` // label with the HTTP status code, or that of gRPC
	Failed    Match             `json:"failed"`         // what a failed request's labels look like
	Only      map[string]string `json:"only,omitempty"` // labels that pick the served requests out of others
	// Gateway says that only what passes a gateway is counted, and not what services inside ask of each other.
	Gateway bool `json:"gateway,omitempty"`
	// Spellings are the names that labels go by where the convention leaves them open; nil where it does not. Which of them
	// a metric has is asked before anything else is.
	Spellings *LabelSpellings `json:"spellings,omitempty"`
}

// Counts is the series that counts the requests; with a native histogram alone it is the histogram itself.
func (m RequestMetric) Counts() string {
	switch {
	case m.Counter != "":
		return m.Counter
	case m.Native:
		return m.Histogram
	}
	return m.Histogram + "_count"
}

// CountsNatively says whether Counts is a native histogram, of which the count has to be taken.
func (m RequestMetric) CountsNatively() bool { return m.Native && m.Counter == "" }

// Name is what a sentence calls the metric.
func (m RequestMetric) Name() string {
	if m.Histogram != "" {
		return m.Histogram
	}
	return m.Counter
}

// LikelyMetric is a metric that may tell of served requests, by its name. It is proposed and not read.
type LikelyMetric struct {
	Histogram string   `json:"histogram,omitempty"` // a family of durations; empty where it only counts
	Counter   string   `json:"counter,omitempty"`
	Labels    []string `json:"labels"`            // those that it has
	Service   string   `json:"service,omitempty"` // the one of them that holds the subject's service; empty where none does
	Code      string   `json:"code,omitempty"`    // those that may hold the status, the method and the route, by their names
	Method    string   `json:"method,omitempty"`
	Route     string   `json:"route,omitempty"`
}

// Name is the family's name, or the counter's.
func (m LikelyMetric) Name() string {
	if m.Histogram != "" {
		return m.Histogram
	}
	return m.Counter
}

// Counts is the series that counts; empty where the metric is none.
func (m LikelyMetric) Counts() string {
	if m.Histogram != "" {
		return m.Histogram + "_count"
	}
	return m.Counter
}

// LabelSpellings are the names that a metric's labels may have, best first.
type LabelSpellings struct {
	Methods []string `json:"methods"`
	Routes  []string `json:"routes"`
	Codes   []string `json:"codes"`
}

// OperationLabels says which labels hold an operation such as "POST /api/checkout": one label for the whole of it, or
// one for the method and one for the route; or such as "shop.Basket/Add", one for the service of a remote procedure call and one
// for its method.
type OperationLabels struct {
	Whole  string `json:"whole,omitempty"`
	Method string `json:"method,omitempty"`
	Route  string `json:"route,omitempty"`
	// Procedures is the label of the service that Method is one of.
	Procedures string `json:"procedures,omitempty"`
	// AnyCase says that methods are written in lower case as often as in upper case.
	AnyCase bool `json:"anyCase,omitempty"`
}

// Names are the labels that hold an operation, in the order in which its name is written; none where they cannot hold a whole one.
func (l OperationLabels) Names() []string {
	switch {
	case l.Whole != "":
		return []string{l.Whole}
	case l.Procedures != "":
		return []string{l.Procedures, l.Method}
	case l.Route != "" && l.Method != "":
		return []string{l.Method, l.Route}
	}
	return nil
}

// In is the operation that the labels of a series name; empty where they name none.
func (l OperationLabels) In(labels map[string]string) string {
	var name []string
	for _, label := range l.Names() {
		name = append(name, labels[label])
	}
	if l.Procedures != "" {
		return strings.Join(name, "/")
	}
	return strings.TrimSpace(strings.Join(name, " "))
}

// Match is a label with a regular expression over its values.
type Match struct {
	Label   string `json:"label"`
	Pattern string `json:"pattern"`
}

// EdgeMetric counts the calls between pairs of services, as the caller sees them.
type EdgeMetric struct {
	Convention string            `json:"convention"`
	Total      string            `json:"total,omitempty"`      // counter of calls; empty where the histogram's counts are all there is
	Failed     string            `json:"failed,omitempty"`     // counter of failed calls; empty where a label tells them
	FailedCall *Match            `json:"failedCall,omitempty"` // what a failed call's labels look like, where no counter tells
	Histogram  string            `json:"histogram"`            // client-side duration, family name
	Native     bool              `json:"native,omitempty"`     // Histogram is a native one
	Seconds    float64           `json:"seconds"`
	Clients    []string          `json:"clients"`         // labels that may hold the caller, best first
	Server     string            `json:"server"`          // label of the callee: its name, or the host that it is called at
	Hosts      bool              `json:"hosts,omitempty"` // Server holds hosts, so that nobody can be found by who calls him
	Only       map[string]string `json:"only,omitempty"`  // labels that pick the callers' reports out of others
}

// Counts is the series that counts the calls; with a native histogram alone it is the histogram itself.
func (m EdgeMetric) Counts() string {
	switch {
	case m.Total != "":
		return m.Total
	case m.Native || m.Histogram == "":
		return m.Histogram
	}
	return m.Histogram + "_count"
}

// Name is what a sentence calls the metric.
func (m EdgeMetric) Name() string {
	if m.Total != "" {
		return m.Total
	}
	return m.Histogram
}

// CountsNatively says whether Counts is a native histogram, of which the count has to be taken.
func (m EdgeMetric) CountsNatively() bool { return m.Native && m.Total == "" }

// LookupMetric is a histogram of name lookups (DNS).
type LookupMetric struct {
	Convention string   `json:"convention"`
	Histogram  string   `json:"histogram"`
	Native     bool     `json:"native,omitempty"` // Histogram is a native one
	Seconds    float64  `json:"seconds"`
	Services   []string `json:"services"`
	Name       string   `json:"name"` // label of the name that was looked up
}

// PoolMetric is how many connections of a pool are in use, and how many there can be.
type PoolMetric struct {
	Convention string            `json:"convention"`
	Used       string            `json:"used"`
	Only       map[string]string `json:"only,omitempty"` // labels that pick the connections in use
	Max        string            `json:"max"`
	Services   []string          `json:"services"`
	Name       string            `json:"name,omitempty"` // label that holds the pool's name, where there is one
}

// QueueMetric is how much work waits for a consumer.
type QueueMetric struct {
	Convention string `json:"convention"`
	Waiting    string `json:"waiting"`            // gauge of messages or jobs that wait
	Queue      string `json:"queue"`              // label of the queue or topic
	Consumer   string `json:"consumer,omitempty"` // label of who works it off, where there is one
}

// BuildMetric tells which version of a service runs.
type BuildMetric struct {
	Convention string   `json:"convention"`
	Info       string   `json:"info"` // gauge that is always 1
	Services   []string `json:"services"`
	Version    string   `json:"version"` // label of the version
}

// ClusterMetric is what is told of the objects of a Kubernetes cluster.
type ClusterMetric struct {
	Convention string   `json:"convention"`
	Metrics    []string `json:"metrics"` // those of the convention that the stack has, ordered
}
