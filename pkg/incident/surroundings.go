package incident

import "time"

// NodeMetric is how long work on a node waits for a processor.
type NodeMetric struct {
	Convention string   `json:"convention"`
	Waiting    string   `json:"waiting"` // counter of seconds in which something waited
	Names      []string `json:"names"`   // labels that may hold the node's name, best first
}

// CertificateMetric is until when certificates are valid.
type CertificateMetric struct {
	Convention string   `json:"convention"`
	Expires    string   `json:"expires"`    // gauge, unix time in seconds
	Names      []string `json:"names"`      // labels that may hold its name, best first
	Namespaces []string `json:"namespaces"` // labels that may hold its namespace, best first
}

// Surroundings is what the services run on and lean on, beside each other: each list is nil where nobody measures it.
type Surroundings struct {
	Nodes        []Comparison  `json:"nodes"`        // ratio of time in which work waited for a processor; Service is the node. Worst first
	Queues       []QueueState  `json:"queues"`       // fullest first
	Certificates []Certificate `json:"certificates"` // those that have expired, the latest first
}

// QueueState is how many messages of a queue wait for a consumer.
type QueueState struct {
	Comparison        // Count; What is the queue's name, Service the consumer's
	Queue      string `json:"queue"`
	Consumer   string `json:"consumer,omitempty"`
}

// Certificate is one that has expired.
type Certificate struct {
	Name      string    `json:"name"`
	Namespace string    `json:"namespace,omitempty"`
	Expired   time.Time `json:"expired"`
	// Recent says that it expired in the hour before the onset, and not after the onset, as precisely as that is known.
	Recent bool `json:"recent,omitempty"`
}

// SharedPool is a pool of connections to the same thing that several services have run out of.
type SharedPool struct {
	Name  string       `json:"name"`  // as the services call the pool, for example the database's name
	Users []Comparison `json:"users"` // a ratio of each service's connections, ordered by when they ran out
}

// Services are the pool's users.
func (p *SharedPool) Services() []string {
	names := make([]string, len(p.Users))
	for i, u := range p.Users {
		names[i] = u.Service
	}
	return names
}
