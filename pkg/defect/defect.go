// Package defect keeps a defect of Faultline from ending the process, in which other organizations investigate too: a
// panic becomes an error and a line in the log.
//
// A stack that grows past Go's limit cannot be recovered from. So whatever recurses has to bound its depth instead.
package defect

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"

	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/faultline-investigation/faultline/pkg/instrument"
)

// Advice is what to do about a defect.
const Advice = "Report this as a bug of Faultline, with the line that Grafana's log has about it."

const (
	mostSaid  = 300     // bytes of a panic's value in a sentence
	mostStack = 8 << 10 // bytes of a stack in the log
)

var logger = log.DefaultLogger.With("part", "defect")

// Panicked is a panic as an error.
type Panicked struct {
	Doing string // what was being done, for example "query metric names"
	Value string // what the panic said, in one line
}

// Error makes a Panicked an error.
func (p *Panicked) Error() string { return fmt.Sprintf("panic in %s: %s", p.Doing, p.Value) }

// Recover makes, where it is deferred, a panic the error of the function that returns, joined with the error that it already had.
func Recover(doing string, err *error) {
	if p := recover(); p != nil {
		*err = errors.Join(*err, report(doing, p))
	}
}

// Contain calls work. It returns nil, or a *Panicked where work panicked.
func Contain(doing string, work func()) (err error) {
	defer Recover(doing, &err)
	work()
	return nil
}

// total is how many defects were contained or noted since the process began.
var total atomic.Int64

func init() {
	instrument.NewCounterFunc("faultline_defects_total", "defects",
		"Defects of Faultline that cost a step or a request and not the process. Grafana's log has a line about each.",
		func() float64 { return float64(total.Load()) })
}

// Total is how many defects were contained or noted since the process began, as the metric faultline_defects_total has it.
func Total() int64 { return total.Load() }

// Note counts and logs an error that only a defect can have caused, for example a step that found what JSON cannot hold. A panic
// that was contained is counted already.
func Note(doing string, err error) {
	var panicked *Panicked
	if err == nil || errors.As(err, &panicked) {
		return
	}
	total.Add(1)
	logger.Error("A defect was noted", "doing", doing, "error", err)
}

func report(doing string, value any) *Panicked {
	p := &Panicked{Doing: doing, Value: strings.Join(strings.Fields(fmt.Sprint(value)), " ")}
	if len(p.Value) > mostSaid {
		p.Value = strings.ToValidUTF8(p.Value[:mostSaid], "") + "…"
	}
	total.Add(1)
	stack := debug.Stack()
	logger.Error("A defect was contained", "doing", p.Doing, "panic", p.Value, "stack", string(stack[:min(len(stack), mostStack)]))
	return p
}
