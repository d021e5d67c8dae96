package recordings

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"golang.org/x/sync/errgroup"

	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// How much is pushed at a time: small enough that no request has to be cut.
const (
	linesAtOnce  = 5000
	pointsAtOnce = 10000

	reasonsKept, reasonLength = 5, 200
)

// Loaded counts what was pushed.
type Loaded struct {
	Spans, Lines, Points int
	Traces               int // that were taken, wherever their spans lie
	Derived              int // samples of span metrics and the service graph, made from the spans; a histogram is one
	// Refused are the reasons why not all was loaded: what stores said of lines that are too long, or damage of a file.
	Refused []string
}

// Loading pushes a recording into stores. Counts can be read at any time.
type Loading struct {
	// Sliced is told after each slice of the traces' time, all spans of whose traces are pushed by then; nil: nobody is. Only traces
	// of which there are not too many to be sorted are pushed in slices.
	Sliced telemetry.Pushed

	recording *Recording
	shift     Shift
	pusher    *telemetry.Pusher

	spans, traces, lines, points, derived atomic.Int64

	mu      sync.Mutex
	refused map[string]bool
}

// NewLoading prepares to push a recording, moved in time.
func NewLoading(r *Recording, shift Shift, endpoints telemetry.Endpoints) *Loading {
	return &Loading{recording: r, shift: shift, pusher: telemetry.NewPusher(endpoints), refused: map[string]bool{}}
}

// Counts is what was pushed so far.
func (l *Loading) Counts() Loaded {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Loaded{Spans: int(l.spans.Load()), Traces: int(l.traces.Load()), Lines: int(l.lines.Load()), Points: int(l.points.Load()), Derived: int(l.derived.Load()),
		Refused: slices.Sorted(maps.Keys(l.refused))}
}

// push sends a part and gives what was taken of it. What a store refuses is noted and is no error: what is wrong with one line or
// sample must not cost a recording.
func (l *Loading) push(ctx context.Context, batch telemetry.Batch) (telemetry.Volume, error) {
	taken, err := l.pusher.Push(ctx, batch)
	var refusal *telemetry.Refusal
	if !errors.As(err, &refusal) || refusal.Status/100 != 4 || refusal.Status == http.StatusTooManyRequests {
		return taken, err
	}
	l.note(refusal.Reason)
	return telemetry.Volume{}, nil
}

func (l *Loading) note(reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.refused) < reasonsKept {
		l.refused[strings.ToValidUTF8(reason[:min(len(reason), reasonLength)], "")] = true
	}
}

// readable makes damage of a file a note: what could be read was loaded.
func (l *Loading) readable(err error) error {
	var damage *Damage
	if errors.As(err, &damage) {
		l.note(damage.Error())
		return nil
	}
	return err
}

// Run pushes everything, the three signals at the same time and each in the file's order. Where the recording has no span
// metrics or no service graph they are derived from the spans.
func (l *Loading) Run(ctx context.Context) (Loaded, error) {
	defer l.pusher.Close()
	made := newDeriver()
	group, each := errgroup.WithContext(ctx)
	group.Go(func() error { return l.pushLogs(each) })
	group.Go(func() error { return l.pushTraces(each, made) })
	own := struct{ spans, graph bool }{}
	group.Go(func() (err error) {
		own.spans, own.graph, err = l.pushMetrics(each)
		return err
	})
	if err := group.Wait(); err != nil {
		return l.Counts(), err
	}
	made.spans, made.graph = !own.spans, !own.graph
	err := made.emit(func(metrics pmetric.Metrics) error {
		_, err := l.push(ctx, telemetry.Batch{Metrics: metrics, Logs: plog.NewLogs(), Traces: ptrace.NewTraces()})
		l.derived.Add(int64(metrics.DataPointCount()))
		return err
	})
	return l.Counts(), err
}

func (l *Loading) pushLogs(ctx context.Context) error {
	batch := plog.NewLogs()
	flush := func() error {
		_, err := l.push(ctx, telemetry.Batch{Metrics: pmetric.NewMetrics(), Logs: batch, Traces: ptrace.NewTraces()})
		l.lines.Add(int64(batch.LogRecordCount()))
		batch = plog.NewLogs()
		return err
	}
	err := l.recording.Logs(ctx, func(logs plog.Logs) error {
		l.shift.Logs(logs)
		logs.ResourceLogs().MoveAndAppendTo(batch.ResourceLogs())
		if batch.LogRecordCount() < linesAtOnce {
			return nil
		}
		return flush()
	})
	if err := l.readable(err); err != nil {
		return err
	}
	return flush()
}

// pushMetrics also says whether the recording has span metrics and a service graph of its own.
func (l *Loading) pushMetrics(ctx context.Context) (spans, graph bool, err error) {
	batch := pmetric.NewMetrics()
	flush := func() error {
		_, err := l.push(ctx, telemetry.Batch{Metrics: batch, Logs: plog.NewLogs(), Traces: ptrace.NewTraces()})
		l.points.Add(int64(batch.DataPointCount()))
		batch = pmetric.NewMetrics()
		return err
	}
	err = l.recording.Metrics(ctx, func(metrics pmetric.Metrics) error {
		l.shift.Metrics(metrics)
		spans, graph = spans || hasPrefix(metrics, spanMetricsPrefix), graph || hasPrefix(metrics, serviceGraphPrefix)
		metrics.ResourceMetrics().MoveAndAppendTo(batch.ResourceMetrics())
		if batch.DataPointCount() < pointsAtOnce {
			return nil
		}
		return flush()
	})
	if err := l.readable(err); err != nil {
		return spans, graph, err
	}
	return spans, graph, flush()
}

func hasPrefix(metrics pmetric.Metrics, prefix string) bool {
	for _, resource := range metrics.ResourceMetrics().All() {
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				if strings.HasPrefix(metric.Name(), prefix) {
					return true
				}
			}
		}
	}
	return false
}
