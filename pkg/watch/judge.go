package watch

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
)

const (
	grid       = 15 * time.Second // between two moments that are judged
	fresh      = 75 * time.Second // how old the newest sample of a number may be and still speak of now
	leastCount = 30               // requests within what is averaged over, without which nobody can tell
	leastShare = 0.1              // of the usual traffic, as above
	deviations = 2.5              // of chance that a share of errors may lie above its limit without counting as gone
	pathSteps  = 4                // numbers of a reading's way back
)

// Verdict is what one look says: the state for the page, and what is to be written into the case's log, if anything.
type Verdict struct {
	State     incident.WatchState
	Recovered *incident.Recovery // the criteria have held for long enough
	Relapsed  *incident.Recovery // they were left again within Guard
}

// judge walks through the time since the fix. All criteria have to come to their limits before they hold; then chance may
// take a share of errors above it, and two moments in a row beyond that are a relapse.
func judge(since, now time.Time, pace pace, courses []*course, traffic *course) Verdict {
	v := Verdict{State: incident.WatchState{Since: since, At: now, Stage: incident.StageWaiting, HoldFor: pace.hold.Seconds(), Criteria: []incident.Criterion{}}}
	walk := &walk{pace: pace, courses: courses, traffic: traffic}
	// Moments are counted back from now, as the samples are that were asked for: the newest counts at once.
	first := since.Add(pace.averaged / 2)
	for at := now.Add(-now.Sub(first).Truncate(grid)); !at.After(now); at = at.Add(grid) {
		walk.step(at)
	}
	for _, k := range courses {
		v.State.Criteria = append(v.State.Criteria, k.shown(now, walk.held))
	}
	v.State.Criteria = append(v.State.Criteria, traffic.trafficShown(now, pace))
	v.State.Stage = walk.stage(courses, now)
	v.State.HeldSince = walk.held
	if walk.recovered != nil {
		v.State.HeldSince = walk.recovered
		v.Recovered = recoveryOf(*walk.recovered, since, walk.recovered.Add(pace.hold), courses)
	}
	if walk.relapsed != nil {
		v.State.HeldSince = nil
		v.Relapsed = recoveryOf(*walk.relapsed, *walk.recovered, *walk.relapsed, courses)
	}
	v.State.Sentence = sentence(v.State, walk)
	return v
}

// walk is where the judgement is at one moment.
type walk struct {
	pace      pace
	courses   []*course
	traffic   *course
	held      *time.Time // since when all criteria hold
	recovered *time.Time // since when they held, once they have for long enough
	relapsed  *time.Time
	beyond    int // moments in a row at which a criterion was left again
}

func (w *walk) step(at time.Time) {
	if w.relapsed != nil || len(w.courses) == 0 {
		return
	}
	if w.recovered != nil {
		w.guard(at)
		return
	}
	if w.held != nil && !w.all(at, false) {
		w.held = nil
	}
	if w.held == nil && w.all(at, true) {
		w.held = &at
	}
	if w.held != nil && at.Sub(*w.held) >= w.pace.hold {
		w.recovered = w.held
	}
}

// guard looks for a relapse. A moment of which nothing is known is none.
func (w *walk) guard(at time.Time) {
	if at.Sub(*w.recovered) > w.pace.hold+Guard {
		return
	}
	left := false
	for _, k := range w.courses {
		value, known := k.at(at)
		left = left || known && value > k.allowed(w.traffic, at, w.pace)
	}
	if w.beyond++; !left {
		w.beyond = 0
	}
	if w.beyond == 2 {
		first := at.Add(-grid)
		w.relapsed = &first
	}
}

// all says whether every criterion holds at a moment, strictly or with what chance allows, with enough traffic to tell.
func (w *walk) all(at time.Time, strictly bool) bool {
	if !w.traffic.enough(at, w.pace) {
		return false
	}
	for _, k := range w.courses {
		value, known := k.at(at)
		limit := k.Limit
		if !strictly {
			limit = k.allowed(w.traffic, at, w.pace)
		}
		if !known || value > limit {
			return false
		}
	}
	return true
}

func (w *walk) stage(courses []*course, now time.Time) incident.WatchStage {
	known := 0
	for _, k := range courses {
		if _, is := k.at(now); is {
			known++
		}
	}
	switch {
	case w.relapsed != nil:
		return incident.StageRelapsed
	case w.recovered != nil && now.Sub(*w.recovered) > w.pace.hold+Guard:
		return incident.StageOver
	case w.recovered != nil:
		return incident.StageGuarding
	case known == 0:
		return incident.StageBlind
	case w.held != nil:
		return incident.StageHolding
	default:
		return incident.StageWaiting
	}
}

// at is the newest value at a moment, unless it is too old to speak of it.
func (k *course) at(at time.Time) (float64, bool) {
	for i := len(k.points) - 1; i >= 0; i-- {
		if p := k.points[i]; !p.Time.After(at) {
			return p.Value, at.Sub(p.Time) <= fresh
		}
	}
	return 0, false
}

