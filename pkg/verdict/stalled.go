package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// repeats is how often a line is written in the last minutes, at least, to be one that repeats.
const repeats = 5

var stalledService = Cause{
	Kind:      "stalled-service",
	Means:     "a service that handles nothing any more, and repeats an error line that is new",
	Needs:     []incident.Fact{incident.FactTraffic, incident.FactPatterns, incident.FactOnset},
	After:     []incident.CauseKind{consumerLag.Kind},
	Mechanism: true,
	Find:      findStalledService,
	Likely:    []Rule{independentWitnesses},
	Against:   []Observation{nothingIsSent},
}

// findStalledService finds that the service that alerted stopped, as a worker does that tries the same message for ever. Where a queue
// shows the same, that says more.
func findStalledService(c *incident.Case, earlier Suspects) Suspects {
	line := repeatedError(&c.Facts, c.Subject.Service)
	if line == nil || !stopped(&c.Facts) {
		return nil
	}
	for _, s := range earlier {
		if cluster.SameWorkload(s.service, c.Subject.Service) {
			return nil
		}
	}
	t := c.Facts.Traffic
	s := newSuspect(c.Subject.Service, incident.Target{Type: "service", Name: c.Subject.Service}, c.Subject.Service, "")
	s.saying = wording.Textf("%s handles nothing any more and repeats %s", c.Subject.Service, wording.Quoted(line.Text))
	s.began = t.Moved
	s.has(inMetric, "no request to it since %s, normally %s", wording.Clock(t.Moved.Latest), numbers.Say(t.Normal, t.Unit))
	repeatsError(s, line)
	return Suspects{s}
}

// stopped says that the service had requests and has none any more.
func stopped(f *incident.Facts) bool {
	return f.Traffic != nil && f.Traffic.Worse && f.Traffic.Now == 0 && f.Traffic.Moved != nil
}

// repeatedError is an error line of the service that is new or more frequent, and repeats; the worst of several. Nil where there is none.
func repeatedError(f *incident.Facts, service string) *incident.LogPattern {
	if f.Patterns == nil {
		return nil
	}
	for i := range f.Patterns.Changed {
		p := &f.Patterns.Changed[i]
		risen := p.Change == incident.PatternNew || p.Change == incident.PatternRisen
		if risen && p.Now >= repeats && convention.IsErrorLevel(p.Level) && cluster.SameWorkload(p.Service, service) {
			return p
		}
	}
	return nil
}

func repeatsError(s *Suspect, line *incident.LogPattern) {
	s.has(inLogs, "%s", fmt.Sprintf("%s wrote %s %s times in %s, %s in %s before", line.Service, wording.Quoted(line.Text), numbers.Count(line.Now),
		numbers.Duration(line.Covers[0]), numbers.Count(line.Before), numbers.Duration(line.Covers[1])))
}
