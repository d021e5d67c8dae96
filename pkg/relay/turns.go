package relay

import (
	"context"
	"sync"
)

// turns keeps the messages of each group in the order in which they came. It is safe for concurrent use.
type turns struct {
	mu     sync.Mutex
	groups map[string]*group
}

// group is the messages of one group that are under way.
type group struct {
	users   int                // messages, and updates that are to come
	latest  int                // number of the message that came last
	last    chan struct{}      // closed once everything that came before has gone; nil where nothing came
	release context.CancelFunc // of the message that waits for its answers; nil for none
}

// turn is the place of one message among those of its group.
type turn struct {
	turns  *turns
	key    string
	group  *group
	number int
	before <-chan struct{} // nil: it is the first
	done   chan struct{}
	free   context.CancelFunc
}

// enter gives a message its place. Whatever of its group still waits for answers goes without them, since news of the group has come.
// The context ends with ctx, and when the next message of the group comes. The turn has to be left.
func (t *turns) enter(ctx context.Context, key string) (context.Context, *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.groups == nil {
		t.groups = map[string]*group{}
	}
	g := t.groups[key]
	if g == nil {
		g = &group{}
		t.groups[key] = g
	}
	if g.release != nil {
		g.release()
	}
	holding, release := context.WithCancel(ctx)
	g.release = release
	g.users++
	g.latest++
	return holding, t.place(key, g, release)
}

// place is the next place of a group. It needs the lock.
func (t *turns) place(key string, g *group, free context.CancelFunc) *turn {
	taken := &turn{turns: t, key: key, group: g, number: g.latest, before: g.last, done: make(chan struct{}), free: free}
	g.last = taken.done
	return taken
}

// await returns once everything that came before in the group has gone. Each of these takes a bounded time.
func (t *turn) await() {
	if t.before != nil {
		<-t.before
	}
}

// gone lets the next of the group go.
func (t *turn) gone() {
	t.free()
	close(t.done)
}

// leave forgets the group with its last user.
func (t *turn) leave() {
	t.turns.mu.Lock()
	defer t.turns.mu.Unlock()
	if t.group.users--; t.group.users == 0 {
		delete(t.turns.groups, t.key)
	}
}

// stay makes the turn have to be left once more, by an update that is to come.
func (t *turn) stay() {
	t.turns.mu.Lock()
	defer t.turns.mu.Unlock()
	t.group.users++
}

// again gives an update of the turn's message a place; nil where a later message of the group has come, which an update would contradict.
func (t *turn) again() *turn {
	t.turns.mu.Lock()
	defer t.turns.mu.Unlock()
	if t.group.latest != t.number {
		return nil
	}
	return t.turns.place(t.key, t.group, func() {})
}