// allowed is the limit, and for a share of requests what chance adds to it: deviations times the standard deviation of a
// Poisson count, of as many requests as the share is averaged over.
func (k *course) allowed(traffic *course, at time.Time, pace pace) float64 {
	rate, known := traffic.at(at)
	if k.Unit != incident.Ratio || !known || rate <= 0 {
		return k.Limit * 1.1 // a tenth for quantiles and means, which jitter too
	}
	return k.Limit + deviations*math.Sqrt(k.Limit/(rate*pace.averaged.Seconds()))
}

// enough says whether there is enough traffic at a moment to tell anything.
func (k *course) enough(at time.Time, pace pace) bool {
	rate, known := k.at(at)
	return known && rate >= k.least(pace)
}

// least is the rate below which nobody can tell.
func (k *course) least(pace pace) float64 {
	return math.Max(leastCount/pace.averaged.Seconds(), leastShare*k.normal)
}

// shown is a criterion as the page shows it.
func (k *course) shown(now time.Time, held *time.Time) incident.Criterion {
	c := k.Criterion
	value, known := k.at(now)
	switch {
	case !known && c.Reason == "":
		c.Reason = "There are no new samples of it."
	case known && value <= c.Limit:
		c.Outcome, c.Now, c.Since = incident.Clear, value, held
	case known:
		c.Outcome, c.Now = incident.Found, value
	}
	return c
}

func (k *course) trafficShown(now time.Time, pace pace) incident.Criterion {
	c := k.Criterion
	c.Floor, c.Before, c.Limit = true, k.normal, k.least(pace)
	rate, known := k.at(now)
	switch {
	case !known && c.Reason == "":
		c.Reason = "There are no new samples of it."
	case known && k.enough(now, pace):
		c.Outcome, c.Now = incident.Clear, rate
	case known:
		c.Outcome, c.Now = incident.Found, rate
	}
	return c
}

// recoveryOf tells of the numbers between two moments.
func recoveryOf(since, from, to time.Time, courses []*course) *incident.Recovery {
	r := &incident.Recovery{Since: since.UTC(), Readings: []incident.Reading{}}
	for _, k := range courses {
		first, _ := k.at(from)
		last, _ := k.at(to)
		reading := incident.Reading{ID: k.ID, Name: k.Name, Unit: k.Unit, Before: first, After: last, Limit: k.Limit, Normal: k.normal}
		for i := range pathSteps {
			if value, known := k.at(from.Add(to.Sub(from) * time.Duration(i) / (pathSteps - 1))); known {
				reading.Path = append(reading.Path, value)
			}
		}
		r.Readings = append(r.Readings, reading)
	}
	return r
}

func sentence(s incident.WatchState, w *walk) string {
	var open []string
	for _, k := range s.Criteria {
		switch {
		case k.Outcome == incident.NotChecked:
			open = append(open, k.Name+" cannot be looked at")
		case k.Outcome == incident.Found && k.Floor:
			open = append(open, fmt.Sprintf("too few requests to tell (%s, at least %s)", numbers.Say(k.Now, k.Unit), numbers.Say(k.Limit, k.Unit)))
		case k.Outcome == incident.Found:
			open = append(open, fmt.Sprintf("%s is %s, at most %s", k.Name, numbers.Say(k.Now, k.Unit), numbers.Say(k.Limit, k.Unit)))
		}
	}
	switch s.Stage {
	case incident.StageRelapsed:
		return fmt.Sprintf("Relapse at %s UTC: %s.", w.relapsed.UTC().Format(time.TimeOnly), orElse(open, "the numbers left their limits again"))
	case incident.StageOver:
		return fmt.Sprintf("Recovered at %s UTC, and it stayed so.", w.recovered.UTC().Format(time.TimeOnly))
	case incident.StageGuarding:
		return fmt.Sprintf("Recovered at %s UTC. Watched for a relapse for %s.", w.recovered.UTC().Format(time.TimeOnly), numbers.Duration(Guard.Seconds()))
	case incident.StageHolding:
		return fmt.Sprintf("All is back since %s UTC, and has to stay so for %s.", w.held.UTC().Format(time.TimeOnly), numbers.Duration(w.pace.hold.Seconds()))
	case incident.StageBlind:
		return "Nothing can be looked at: " + orElse(open, "the case has no exit criteria") + "."
	default:
		return "Not yet: " + orElse(open, "the numbers were not back for long enough") + "."
	}
}

// pace is how fast a watch can tell.
type pace struct {
	averaged time.Duration // what the numbers average over
	hold     time.Duration // for how long all of them have to be within their limits
}

// paceOf follows from how often the service is sampled. A number that averages over some time and is within its limit was so,
// on average, for as long; so one more sample of each has to agree, and not as much time once more.
func paceOf(c *incident.Case) pace {
	p := pace{averaged: phase.Averaging(c), hold: leastHold}
	if c.Facts.Service != nil {
		p.hold = min(max(p.hold, c.Facts.Service.Interval), mostHold)
	}
	return p
}

func orElse(parts []string, otherwise string) string {
	if len(parts) == 0 {
		return otherwise
	}
	return strings.Join(parts, "; ")
}
