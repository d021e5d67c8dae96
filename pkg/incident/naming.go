package incident

// Naming is what a team says about the names in its stores, beyond what is known by itself. Whatever it names is tried
// first, and instead of what is known for that role.
type Naming struct {
	Labels   LabelNames     `json:"labels,omitzero"`
	Scope    Scope          `json:"scope,omitzero"` // what is investigated where nobody says more
	Requests *RequestMetric `json:"requests,omitempty"`
	Edges    *EdgeMetric    `json:"edges,omitempty"`
	Lookups  *LookupMetric  `json:"lookups,omitempty"`
	Pool     *PoolMetric    `json:"pool,omitempty"`
	Queue    *QueueMetric   `json:"queue,omitempty"`
	Build    *BuildMetric   `json:"build,omitempty"`
}

// LabelNames are the labels that a team names things with, in metrics and in logs; empty where it says nothing.
type LabelNames struct {
	Service     string `json:"service,omitempty"`
	Namespace   string `json:"namespace,omitempty"`
	Environment string `json:"environment,omitempty"`
	Cluster     string `json:"cluster,omitempty"`
	Pod         string `json:"pod,omitempty"`
}

// Of is the label that the team keeps a part of a scope in.
func (n LabelNames) Of(part ScopePart) string {
	return Scope{Namespace: n.Namespace, Environment: n.Environment, Cluster: n.Cluster}.Of(part)
}

// ConventionReport says for each role which names were looked for, which were found, what was chosen and why.
type ConventionReport struct {
	DataSource string           `json:"dataSource"` // uid or address of the metrics store
	Window     Window           `json:"window"`     // the time whose metrics were listed
	Asked      string           `json:"asked"`      // when the store was asked, RFC 3339
	Roles      []ConventionRole `json:"roles"`
	Chosen     Conventions      `json:"chosen"`
	Labels     []LabelChoice    `json:"labels"`             // of the log store; empty where it could not be asked
	Warnings   []string         `json:"warnings,omitempty"` // why the list of metrics may lack something, as the store said it
	Problem    string           `json:"problem,omitempty"`  // why the log store could not be asked, a sentence
}

// ConventionRole is one kind of metric and the spellings of it that were looked for, in the order of preference.
type ConventionRole struct {
	Role      string               `json:"role"`             // for example "requests"
	Title     string               `json:"title"`            // what it measures, in a few words
	Chosen    string               `json:"chosen,omitempty"` // the convention; empty where none was found
	Why       string               `json:"why"`              // a sentence
	Spellings []ConventionSpelling `json:"spellings"`
}

// ConventionSpelling is one way to name a role's metrics.
type ConventionSpelling struct {
	Convention string   `json:"convention"`
	Form       string   `json:"form,omitempty"` // "native histogram" or "counts only", where that is how it was looked for
	Metrics    []string `json:"metrics"`        // all of which are needed
	Found      []string `json:"found"`          // those that the store has
	Chosen     bool     `json:"chosen"`
	Settings   bool     `json:"settings,omitempty"` // it comes from the data source's settings
	Why        string   `json:"why"`                // a sentence
}

// LabelChoice says which label of the log store holds something.
type LabelChoice struct {
	Of     string   `json:"of"` // "service", "namespace" or "pod"
	Tried  []string `json:"tried"`
	Chosen string   `json:"chosen,omitempty"`
	Why    string   `json:"why"` // a sentence
}
