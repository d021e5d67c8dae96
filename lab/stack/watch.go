package stack

// Watch has another process of the lab killed with the servers if the lab itself is killed. A process that ends in good
// order before Stop should be given to Unwatch, since its id may be another's by then.
func (s *Stack) Watch(pid int) { s.watchdog.watch(pid) }

// Unwatch takes Watch back.
func (s *Stack) Unwatch(pid int) { s.watchdog.forget(pid) }
