package casebook

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/casebook/alike"
	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	mostCompared = 40 // earlier cases; each may have to be read, and has up to 2 MiB
	readAtOnce   = 4
	mostShown    = 5
	shapeLasts   = 10 * time.Minute
)

// compared is what is remembered of a case so that it need not be read for every comparison.
type compared struct {
	at      time.Time
	shape   alike.Shape
	ended   alike.Ended
	verdict incident.Verdict
}

// Before gives the earlier cases that a case is like: of the same service first, then of others, the newest ones.
func (b *Casebook) Before(ctx context.Context, id string) (incident.CasesBefore, error) {
	found := incident.CasesBefore{Cases: []incident.CaseBefore{}}
	s, _, err := b.store.Read(ctx, id)
	if err != nil {
		return found, err
	}
	earlier, more, err := b.earlier(ctx, s)
	if err != nil {
		return found, err
	}
	found.More = more
	now := alike.Of(&s.Case)
	for i, k := range b.shapes(ctx, earlier) {
		if k == nil {
			found.Unread++
			continue
		}
		found.Compared++
		if l := alike.Compare(now, k.shape); l.Alike() {
			found.Cases = append(found.Cases, incident.CaseBefore{Case: earlier[i], Score: l.Score, Because: l.Because, Cause: k.verdict.Sentence, Moments: k.verdict.Moments,
				Fix: k.ended.Fix, Recovered: k.ended.Recovered, Took: k.ended.Took, How: k.ended.How})
		}
	}
	slices.SortStableFunc(found.Cases, func(a, b incident.CaseBefore) int { return cmp.Compare(b.Score, a.Score) })
	found.Cases = found.Cases[:min(len(found.Cases), mostShown)]
	return found, ctx.Err()
}

// earlier are the cases to compare with, and whether there are more.
func (b *Casebook) earlier(ctx context.Context, s *incident.SavedCase) ([]incident.CaseSummary, bool, error) {
	var all []incident.CaseSummary
	more := false
	when := Summary(s).Opened
	for _, filter := range []Filter{{Service: s.Case.Subject.Service, Limit: usualLimit}, {Limit: usualLimit}} {
		list, err := b.store.List(ctx, filter)
		if err != nil {
			return nil, false, err
		}
		more = more || list.More
		for _, c := range list.Cases {
			known := c.ID == s.ID || c.Opened.After(when) || slices.ContainsFunc(all, func(other incident.CaseSummary) bool { return other.ID == c.ID })
			if !known {
				all = append(all, c)
			}
		}
	}
	if len(all) > mostCompared {
		return all[:mostCompared], true, nil
	}
	return all, more, nil
}

// shapes reads what is compared of cases, a few at a time; nil stands for one that cannot be read.
func (b *Casebook) shapes(ctx context.Context, cases []incident.CaseSummary) []*compared {
	all := make([]*compared, len(cases))
	places := make(chan int)
	var reading defect.Group
	for range min(readAtOnce, len(cases)) {
		reading.Go("comparison of cases", func() {
			for i := range places {
				_ = defect.Contain("comparison of cases", func() { all[i] = b.shape(ctx, cases[i]) }) // nil then, which stands for unread
			}
		})
	}
	for i := range cases {
		places <- i
	}
	close(places)
	_ = reading.Wait()
	return all
}

func (b *Casebook) shape(ctx context.Context, c incident.CaseSummary) *compared {
	b.mu.Lock()
	known := b.shapesOf[c.ID]
	b.mu.Unlock()
	if known != nil && b.o.Now().Sub(known.at) < shapeLasts {
		return known
	}
	s, _, err := b.store.Read(ctx, c.ID)
	if err != nil {
		return nil
	}
	fresh := &compared{at: b.o.Now(), shape: alike.Of(&s.Case), ended: alike.EndOf(s), verdict: incident.Verdict{Sentence: s.Case.Verdict.Sentence, Moments: s.Case.Verdict.Moments}}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.shapesOf) >= usualLimit {
		clear(b.shapesOf)
	}
	b.shapesOf[c.ID] = fresh
	return fresh
}
