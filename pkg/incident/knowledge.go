package incident

import "time"

// Knowledge is what people have told Faultline about their environment before anything happened.
type Knowledge struct {
	Externals []External `json:"externals,omitempty"`
	Runbooks  []Runbook  `json:"runbooks,omitempty"`
	Checks    []Check    `json:"checks,omitempty"`
	Owners    []Owner    `json:"owners,omitempty"`
	// Annotations says which annotations in Grafana tell of changes; nil where Grafana cannot be asked.
	Annotations *Annotations `json:"annotations,omitempty"`
}

// Annotations picks annotations of the organization by their tags.
type Annotations struct {
	Tags []string `json:"tags"` // any of which an annotation has
}

// Owner says whose a service is.
type Owner struct {
	Service string `json:"service"`
	Owner   string `json:"owner"` // a team, a channel or a person, as people call it
}

// OwnerOf is whose a service is; empty where nobody has said it.
func (k Knowledge) OwnerOf(service string) string {
	for _, o := range k.Owners {
		if o.Service == service {
			return o.Owner
		}
	}
	return ""
}

// External is a host outside that services call, and where its owner tells how it fares.
type External struct {
	Host       string `json:"host"`           // as spans name it, for example "api.stripe.com"; "*.example.com" means all below
	Name       string `json:"name,omitempty"` // what people call it; the host where empty
	StatusPage string `json:"statusPage"`     // address of its status page
	// Internal says that the status page is of one's own network. Otherwise an address that leads into a private network is not asked.
	Internal bool `json:"internal,omitempty"`
}

// Runbook is what to do when a service is in trouble, or when an alert fires.
type Runbook struct {
	Service  string           `json:"service,omitempty"`
	Alert    string           `json:"alert,omitempty"` // the alert's name
	URL      string           `json:"url,omitempty"`
	Commands []RunbookCommand `json:"commands,omitempty"`
}

// RunbookCommand is a line of a runbook, to be copied by a person who has read it.
type RunbookCommand struct {
	Text    string `json:"text"`
	Why     string `json:"why,omitempty"`     // what it tells or does, a sentence
	Changes bool   `json:"changes,omitempty"` // it changes something, and does not only look
}

// Check is a question of people's own, asked in every investigation it is meant for.
type Check struct {
	Name     string   `json:"name"`
	Language string   `json:"language"` // "promql", "logql" or "traceql"
	Query    string   `json:"query"`    // $service and $operation stand for the subject's within label values
	Sentence string   `json:"sentence"` // {value}, {normal}, {service} and {operation} are filled in
	Unit     Unit     `json:"unit,omitempty"`
	Above    *float64 `json:"above,omitempty"`    // the value from which it is bad
	Below    *float64 `json:"below,omitempty"`    // the value up to which it is bad
	Services []string `json:"services,omitempty"` // whose investigations ask it; empty means all
}

// Alert is what is known of the alert that an investigation is about.
type Alert struct {
	Name        string            `json:"name"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"` // for example runbook_url
	Began       *time.Time        `json:"began,omitempty"`       // when it began to fire, where that is known
}
