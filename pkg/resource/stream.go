package resource

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// stream writes events as lines of JSON, each flushed, so that it is seen when it happens. It is safe for concurrent use.
type stream struct {
	mu      sync.Mutex
	w       http.ResponseWriter
	began   bool
	broken  func() // called when the client cannot be written to any more
	encoder *json.Encoder
}

func newStream(w http.ResponseWriter, broken func()) *stream {
	return &stream{w: w, broken: broken, encoder: json.NewEncoder(w)}
}

func (s *stream) send(event any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.write(event)
}

func (s *stream) write(event any) {
	if !s.began {
		s.began = true
		header := s.w.Header()
		header.Set("Content-Type", "application/x-ndjson")
		header.Set("Cache-Control", "no-cache")
		header.Set("X-Accel-Buffering", "no")
	}
	if err := s.encoder.Encode(event); err != nil {
		s.broken()
		return
	}
	if flusher, ok := s.w.(http.Flusher); ok {
		flusher.Flush()
	}
}

// beatEvery sends a sign of life at every interval once the stream has begun, until the returned function is called.
func (s *stream) beatEvery(interval time.Duration) (stop func()) {
	done := make(chan struct{})
	var stopped sync.WaitGroup
	stopped.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				s.beat()
			}
		}
	})
	return func() {
		close(done)
		stopped.Wait()
	}
}

func (s *stream) beat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.began {
		s.write(map[string]string{"type": "alive"})
	}
}
