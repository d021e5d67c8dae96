package environment

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/faultline-investigation/faultline/pkg/source"
)

// What a stack's metrics are called changes with a deployment and not with an incident.
const (
	rememberFor  = 5 * time.Minute
	sameTime     = time.Hour // how far apart two windows may end for one to stand for the other
	mostRemember = 16        // answers; each is a list of names
)

// rememberedNames keeps the answers that tell which names the stores have. It belongs to one instance, and so to one environment
// and its settings. It is safe for concurrent use.
type rememberedNames struct {
	mu    sync.Mutex
	kept  []source.Answer
	clock func() time.Time // nil means the clock
}

func (m *rememberedNames) now() time.Time {
	if m.clock != nil {
		return m.clock()
	}
	return time.Now()
}

// find gives an answer to the question from before, as long as it is not stale, and speaks of about the same time.
func (m *rememberedNames) find(q source.Question) (source.Answer, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.kept {
		apart := a.Question.Window.To.Sub(q.Window.To).Abs()
		if a.Question.Kind == q.Kind && a.Question.Text == q.Text && apart <= sameTime && m.now().Sub(a.Asked) < rememberFor {
			a.Question, a.Bytes, a.Elapsed = q, 0, 0
			a.Names = slices.Clone(a.Names) // answers are the asker's to change
			return a, true
		}
	}
	return source.Answer{}, false
}

// keep remembers an answer. One that has a problem or may lack something, or has nothing in it, is asked for again.
func (m *rememberedNames) keep(a source.Answer) {
	if a.Problem != nil || len(a.Warnings) > 0 || len(a.Names) == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	a.Asked, a.Names = m.now().UTC(), slices.Clone(a.Names)
	kept := []source.Answer{a}
	for _, old := range m.kept {
		same := old.Question.Kind == a.Question.Kind && old.Question.Text == a.Question.Text && old.Question.Window.To.Sub(a.Question.Window.To).Abs() <= sameTime
		if !same && len(kept) < mostRemember {
			kept = append(kept, old)
		}
	}
	m.kept = kept
}

// remembering answers questions for names from the memory, and all others from the stores.
type remembering struct {
	source.Querier
	memory *rememberedNames
	fresh  bool // ask again, and remember that
}

// Ask implements source.Querier.
func (r remembering) Ask(ctx context.Context, q source.Question) source.Answer {
	switch q.Kind {
	case source.MetricNames, source.MetricLabels, source.LogLabels:
	default:
		return r.Querier.Ask(ctx, q)
	}
	if known, found := r.memory.find(q); found && !r.fresh {
		return known
	}
	answer := r.Querier.Ask(ctx, q)
	r.memory.keep(answer)
	return answer
}
