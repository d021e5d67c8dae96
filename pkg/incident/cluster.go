package incident

import "time"

// PodTroubles is what is wrong with the cluster's pods.
type PodTroubles struct {
	New      []PodTrouble `json:"new"`      // began in the hour before the onset or later, the worst first
	AsBefore []PodTrouble `json:"asBefore"` // were there before that already
}

// PodTrouble is what is wrong with the pods of one workload.
type PodTrouble struct {
	Namespace string   `json:"namespace"`
	Workload  string   `json:"workload"` // the pods' common name, without what a controller appended
	Pods      []string `json:"pods"`     // ordered; empty when only the deployment tells of it
	Reason    string   `json:"reason"`   // the worst that is told of them, as Kubernetes calls it, for example "CrashLoopBackOff"
	Since     MovedAt  `json:"since"`
	Restarts  float64  `json:"restarts"` // since the hour before the onset, all pods together
	Missing   float64  `json:"missing"`  // replicas that are wanted and not available

	OutOfMemory bool   `json:"outOfMemory,omitempty"` // containers were killed for lack of memory
	None        bool   `json:"none,omitempty"`        // no replica was available at the end
	Of          string `json:"of,omitempty"`          // what of it is meant, where the reason is of a part, for example an init container
}

// Blocked is what keeps a workload's pods from running, as events tell it.
type Blocked struct {
	Kind CauseKind `json:"kind"`           // one of those of docs/causes.md
	What string    `json:"what,omitempty"` // the name of what is missing or refuses
	Said string    `json:"said"`           // the message
}

// Saturation is how near the culprit's service's containers are to their limits. A part is nil where nobody measures it.
type Saturation struct {
	CPU    *Comparison `json:"cpu,omitempty"`    // ratio of CPU periods in which its most throttled pod had to wait
	Memory *Comparison `json:"memory,omitempty"` // ratio of the limit that its fullest container uses
	Nodes  []string    `json:"nodes"`            // nodes that came under pressure, each with the condition, ordered
}

// ClusterEvents is what the cluster's controllers had to say that they do not say all the time.
type ClusterEvents struct {
	Warnings []EventGroup    `json:"warnings"`       // ordered by the time of the first
	Changes  []ClusterChange `json:"changes"`        // ordered by time
	Jobs     []JobStart      `json:"jobs,omitempty"` // of cron jobs that do not run as often at other times, ordered by time
}

// JobStart is a job that a cron job started.
type JobStart struct {
	At        time.Time `json:"at"`
	Namespace string    `json:"namespace"`
	Job       string    `json:"job"`
	CronJob   string    `json:"cronJob"`
}

// EventGroup is the warnings of one reason about the objects of one workload.
type EventGroup struct {
	Namespace string    `json:"namespace"`
	Kind      string    `json:"kind"`     // of the objects, for example "Pod"
	Workload  string    `json:"workload"` // the objects' common name
	Objects   []string  `json:"objects"`  // ordered
	Reason    string    `json:"reason"`
	Message   string    `json:"message"` // of the first
	First     time.Time `json:"first"`
	Last      time.Time `json:"last"`
	Count     float64   `json:"count"`             // since the hour before the onset
	Before    float64   `json:"before"`            // in the hour before that
	Blocked   *Blocked  `json:"blocked,omitempty"` // what one of the messages says that keeps the objects from running
}

// InfraLogs is what the infrastructure's logs say that they did not say before.
type InfraLogs struct {
	Patterns []InfraPattern `json:"patterns"` // ordered by the time of the first line
}

// InfraPattern is error lines of one service that differ in numbers and quoted names only.
type InfraPattern struct {
	Namespace string    `json:"namespace,omitempty"`
	Service   string    `json:"service"`
	Text      string    `json:"text"`  // what the lines have in common
	Names     []string  `json:"names"` // host names that the lines speak of, ordered
	First     time.Time `json:"first"`
	Count     float64   `json:"count"`  // since the hour before the onset
	Before    float64   `json:"before"` // in the hour before that
}

// Blame is what the verdict's first candidate rests on in the cluster; a part is nil where there is none.
type Blame struct {
	Change  *ClusterChange `json:"change,omitempty"`  // what was changed
	Trouble *PodTrouble    `json:"trouble,omitempty"` // the pods that it broke
}
