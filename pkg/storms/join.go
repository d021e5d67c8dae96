package storms

import (
	"context"
	"time"

	"github.com/jellydator/ttlcache/v3"

	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/storm"
)

// remembered is a storm under way: what explains alerts that join it.
type remembered struct {
	at     time.Time
	graph  *storm.Graph
	causes []Cause // those that were chosen
	alerts int
}

func (s *Storms) remember(organization int64, f *finding) {
	s.known.Set(organization, &remembered{at: f.storm.At, graph: f.graph, causes: f.storm.Causes, alerts: len(f.storm.Alerts)}, ttlcache.DefaultTTL)
}

// Joined is the answer for an alert that joins a storm under way.
type Joined struct {
	Cause  Cause
	Path   []string // services from the alert's own to one of the cause's
	Alerts int      // of the storm when its causes were looked for
	At     time.Time
}

// Join explains an alert by the causes of the storm under way, by the same rules; false where none is known, or none explains it. It
// asks no store but whether the organization may look.
func (s *Storms) Join(ctx context.Context, organization int64, a firing.Alert) (Joined, bool) {
	known := s.known.Get(organization)
	if known == nil || firing.Serviceless(a.Name) {
		return Joined{}, false
	}
	if _, err := s.environment.Querier(ctx, organization); err != nil {
		return Joined{}, false
	}
	k := known.Value()
	answer := storm.Explain([]storm.Alert{{ID: a.ID, Service: a.Subject.Service, Scope: a.Subject.Scope, Began: a.Began}}, k.graph, pure(k.causes))
	if len(answer.Explained) == 0 {
		return Joined{}, false
	}
	for _, c := range k.causes {
		if c.ID == answer.Explained[0].Cause {
			return Joined{Cause: c, Path: answer.Explained[0].Path, Alerts: k.alerts, At: k.at}, true
		}
	}
	return Joined{}, false
}
