package httpapi

import (
	"context"
	"sync/atomic"
)

// tally counts the bytes of one question's answer. It travels in the context, so that every way of asking counts
// without knowing of it.
type tally struct{ bytes atomic.Int64 }

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
