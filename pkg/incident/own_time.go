package incident

// OwnTime is where the requests of an operation spend the time that no call to a traced service takes, by the service's own client spans.
// All times are means of a request in ms.
type OwnTime struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Outside   Spent  `json:"outside"` // of traced calls
	Peers     []Peer `json:"peers"`   // what it called that nothing traces, the largest rise first
	// Idle is the part of Outside in none of its client spans.
	Idle Spent `json:"idle,omitzero"`
	// Abreast is how many of its calls to peers run at a time in the typical request: 1 where one runs after another; 0 where that is not known.
	Abreast Spent `json:"abreast,omitzero"`
	Now     int   `json:"now"` // requests looked at
	Before  int   `json:"before"`
}

// Spent is a mean time in ms, unless its place says of what it is.
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
	PeerService  PeerType = "service" // one that has spans at other times
)

// Peer is something that is called and has no spans of its own.
type Peer struct {
	Type   PeerType `json:"type"`
	Name   string   `json:"name"`             // as the client spans name it
	System string   `json:"system,omitempty"` // for example "postgresql"
	Spent  Spent    `json:"spent"`
	Calls  Spent    `json:"calls,omitzero"` // times that the typical request calls it (a median); 0 before where it was not called
	Each   Spent    `json:"each,omitzero"`  // of one call
}

const (
	muchSlower = 1.5 // times the usual time of a call, from which the calls themselves are slow
	muchMore   = 2.0 // times the usual number of calls in a request
)

// IsSlower says that each call takes longer than before, as far as that is known: where calls were not counted it is taken to.
func (p Peer) IsSlower() bool {
	return p.Each == (Spent{}) || p.Each.Before > 0 && p.Each.Now >= muchSlower*p.Each.Before
}

// IsOftener says that the typical request calls it much more often than before, or calls it and did not.
func (p Peer) IsOftener() bool {
	return p.Calls.Rise() >= 1 && p.Calls.Now >= muchMore*p.Calls.Before
}

// mostOfRise is the share of the added time that calls to one peer have to take to be where it went.
const mostOfRise = 0.5

// Longest is the peer in whose calls most of the added time went, whether these are slower or only more; nil where there is none.
func (o *OwnTime) Longest() *Peer {
	if o == nil || len(o.Peers) == 0 || o.Outside.Rise() <= 0 || o.Peers[0].Spent.Rise() < mostOfRise*o.Outside.Rise() {
		return nil
	}
	return &o.Peers[0]
}

// Slow is the peer in whose calls most of the added time went, since each of them takes longer; nil where there is none. A service that
// calls a store 87 times instead of 3 waits for it longer too, and the store is as quick as ever.
func (o *OwnTime) Slow() *Peer {
	if p := o.Longest(); p != nil && p.IsSlower() {
		return p
	}
	return nil
}

// IsChained says that calls which ran side by side run one after another now, as many as before.
func (o *OwnTime) IsChained() bool {
	const sideBySide, inTurn = 1.5, 1.1
	if o == nil || o.Abreast.Before < sideBySide || o.Abreast.Now <= 0 || o.Abreast.Now > inTurn {
		return false
	}
	for _, p := range o.Peers {
		if p.IsOftener() {
			return false
		}
	}
	return true
}

// IsIdle says that most of the added time went in none of its client spans.
func (o *OwnTime) IsIdle() bool {
	return o != nil && o.Outside.Rise() > 0 && o.Idle.Rise() >= mostOfRise*o.Outside.Rise()
}
