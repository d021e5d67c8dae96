package httpapi

import (
	"context"
	"sync"
	"sync/atomic"
)

// tally counts the bytes of one question's answer. It travels in the context, so that every way of asking counts
// without knowing of it.
type tally struct {
	bytes atomic.Int64
	mu    sync.Mutex
	later []func() // what is to be done once the answer was decoded
}

// after has something done once the answer was decoded. Without a question around it, that is never.
func (t *tally) after(do func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.later = append(t.later, do)
}

// release does it.
func (t *tally) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, do := range t.later {
		do()
	}
	t.later = nil
}

type tallyKey struct{}

func withTally(ctx context.Context) (context.Context, *tally) {
	t := &tally{}
	return context.WithValue(ctx, tallyKey{}, t), t
}

func tallyOf(ctx context.Context) *tally {
	t, ok := ctx.Value(tallyKey{}).(*tally)
	if !ok {
		return &tally{}
	}
	return t
}

func (t *tally) add(n int) { t.bytes.Add(int64(n)) }
