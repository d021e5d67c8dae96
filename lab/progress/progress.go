// Package progress tells a waiting person what is going on, once it has taken more than a moment.
package progress

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

// Teller writes lines about long work. It is safe for concurrent use.
type Teller struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
}

// New makes a teller that refreshes its line where out is a terminal, and adds lines elsewhere.
func New(out io.Writer) *Teller {
	file, isFile := out.(*os.File)
	return &Teller{out: out, terminal: isFile && term.IsTerminal(file.Fd())}
}

// During runs work and, once it has taken two seconds, says so again and again until it ends. The error is
// the work's own.
func (p *Teller) During(label string, work func() error) error {
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

func (p *Teller) tell(label string, begun time.Time, done <-chan struct{}) {
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

func (p *Teller) ended(label string, took time.Duration, err error) {
	how := "done in"
	if err != nil {
		how = "failed after"
	}
	p.show(fmt.Sprintf("%s: %s %s", label, how, took.Round(100*time.Millisecond)), true)
}

// show writes one line; on a terminal it takes the place of the last one that was not final.
func (p *Teller) show(line string, final bool) {
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
