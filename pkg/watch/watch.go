// Package watch tells whether an incident is over: it asks again for the numbers that the exit criteria name, and reads
// from their whole course since the fix when they came back, whether they stayed, and whether they left again.
//
// Nothing is kept between two looks, so that a watch goes on wherever and whenever somebody looks: after a reload of the
// page, a restart of this process, or in another one.
package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	// Guard is for how long after a recovery a relapse is looked for.
	Guard = 2 * time.Minute
	// Over is how long after the criteria came back a watch has nothing left to see, however rarely a service is sampled.
	Over = mostHold + 2*Guard

	// Longest is for how long after a fix its recovery is watched. The numbers of a look reach back to the fix.
	Longest = 2 * time.Hour
	// LookWithin is the time for one look at the stores.
	LookWithin = 30 * time.Second

	leastHold   = grid
	mostHold    = time.Minute
	before      = 5 * time.Minute // of the course before the fix, so that rates have their samples
	lookupsStep = "cause/lookups"
)

// Watch looks at one case's recovery since one fix.
type Watch struct {
	found   incident.Case
	since   time.Time
	querier source.Querier
}

// New makes a watch over what an investigation found, since a fix.
func New(found incident.Case, since time.Time, querier source.Querier) *Watch {
	return &Watch{found: found, since: since.UTC(), querier: querier}
}

// course is one criterion with its number over time.
type course struct {
	incident.Criterion

	step   string  // key of the step that asks for it
	asks   string  // PromQL to ask where no step does
	scale  float64 // what the answer to asks is multiplied by
	normal float64
	points []incident.Point
}

// Look asks the stores, within LookWithin, and gives how far the recovery is. It asks at most one question more than there are criteria, but
// for percentiles and pools, whose steps ask two.
func (w *Watch) Look(ctx context.Context, now time.Time) Verdict {
	ctx, cancel := context.WithTimeout(ctx, LookWithin)
	defer cancel()
	c := w.found
	c.Window = w.window(now.UTC().Truncate(time.Second))
	courses := w.criteria()
	traffic := &course{Criterion: incident.Criterion{ID: incident.CriterionTraffic, Name: "traffic", Unit: incident.PerSecond, Outcome: incident.NotChecked}, step: "impact/request-rate"}
	if t := c.Facts.Traffic; t != nil {
		traffic.normal = t.Normal
	}
	var asking defect.Group
	for _, k := range append(courses, traffic) {
		asking.Go("watch of "+k.Name, func() { w.follow(ctx, &c, k) })
	}
	_ = asking.Wait() // what panicked has no points, and so is not checked
	return judge(w.since, c.Window.To, paceOf(&c), courses, traffic)
}

// window begins some time before the fix, and as many steps before now that the last point is of now.
func (w *Watch) window(now time.Time) incident.Window {
	length := now.Sub(w.since.Add(-before))
	return incident.Window{From: now.Add(-(length + grid - 1).Truncate(grid)), To: now}
}

// criteria are those that the case's investigation named. What has to be at least so much is traffic, which is judged apart.
func (w *Watch) criteria() []*course {
	var all []*course
	if w.found.Facts.Recovery == nil {
		return nil
	}
	for _, k := range w.found.Facts.Recovery.Criteria {
		if k.Most == nil {
			continue
		}
		c := &course{Criterion: incident.Criterion{ID: k.ID, Name: k.Name, Unit: k.Unit, Outcome: incident.NotChecked, Limit: *k.Most}, step: k.Step,
			normal: k.Normal, asks: k.Query, scale: k.Scale}
		if k.Now != nil {
			c.Before = *k.Now
		}
		all = append(all, c)
	}
	return all
}

// follow asks for a criterion's number over time.
func (w *Watch) follow(ctx context.Context, c *incident.Case, k *course) {
	all := slices.Concat(impact.Steps(), cause.Steps())
	at := slices.IndexFunc(all, func(s phase.Step) bool { return s.Key() == k.step })
	var err error
	switch {
	case at >= 0:
		err = w.ask(ctx, c, all[at], k)
	case k.asks != "":
		err = w.askItself(ctx, c, k)
	default:
		k.Reason = "This number cannot be queried again. Check it yourself."
	}
	if err != nil {
		k.Reason = err.Error()
	}
}

// askItself asks a criterion's own query, over time.
func (w *Watch) askItself(ctx context.Context, c *incident.Case, k *course) error {
	k.Query = k.asks
	answer := w.querier.Ask(ctx, source.Question{Name: k.ID, Kind: source.Range, Text: k.asks, Window: c.Window, Step: grid})
	if answer.Problem != nil {
		return answer.Problem
	}
	if len(answer.Series) > 0 { // a criterion's query answers one, or none
		for _, p := range answer.Series[0].Points {
			k.points = append(k.points, incident.Point{Time: p.Time, Value: p.Value * k.scale})
		}
	}
	return w.unlessEmpty(k)
}

// unlessEmpty says that a number was not measured.
func (w *Watch) unlessEmpty(k *course) error {
	if len(k.points) == 0 {
		return fmt.Errorf("the store has no samples of it since %s", w.since.Format(time.TimeOnly))
	}
	return nil
}

func (w *Watch) ask(ctx context.Context, c *incident.Case, step phase.Step, k *course) (err error) {
	defer defect.Recover("watch of "+step.Key(), &err)
	for _, need := range step.Needs {
		if !c.Facts.Knows(need) {
			return fmt.Errorf("the case does not hold what is needed to ask for it (%s)", need)
		}
	}
	view := step.View(c)
	questions, err := step.Plan(view)
	if err != nil {
		return err
	}
	answers := source.Answers{}
	for _, q := range questions {
		answer := w.querier.Ask(ctx, q)
		if answer.Problem != nil {
			return answer.Problem
		}
		answers[q.Name] = answer
		if k.Query == "" {
			k.Query = q.Text
		}
	}
	if step.Key() == lookupsStep {
		k.points = lookupsOf(c, answers["mean"].Series)
	} else {
		reading, err := step.Read(view, answers)
		if err != nil {
			return err
		}
		k.points = seriesOf(k.ID, reading.Findings)
	}
	return w.unlessEmpty(k)
}

// lookupsOf is the course of the name that the case is about; the step itself shows whichever name is slowest now.
func lookupsOf(c *incident.Case, series []incident.Series) []incident.Point {
	metric := c.Facts.Conventions.Lookups
	var points []incident.Point
	for _, s := range series {
		if s.Labels[metric.Name] == c.Facts.Lookups.Of {
			for _, p := range s.Points {
				points = append(points, incident.Point{Time: p.Time, Value: p.Value * metric.Seconds})
			}
		}
	}
	return points
}

// seriesOf is the course of a criterion's number, as the finding that shows it has it.
func seriesOf(criterion string, findings []incident.Finding) []incident.Point {
	for _, f := range findings {
		if f.Shows == criterion && len(f.Evidence.Series) > 0 {
			return f.Evidence.Series[0].Points
		}
	}
	return nil
}
