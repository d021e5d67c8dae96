package incident

// Conventions says what this stack's metrics are called: for each role the spelling that was chosen, nil where none was
// found. The values are data, so that a case can show them and a test can write them down.
type Conventions struct {
	Requests *RequestMetric `json:"requests,omitempty"`
	Edges    *EdgeMetric    `json:"edges,omitempty"`
	Lookups  *LookupMetric  `json:"lookups,omitempty"`
	Pool     *PoolMetric    `json:"pool,omitempty"`
	Cluster  *ClusterMetric `json:"cluster,omitempty"`

	Nodes        *NodeMetric        `json:"nodes,omitempty"`
	Queues       *QueueMetric       `json:"queues,omitempty"`
	Certificates *CertificateMetric `json:"certificates,omitempty"`
}

// RequestMetric is a histogram of the requests that services answer.
type RequestMetric struct {
	Convention string            `json:"convention"` // who names it so, for example "OpenTelemetry HTTP"
	Histogram  string            `json:"histogram"`  // family name, without _bucket, _count or _sum
	Seconds    float64           `json:"seconds"`    // how many seconds one unit of it is
	Services   []string          `json:"services"`   // labels that may hold the service's name, best first
	Operation  OperationLabels   `json:"operation"`
	Code       string            `json:"code,omitempty"` // label with the HTTP status code
	Failed     Match             `json:"failed"`         // what a failed request's labels look like
	Only       map[string]string `json:"only,omitempty"` // labels that pick the served requests out of others
}

// OperationLabels says which labels hold an operation such as "POST /api/checkout": one label for the whole of it, or
// one for the method and one for the route.
type OperationLabels struct {
	Whole  string `json:"whole,omitempty"`
	Method string `json:"method,omitempty"`
	Route  string `json:"route,omitempty"`
}

// Match is a label with a regular expression over its values.
type Match struct {
	Label   string `json:"label"`
	Pattern string `json:"pattern"`
}

// EdgeMetric counts the calls between pairs of services.
type EdgeMetric struct {
	Convention string  `json:"convention"`
	Total      string  `json:"total"`     // counter of calls
	Failed     string  `json:"failed"`    // counter of failed calls
	Histogram  string  `json:"histogram"` // client-side duration, family name
	Seconds    float64 `json:"seconds"`
	Client     string  `json:"client"` // label of the caller
	Server     string  `json:"server"` // label of the callee
}

// LookupMetric is a histogram of name lookups (DNS).
type LookupMetric struct {
	Convention string   `json:"convention"`
	Histogram  string   `json:"histogram"`
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

// ClusterMetric is what is told of the objects of a Kubernetes cluster.
type ClusterMetric struct {
	Convention string   `json:"convention"`
	Metrics    []string `json:"metrics"` // those of the convention that the stack has, ordered
}
