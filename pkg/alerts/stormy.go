package alerts

import (
	"cmp"
	"context"
	"slices"
	"time"
)

const (
	stormFrom   = 3                // services with new alerts that are a storm
	stormWithin = 10 * time.Minute // in which they began
)

// Storms answer for alerts that fire together.
type Storms interface {
	// Explains says whether the causes of a storm under way explain an alert. It asks no store.
	Explains(ctx context.Context, organization int64, a Alert) bool
	// Arise has the causes looked for, unless that is under way or has just been done. It does not wait.
	Arise(ctx context.Context, organization int64)
}

// Answering has storms answer from now on, before the first message comes.
func (i *Inbox) Answering(s Storms) *Inbox {
	i.storms = s
	return i
}

// stormy says whether a message belongs to a storm: with it, alerts of several services have begun within some minutes.
func (i *Inbox) stormy(organization int64, m Message) bool {
	if i.storms == nil {
		return false
	}
	services := map[string]bool{}
	note := func(a Alert) {
		if a.Status == Firing && a.Subject.Service != "" && i.now().Sub(a.StartsAt) < stormWithin {
			services[a.Subject.Service] = true
		}
	}
	for _, raw := range m.Alerts {
		if result, _ := aboutNoService(raw); result == "" && wrong(raw, i.now()) == "" {
			note(read(raw, i.now()))
		}
	}
	if len(services) == 0 {
		return false
	}
	for _, a := range i.Firing(organization) {
		note(a)
	}
	return len(services) >= stormFrom
}

// explained says whether a storm under way explains an alert.
func (i *Inbox) explained(ctx context.Context, organization int64, a Alert) bool {
	return i.storms != nil && i.storms.Explains(ctx, organization, a)
}

// arise has the causes looked for where a message's alerts belong to a storm.
func (i *Inbox) arise(ctx context.Context, organization int64, outcomes []Outcome) {
	if slices.ContainsFunc(outcomes, func(o Outcome) bool { return o.Result == Stormed }) {
		i.storms.Arise(ctx, organization)
	}
}

// InvestigateApart begins an investigation of every alert that a storm was to answer and that its causes do not explain, as if each had
// come alone. It takes as long as the limit of investigations asks for, and ends with ctx.
func (i *Inbox) InvestigateApart(ctx context.Context, organization int64) {
	for _, fingerprint := range i.unanswered(organization) {
		for i.TakeApart(ctx, organization, fingerprint) == TooMany {
			select {
			case <-ctx.Done():
				return
			case <-time.After(refill):
			}
		}
	}
}

// unanswered are the fingerprints of alerts that fire and have no investigation, the oldest alert first.
func (i *Inbox) unanswered(organization int64) []string {
	firing := i.Firing(organization)
	slices.SortStableFunc(firing, func(a, b Alert) int {
		return cmp.Or(a.StartsAt.Compare(b.StartsAt), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	var fingerprints []string
	for _, a := range firing {
		if item := i.alerts.Get(keyOf(organization, a.Fingerprint)); item != nil && item.Value().run == 0 {
			fingerprints = append(fingerprints, a.Fingerprint)
		}
	}
	return fingerprints
}

// TakeApart begins an investigation of an alert that a storm does not explain, or says what became of it meanwhile.
func (i *Inbox) TakeApart(ctx context.Context, organization int64, fingerprint string) Result {
	i.receiving.Lock()
	defer i.receiving.Unlock()
	item := i.alerts.Get(keyOf(organization, fingerprint))
	if item == nil || item.Value().Status != Firing {
		return Ended
	}
	result, _, err := i.take(ctx, organization, "of a storm", item.Value().Alert, false)
	if err != nil {
		logger.FromContext(ctx).Warn("An alert that its storm does not explain could not be investigated", "error", err)
	}
	return result
}
