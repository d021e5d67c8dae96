package stack

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/charmbracelet/x/term"
)

const (
	worthTelling  = 2 * time.Second
	betweenLines  = 15 * time.Second // where lines pile up
	betweenUpdate = time.Second      // on a terminal, where one line is refreshed
)

// progress tells a waiting person what is going on and for how long.
type progress struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
}

func newProgress(out io.Writer) *progress {
	file, isFile := out.(*os.File)
	return &progress{out: out, terminal: isFile && term.IsTerminal(file.Fd())}
}

// during runs work and, once it has taken two seconds, says so again and again until it ends.
func (p *progress) during(label string, work func() error) error {
	begun := time.Now()
	done, quiet := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(quiet)
		p.tell(label, begun, done)
	}()
	err := work()
	close(done)
	<-quiet
	if took := time.Since(begun); took >= worthTelling {
		p.ended(label, took, err)
	}
	return err
}

func (p *progress) tell(label string, begun time.Time, done <-chan struct{}) {
	again := betweenLines
	if p.terminal {
		again = betweenUpdate
	}
	next := time.NewTimer(worthTelling)
	defer next.Stop()
	for {
		select {
		case <-done:
			return
		case <-next.C:
			p.show(fmt.Sprintf("%s ... %s", label, time.Since(begun).Round(time.Second)), !p.terminal)
			next.Reset(again)
		}
	}
}

func (p *progress) ended(label string, took time.Duration, err error) {
	how := "done in"
	if err != nil {
		how = "failed after"
	}
	p.show(fmt.Sprintf("%s: %s %s", label, how, took.Round(100*time.Millisecond)), true)
}

// show writes one line; on a terminal it takes the place of the last one that was not final.
func (p *progress) show(line string, final bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.terminal {
		line = "\r\x1b[K" + line
	}
	if final {
		line += "\n"
	}
	// A broken terminal must not end the lab.
	_, _ = io.WriteString(p.out, line)
}
