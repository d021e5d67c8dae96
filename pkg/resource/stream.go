package resource

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// stream writes events as lines of JSON, each flushed, so that it is seen when it happens. It is safe for concurrent use.
type stream struct {
	mu     sync.Mutex
	w      http.ResponseWriter
	began  bool
	over   bool   // what was sent last says why nothing can follow
	broken func() // called when the stream cannot go on: the client is gone, or an event cannot be written
}

func newStream(w http.ResponseWriter, broken func()) *stream { return &stream{w: w, broken: broken} }

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
	line, err := json.Marshal(event)
	if err != nil {
		line = defective(err)
		s.over = true
		s.broken()
	}
	if _, err := s.w.Write(append(line, '\n')); err != nil {
		s.broken()
		return
	}
	if flusher, ok := s.w.(http.Flusher); ok {
		flusher.Flush()
	}
}

// farewell is the last event of a stream whose reader has said that it leaves. It is told, although nobody waits for it:
// Chromium takes a stream that ends without another line for one that was broken off.
func (s *stream) farewell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.write(map[string]string{"type": "left"})
	}
}

// defective is the last event of a stream one of whose events has no JSON.
func defective(err error) []byte {
	line, _ := json.Marshal(refusal{Type: failed, Sentence: "An event of the investigation cannot be written: " + err.Error() + ".", Advice: reportBug})
	return line
}

// beatEvery sends a sign of life at every interval once the stream has begun, until the returned function is called for
// the first time.
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
	return sync.OnceFunc(func() {
		close(done)
		stopped.Wait()
	})
}

func (s *stream) beat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.began {
		s.write(map[string]string{"type": "alive"})
	}
}
