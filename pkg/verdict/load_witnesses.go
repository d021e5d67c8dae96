package verdict

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// loadWitnesses are what else than the request metric tells of the traffic, each as so many times the usual; 0 where it does not
// tell.
type loadWitnesses struct {
	lines   float64 // log lines of the services looked into
	traces  float64 // traces that the service takes part in
	repeats float64 // of the service's requests in one trace: callers that ask again
}

const (
	partly       = 3.0 // part of the rise that a witness has to see to confirm it
	manyRepeats  = 1.3
	enoughToTell = 30 // lines or traces on either side
)

func (w loadWitnesses) any() bool { return w.lines > 0 || w.traces > 0 }

// deny says that log lines see no such rise, nor traces, or that the requests are the same ones repeated: counters that go up and
// down, series that are written twice, and retries look like load. Traces alone deny nothing: a search lists no more than so many,
// however many there are.
func (w loadWitnesses) deny(rise float64) bool {
	enough := 1 + (rise-1)/partly
	return w.repeats >= manyRepeats || w.lines > 0 && w.lines < enough && w.traces < enough
}

func witnessesOfLoad(c *incident.Case) loadWitnesses {
	return loadWitnesses{lines: linesTimes(c), traces: tracesTimes(c), repeats: repeatsTimes(c)}
}

func linesTimes(c *incident.Case) float64 {
	p := c.Facts.Patterns
	if p == nil || min(p.Now.Lines, p.Before.Lines) < enoughToTell {
		return 0
	}
	return times(float64(p.Now.Lines), p.Now.Covered, float64(p.Before.Lines), p.Before.Covered)
}

// tracesTimes compares how dense the newest traces of each part of the window lie before and since the requests rose.
func tracesTimes(c *incident.Case) float64 {
	if c.Facts.Neighbours == nil {
		return 0
	}
	var now, before float64
	var nowFor, beforeFor time.Duration
	for _, part := range c.Facts.Neighbours.Parts {
		switch moved := c.Facts.Traffic.Moved; {
		case moved == nil:
		case !part.Window.From.Before(moved.Latest):
			now, nowFor = now+float64(part.Traces), nowFor+part.Window.Length()
		case !part.Window.To.After(moved.Earliest):
			before, beforeFor = before+float64(part.Traces), beforeFor+part.Window.Length()
		}
	}
	if min(now, before) < enoughToTell {
		return 0
	}
	return times(now, nowFor, before, beforeFor)
}

// repeatsTimes compares how often the service is asked within one trace.
func repeatsTimes(c *incident.Case) float64 {
	moved := c.Facts.Traffic.Moved
	if moved == nil {
		return 0
	}
	now := c.Facts.Neighbours.Asking(c.Subject.Service, "", moved.Latest.Before)
	before := c.Facts.Neighbours.Asking(c.Subject.Service, "", moved.Earliest.After)
	if min(len(now), len(before)) < enoughToTell {
		return 0
	}
	return inOne(now) / inOne(before)
}

// inOne is how many requests one of some traces asks for, in the mean.
func inOne(traces []incident.Asked) float64 {
	requests := 0
	for _, t := range traces {
		requests += len(t.Requests)
	}
	return float64(requests) / float64(len(traces))
}

func times(now float64, nowFor time.Duration, before float64, beforeFor time.Duration) float64 {
	if nowFor <= 0 || beforeFor <= 0 || before == 0 {
		return 0
	}
	return now / nowFor.Seconds() / (before / beforeFor.Seconds())
}
