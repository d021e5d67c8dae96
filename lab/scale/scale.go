// Package scale measures how an investigation grows with the system around it: the same incident in towns of several sizes, in one run on
// one machine, so that the ratios mean something.
package scale

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

const (
	fault    = 12 * time.Minute
	patience = "1m" // for one answer
	subject  = "town-0001"
)

// Options say what is measured.
type Options struct {
	Sizes   []int // services
	Runs    int   // of each size; the middle one counts
	Backend string
	Log     io.Writer
	Stack   stack.Options
}

// Size is what was measured in a town of one size. Times are those of the middle run.
type Size struct {
	Services int
	Whole    time.Duration // of an investigation
	First    time.Duration // to its first finding
	Queries  int
	Bytes    int64 // of the stores' answers
	Samples  int64 // that the metrics store read
	Memory   int64 // bytes, the most that the backend had
	Verdict  string
	Risen    []string // services whose metrics rose, as the store says
	// Named and Readiness are how long the list of services takes and the report of readiness, and how large they are.
	Named, Readiness           time.Duration
	NamedBytes, ReadinessBytes int64
	Slowest                    []string // steps of the middle run, with how long each took
}

// Measure measures one size after the other.
func Measure(ctx context.Context, o Options) ([]Size, error) {
	var sizes []Size
	for _, services := range o.Sizes {
		size, err := measure(ctx, o, services)
		if err != nil {
			return sizes, fmt.Errorf("%d services: %w", services, err)
		}
		sizes = append(sizes, size)
	}
	return sizes, nil
}

func measure(ctx context.Context, o Options, services int) (size Size, err error) {
	until := time.Now().Truncate(time.Minute)
	servers, store, err := stack.StartLargeTown(ctx, o.Stack, services, until, fault)
	if err != nil {
		return size, err
	}
	defer func() { err = errors.Join(err, servers.Stop(context.Background())) }()
	runs := []Size{}
	for range o.Runs {
		one, err := investigated(ctx, o, store.URL, until)
		if err != nil {
			return size, err
		}
		runs = append(runs, one)
	}
	slices.SortFunc(runs, func(a, b Size) int { return int(a.Whole - b.Whole) })
	size = runs[len(runs)/2]
	size.Services = services
	return size, nil
}

// investigated investigates with a backend of its own, that nothing was asked of before.
func investigated(ctx context.Context, o Options, url string, until time.Time) (Size, error) {
	backend, err := plugin.Start(o.Backend, o.Log)
	if err != nil {
		return Size{}, err
	}
	defer backend.Stop()
	instance := plugin.Instance{Organization: 1, UID: "faultline-scale", Name: "Town", Settings: map[string]any{
		"metrics": map[string]string{"url": url}, "limits": map[string]string{"questionTimeout": patience}}}
	request := investigate.Request{Subject: incident.Subject{Service: subject}, Window: incident.Window{From: until.Add(-time.Hour), To: until}}
	size, began := Size{}, time.Now()
	c, err := backend.Investigate(ctx, instance, request, func(e investigate.Event) {
		if e.Type == investigate.StepEnded && size.First == 0 && e.Step.Outcome == incident.Found {
			size.First = time.Since(began)
		}
	})
	if err != nil {
		return size, err
	}
	size.Whole = time.Since(began)
	size.Queries, size.Bytes, size.Samples, size.Verdict = c.Cost.Queries, c.Cost.Bytes, c.Cost.Read.Samples, c.Verdict.Sentence
	size.Slowest = slowest(c)
	if c.Facts.Risen != nil {
		for _, m := range c.Facts.Risen.Most {
			size.Risen = append(size.Risen, m.Service)
		}
		slices.Sort(size.Risen)
		size.Risen = slices.Compact(size.Risen)
	}
	if size.Memory, err = peak(backend.PID()); err != nil {
		return size, err
	}
	if size.Named, size.NamedBytes, err = asked(ctx, backend, instance, "services"); err != nil {
		return size, err
	}
	size.Readiness, size.ReadinessBytes, err = asked(ctx, backend, instance, "readiness")
	return size, err
}

// asked is how long an answer takes, and how large it is.
func asked(ctx context.Context, backend *plugin.Backend, i plugin.Instance, path string) (took time.Duration, size int64, err error) {
	began := time.Now()
	err = backend.Call(ctx, i, "GET", path, nil, func(chunk []byte) error {
		size += int64(len(chunk))
		return nil
	})
	return time.Since(began), size, err
}

// slowest names the steps that took longest, and what their answers weigh.
func slowest(c *incident.Case) []string {
	type step struct {
		text string
		took int64
	}
	var steps []step
	for _, s := range c.Steps {
		var took, bytes int64
		for _, q := range s.Queries {
			took, bytes = max(took, q.Milliseconds), bytes+q.Bytes
		}
		text := fmt.Sprintf("%s %d ms, %d kB", s.Key(), took, bytes/1000)
		if s.Outcome == incident.NotChecked && s.Root == "" {
			text += " (not checked: " + s.Reason + ")"
		}
		steps = append(steps, step{text, took})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return int(b.took - a.took) })
	var texts []string
	for _, s := range steps[:min(5, len(steps))] {
		texts = append(texts, s.text)
	}
	return texts
}

// peak is the most memory that a process had, in bytes, as Linux tells it; 0 elsewhere.
func peak(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("the backend's memory: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, nil
}
