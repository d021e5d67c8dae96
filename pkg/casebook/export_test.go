package casebook

// Waiting is how many changes to a case wait in this process for somebody's turn.
func (b *Casebook) Waiting(id string) int {
	q := b.queue(id)
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}
