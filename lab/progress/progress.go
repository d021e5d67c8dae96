// Package progress tells a waiting person what is going on, once it has taken more than a moment.
package progress

import (
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/charmbracelet/x/term"
)

const (
	worthTelling  = 2 * time.Second
	betweenLines  = 15 * time.Second // where lines pile up
	betweenUpdate = time.Second      // on a terminal, where one line is refreshed
)

// Board is a writer that also remembers what is going on, for somebody who looks elsewhere. It is safe for concurrent use.
type Board struct {
	Out io.Writer

	mu    sync.Mutex
	doing []doing
}

// doing is one work under way.
type doing struct {
	label string
	begun time.Time
}

// Write implements io.Writer.
func (b *Board) Write(p []byte) (int, error) { return b.Out.Write(p) }

// Doing is the label of what was begun last and goes on, and since when; an empty label where nothing does.
func (b *Board) Doing() (label string, begun time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.doing) == 0 {
		return "", time.Time{}
	}
	last := b.doing[len(b.doing)-1]
	return last.label, last.begun
}

func (b *Board) begin(d doing) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doing = append(b.doing, d)
}

func (b *Board) end(d doing) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.doing, d); i >= 0 {
		b.doing = slices.Delete(b.doing, i, i+1)
	}
}

// Reporter writes lines about long work. It is safe for concurrent use.
type Reporter struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
	board    *Board // nil where nobody looks elsewhere
}

// New makes a Reporter that refreshes its line where out is a terminal, and adds lines elsewhere. A Board is told too.
func New(out io.Writer) *Reporter {
	board, isBoard := out.(*Board)
	if isBoard {
		out = board.Out
	}
	file, isFile := out.(*os.File)
	return &Reporter{out: out, terminal: isFile && term.IsTerminal(file.Fd()), board: board}
}

// During runs work and, once it has taken two seconds, says so again and again until it ends. The error is
// the work's own.
func (p *Reporter) During(label string, work func() error) error {
	begun := time.Now()
	if p.board != nil {
		what := doing{label, begun}
		p.board.begin(what)
		defer p.board.end(what)
	}
	done, quiet := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(quiet)
		p.report(label, begun, done)
	}()
	err := work()
	close(done)
	<-quiet
	if took := time.Since(begun); took >= worthTelling {
		p.ended(label, took, err)
	}
	return err
}

func (p *Reporter) report(label string, begun time.Time, done <-chan struct{}) {
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

func (p *Reporter) ended(label string, took time.Duration, err error) {
	how := "done in"
	if err != nil {
		how = "failed after"
	}
	p.show(fmt.Sprintf("%s: %s %s", label, how, took.Round(100*time.Millisecond)), true)
}

// show writes one line; on a terminal it takes the place of the last one that was not final.
func (p *Reporter) show(line string, final bool) {
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
