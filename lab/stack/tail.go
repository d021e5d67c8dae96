package stack

import (
	"bytes"
	"sync"
)

const (
	keptLines   = 400
	longestLine = 4 << 10 // bytes; what is beyond is cut
)

// tail is a writer that keeps the last lines of what a server says.
type tail struct {
	mu    sync.Mutex
	lines []string
	open  []byte // a line that has not ended yet
}

// Write never fails: a server must not stumble over its log.
func (t *tail) Write(text []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	written := len(text)
	for {
		line, rest, ended := bytes.Cut(text, []byte{'\n'})
		t.open = append(t.open, line[:min(len(line), longestLine-len(t.open))]...)
		if !ended {
			return written, nil
		}
		t.keep(string(t.open))
		t.open, text = t.open[:0], rest
	}
}

func (t *tail) keep(line string) {
	if line == "" {
		return
	}
	if len(t.lines) == keptLines {
		t.lines = append(t.lines[:0], t.lines[1:]...)
	}
	t.lines = append(t.lines, line)
}

// last returns up to n lines, oldest first, an unfinished one included.
func (t *tail) last(n int) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := append([]string{}, t.lines...)
	if len(t.open) > 0 {
		lines = append(lines, string(t.open))
	}
	return lines[max(0, len(lines)-n):]
}
