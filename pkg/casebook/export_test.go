package casebook

// Waiting is how many changes to a case wait in this process for somebody's turn.
func (b *Casebook) Waiting(id string) int {
	q := b.queue(id)
	defer b.release(id, q)
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}

// Swept waits until what goes on in the background has ended.
func (b *Casebook) Swept() { _ = b.guarding.Wait() }
