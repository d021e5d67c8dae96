package assistant

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// measure is a number of a service that claims are about.
type measure struct {
	name string
	step string
	of   func(*incident.Facts) *incident.Change
}

var (
	errorsMeasure  = measure{"errors", "impact/error-rate", func(f *incident.Facts) *incident.Change { return f.Errors }}
	latencyMeasure = measure{"latency", "impact/latency", func(f *incident.Facts) *incident.Change { return f.Latency }}
	trafficMeasure = measure{"traffic", "impact/request-rate", func(f *incident.Facts) *incident.Change { return f.Traffic }}
)

func measureNamed(name string) measure {
	switch name[0] | 0x20 { // the first letter, in lower case, tells the names of the form apart
	case 'e':
		return errorsMeasure
	case 'l', 'p':
		return latencyMeasure
	}
	return trafficMeasure
}

// movedClaim is "errors of X rose at T".
type movedClaim struct {
	what    measure
	service string
	fell    bool
	at      time.Time // zero for no time
}

const (
	tolerance  = time.Minute      // by which a claimed time may miss
	widest     = 5 * time.Minute  // interval of a change that can confirm a time
	settled    = 5 * time.Minute  // after a time, before which nothing can be told of it
	beforehand = 30 * time.Minute // before a time, to compare with
)

func (m movedClaim) says() string {
	text := fmt.Sprintf("%s of %s %s", m.what.name, wording.Quoted(m.service), m.verb())
	if !m.at.IsZero() {
		text += " at " + m.at.Format(time.RFC3339)
	}
	return text
}

func (m movedClaim) verb() string {
	if m.fell {
		return "fell"
	}
	return "rose"
}

func (m movedClaim) check(ctx context.Context, c *caller, l looking) (checked, error) {
	if !m.at.IsZero() {
		// No more than a quarter of an hour after it: what happened later is not asked for, and could hide it.
		l.window = links.Around(m.at, c.environment.Now().UTC().Truncate(time.Second))
		if until := m.at.Add(15 * time.Minute); l.window.To.After(until) {
			l.window.To = until
		}
		l.asked = "until " + m.at.Format(time.RFC3339)
	}
	found, err := l.look(ctx, c, m.service, impactAlone)
	if err != nil {
		return checked{}, err
	}
	result, reason := m.judge(found.found)
	return checked{result: result, why: reason, of: []seen{{found, m.what.step}}}, nil
}

// judge decides the claim by what an investigation of the service found.
func (m movedClaim) judge(found *incident.Case) (result, reason string) {
	change := m.what.of(&found.Facts)
	switch {
	case why(found, m.what.step) != "":
		return cannotBeTold, why(found, m.what.step)
	case change == nil || change.NoBaseline:
		return cannotBeTold, fmt.Sprintf("Nothing is known of %s of %s from before, so it is not known whether it changed.", m.what.name, wording.Quoted(m.service))
	case !m.at.IsZero() && !found.Window.Contains(m.at):
		return cannotBeTold, fmt.Sprintf("Only %s could be looked at, and the time of the claim is not in it.", span(&found.Window))
	}
	if moved := change.Moved; moved != nil && (change.Now < change.Normal) == m.fell {
		told := fmt.Sprintf("%s of %s %s between %s and %s: %s, normally %s.", wording.Capital(m.what.name), wording.Quoted(m.service), m.verb(),
			moved.Earliest.UTC().Format(time.RFC3339), moved.Latest.UTC().Format(time.RFC3339), numbers.Say(change.Now, change.Unit), numbers.Say(change.Normal, change.Unit))
		switch {
		case m.at.IsZero():
			return holds, told
		case m.at.Before(moved.Earliest.Add(-tolerance)) || m.at.After(moved.Latest.Add(tolerance)):
			return m.elsewhen(found, told)
		case moved.Latest.Sub(moved.Earliest) > widest:
			return cannotBeTold, told + " That is not precise enough for the time of the claim."
		}
		return holds, told
	}
	return m.elsewhen(found, fmt.Sprintf("No such change was found: it is %s, normally %s.", numbers.Say(change.Now, change.Unit), numbers.Say(change.Normal, change.Unit)))
}

// elsewhen decides a claim whose change was not found at its time: it does not hold only where the numbers around that time show nothing
// of the kind. A change that is small, short, or hidden behind a larger one is not found, and still there.
func (m movedClaim) elsewhen(found *incident.Case, told string) (result, reason string) {
	points := pointsOf(found, m.what.step)
	at, until := m.at, m.at.Add(settled)
	if m.at.IsZero() {
		at, until = found.Window.From, found.Window.To
	}
	earlier := extremes(points, incident.Window{From: at.Add(-beforehand), To: at.Add(-tolerance)})
	later := extremes(points, incident.Window{From: at.Add(-tolerance), To: until.Add(time.Second)})
	const few = 3 // points
	switch {
	case until.After(found.Window.To):
		return cannotBeTold, fmt.Sprintf("%s Less than %s have passed since the time of the claim.", told, settled)
	case earlier.n < few || later.n < few:
		return cannotBeTold, told + " There are too few numbers around the time of the claim."
	}
	unit := m.what.of(&found.Facts).Unit
	lay := fmt.Sprintf("%s Around the time of the claim it lay between %s and %s, in the half hour before between %s and %s", told,
		numbers.Say(later.least, unit), numbers.Say(later.most, unit), numbers.Say(earlier.least, unit), numbers.Say(earlier.most, unit))
	if m.beyond(earlier, later, unit) {
		return cannotBeTold, lay + ": that may be the claimed change, or chance."
	}
	return doesNotHold, lay + "."
}

// Up to these, points beyond those of before are no change worth the name.
const (
	leastShare = 0.001 // of requests that fail
	leastPart  = 0.1   // of durations and rates
)

// beyond says whether some of the later points lie, in the direction of the claim, farther out than all earlier ones.
func (m movedClaim) beyond(earlier, later extreme, unit incident.Unit) bool {
	by, from := later.most-earlier.most, earlier.most
	if m.fell {
		by, from = earlier.least-later.least, earlier.least
	}
	if unit == incident.Ratio {
		return by > leastShare
	}
	return by > leastPart*from
}

// pointsOf is the course of a step's number.
func pointsOf(found *incident.Case, key string) []incident.Point {
	step, _, is := findingOf(found, key)
	if !is || len(step.Findings) == 0 || len(step.Findings[0].Evidence.Series) == 0 {
		return nil
	}
	return step.Findings[0].Evidence.Series[0].Points
}

// extreme is the least and the most of some points.
type extreme struct {
	least, most float64
	n           int
}

func extremes(points []incident.Point, window incident.Window) extreme {
	e := extreme{least: math.Inf(1), most: math.Inf(-1)}
	for _, p := range points {
		if window.Contains(p.Time) {
			e.least, e.most, e.n = math.Min(e.least, p.Value), math.Max(e.most, p.Value), e.n+1
		}
	}
	return e
}
