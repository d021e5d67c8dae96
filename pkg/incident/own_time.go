package incident

// OwnTime is where the requests of an operation spend the time that no call to a traced service takes, by the service's own client spans.
// All times are means of a request in ms.
type OwnTime struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Outside   Spent  `json:"outside"` // of traced calls
	Peers     []Peer `json:"peers"`   // what it called that nothing traces, the largest rise first
	Now       int    `json:"now"`     // requests looked at
	Before    int    `json:"before"`
}

// Spent is a mean time in ms.
type Spent struct {
	Now    float64 `json:"now"`
	Before float64 `json:"before"`
}

// Rise is by how much it grew, in ms.
func (s Spent) Rise() float64 { return s.Now - s.Before }

// PeerType is what kind of thing is called.
type PeerType string

// What can be called without a trace of its own.
const (
	PeerDatabase PeerType = "database"
	PeerQueue    PeerType = "queue"
	PeerHost     PeerType = "host"
)

// Peer is something that is called and has no spans of its own.
type Peer struct {
	Type   PeerType `json:"type"`
	Name   string   `json:"name"`             // as the client spans name it
	System string   `json:"system,omitempty"` // for example "postgresql"
	Spent  Spent    `json:"spent"`
}

// mostOfRise is the share of the added time that calls to one peer have to take to be where it went.
const mostOfRise = 0.5

// Slow is the peer in whose calls most of the added time went; nil where there is none.
func (o *OwnTime) Slow() *Peer {
	if o == nil || len(o.Peers) == 0 || o.Outside.Rise() <= 0 || o.Peers[0].Spent.Rise() < mostOfRise*o.Outside.Rise() {
		return nil
	}
	return &o.Peers[0]
}
