package incident

import "time"

// Changes is what was changed around the onset, ordered by time, and where changes were looked for.
type Changes struct {
	List   []ClusterChange `json:"list"`
	Looked []ChangeSource  `json:"looked,omitempty"` // empty in a case that did not write it down
}

// ChangeSource is a place that changes are read from, and whether it could be read.
type ChangeSource struct {
	Name  string      `json:"name"` // as sentences name it, for example "Kubernetes events"
	State SourceState `json:"state"`
	Why   string      `json:"why,omitempty"` // why it could not be read, a sentence
}

// SourceState says whether a source of changes was read.
type SourceState string

// The states of a source.
const (
	SourceRead   SourceState = "read"
	SourceAbsent SourceState = "absent" // this stack has none
	SourceFailed SourceState = "failed" // it is there and could not be read
)

// ClusterChange is one thing that someone, or a controller, changed: an object of the cluster, or what is deployed, switched or run
// elsewhere.
type ClusterChange struct {
	ID string    `json:"id"` // Key, where it stands in a case's list of changes
	At time.Time `json:"at"` // the latest moment at which it can have happened
	// NotBefore is the earliest such moment, where it is less sure when it happened: between two samples of what shows it.
	NotBefore   time.Time `json:"notBefore,omitzero"`
	Kind        string    `json:"kind"` // of the object, as Kubernetes writes it, for example "NetworkPolicy", or one of those below
	Namespace   string    `json:"namespace,omitempty"`
	Object      string    `json:"object"`
	Service     string    `json:"service,omitempty"` // whose telemetry shows it, or whom it names, where that is not the object
	From        string    `json:"from,omitempty"`    // the version or variant before; empty where several were there, or none is known
	To          string    `json:"to,omitempty"`      // the version or variant since
	Action      Action    `json:"action"`            // what was done, as a stable word
	What        string    `json:"what"`              // the same for people: a participle, for example "created", "rolled out", "scaled"
	Text        string    `json:"text,omitempty"`    // in the source's own words
	Sources     []string  `json:"sources"`           // for example "event Created", "kube_networkpolicy_created", "spans"
	BeforeOnset bool      `json:"beforeOnset"`       // not after the onset, as precisely as both are known
	// Fit is how requests since then that met the new version or variant fare, beside those that did not; nil where no sample shows it.
	Fit *ChangeFit `json:"fit,omitempty"`
}

// ChangeFit counts sampled requests since a change by whether they met what is new, and how many of them fail at the service.
type ChangeFit struct {
	With         int `json:"with"`
	FailedWith   int `json:"failedWith"`
	Others       int `json:"others"`
	FailedOthers int `json:"failedOthers"`
}

// The kinds of change that are none of an object of Kubernetes.
const (
	KindVersion       = "Version"       // of a service: Object is the service
	KindFeatureFlag   = "FeatureFlag"   // Object is its key
	KindRelease       = "Release"       // what a deployer deployed: Object is the release or application
	KindMigration     = "Migration"     // of a database's schema: Object is its version or name
	KindConfiguration = "Configuration" // settings or secrets that were read again: Object is the file, or the service
	KindBatchJob      = "BatchJob"      // what a scheduler other than Kubernetes started
	KindAnnotation    = "Annotation"    // of Grafana: Object is its text
)

// Began is when the change happened, as precisely as that is known.
func (k ClusterChange) Began() MovedAt {
	if k.NotBefore.IsZero() {
		return MovedAt{Earliest: k.At, Latest: k.At}
	}
	return MovedAt{Earliest: k.NotBefore, Latest: k.At}
}

// OfCluster says that the change is of an object of Kubernetes.
func (k ClusterChange) OfCluster() bool {
	switch k.Kind {
	case KindVersion, KindFeatureFlag, KindRelease, KindMigration, KindConfiguration, KindBatchJob, KindAnnotation:
		return false
	}
	return true
}

// Of is the service, or the object, that the change is of.
func (k ClusterChange) Of() string {
	if k.Service != "" {
		return k.Service
	}
	return k.Object
}

// Action is what was done to an object: one of those below, or else the reason of the event that tells of it,
// for example "Updated".
type Action string

// The actions that more than one source tells of, or that are none of Kubernetes.
const (
	Created     Action = "created"
	RolledOut   Action = "rolled-out"
	Scaled      Action = "scaled"
	Respecified Action = "respecified"
	Versioned   Action = "versioned"
	Switched    Action = "switched"
	Reloaded    Action = "reloaded"
	Migrated    Action = "migrated"
	Started     Action = "started"
	Annotated   Action = "annotated"
)

// Key tells a change from others of the same case.
func (k ClusterChange) Key() string {
	key := k.Kind + "/" + k.Namespace + "/" + k.Object + "/" + string(k.Action)
	if k.Service != "" {
		key += "/" + k.Service
	}
	if !k.OfCluster() && k.To != "" {
		key += "/" + k.To
	}
	return key
}

// InState names the sources in a state.
func InState(all []ChangeSource, state SourceState) []string {
	var names []string
	for _, s := range all {
		if s.State == state {
			names = append(names, s.Name)
		}
	}
	return names
}
