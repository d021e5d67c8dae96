package storms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/storm"
)

// round investigates some services at one time.
func (f *finding) round(ctx context.Context, services []string) {
	var mu sync.Mutex
	var all defect.Group
	first := len(f.storm.Investigated)
	for _, service := range services {
		subject, window := f.subjectOf(service)
		f.cases[service] = nil
		f.storm.Investigated = append(f.storm.Investigated, Investigated{Subject: subject, Window: window, State: Running})
	}
	for i, one := range f.storm.Investigated[first:] {
		at, service, subject, window := first+i, one.Subject.Service, one.Subject, one.Window
		all.Go("investigation of a storm", func() {
			found, err := f.look(ctx, f.organization, subject, window)
			mu.Lock()
			defer mu.Unlock()
			one := &f.storm.Investigated[at]
			switch {
			case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
				one.Sentence = "The investigation has not ended in time."
			case err != nil:
				one.State, one.Sentence = Failed, sayOf(err)
			default:
				one.State, one.Level, one.Sentence = Ended, found.Verdict.Level, found.Verdict.Sentence
				f.cases[service] = found
			}
		})
	}
	f.tell(&mu)
	if err := all.Wait(); err != nil {
		f.storm.Problems = append(f.storm.Problems, "An investigation ended early: "+err.Error()+".")
	}
	f.name(services)
}

// tell notifies while investigations are under way.
func (f *finding) tell(mu *sync.Mutex) {
	mu.Lock()
	defer mu.Unlock()
	f.send()
}

// run investigates in the background, or takes what is under way or was found a moment ago. It goes on when nobody waits any more.
func (s *Storms) run(ctx context.Context, organization int64, subject incident.Subject, window incident.Window) (*incident.Case, error) {
	run, err := s.runs.Start(ctx, organization, investigate.Request{Origin: investigate.FromStorm, Subject: subject, Window: window})
	if err != nil {
		return nil, err
	}
	return run.Wait(ctx)
}

// name takes the causes that investigations named. What several name is one cause.
func (f *finding) name(services []string) {
	for _, service := range services {
		cause, is := f.placeOf(service)
		if found := f.cases[service]; found != nil {
			cause, is = f.causeOf(service, found)
		}
		if !is {
			continue
		}
		same := slices.IndexFunc(f.causes, func(known Cause) bool { return known.ID == cause.ID })
		if same < 0 {
			f.causes = append(f.causes, cause)
			continue
		}
		f.causes[same] = merged(f.causes[same], cause)
	}
}

// placeOf is a service as the place at which alerts begin, which is what is known of it while its investigation has not ended; false where no
// call to it is known to be worse.
func (f *finding) placeOf(service string) (Cause, bool) {
	at := slices.IndexFunc(f.storm.Investigated, func(i Investigated) bool { return i.Subject.Service == service })
	c := Cause{ID: byService + service, Service: service, Services: []string{service}, Level: incident.NoClearCause, Chain: []incident.Link{},
		From: f.storm.Investigated[at], Began: f.alertOf(service)}
	c.Sentence = fmt.Sprintf("No clear cause: %s has alerts, and calls to it are worse than before. %s", service, c.From.Sentence)
	return c, slices.ContainsFunc(f.graph.Calls(), func(call storm.Call) bool { return call.Callee == service && call.State == storm.Worse })
}

// byService begins the ids of causes whose culprit is a service: what several investigations say of one is one cause.
const byService = "service "

// causeOf is what the investigation of a service named; false where it found nothing wrong with the service. A culprit counts only where
// the failure can come from: the service itself, a service that it calls, directly or through others, or something that
// has no place on the call graph, such as a node. An investigation looks at whole requests, which hold faults of others too.
func (f *finding) causeOf(service string, found *incident.Case) (Cause, bool) {
	if well(found) {
		return Cause{}, false
	}
	c, _ := f.placeOf(service)
	c.Began, c.Case = f.beganOf(service, found), found
	blamed := found.Verdict.Blamed()
	if blamed == nil {
		c.Sentence, c.Moments = found.Verdict.Sentence, found.Verdict.Moments
		return c, worse(found)
	}
	for i := range found.Verdict.Candidates {
		candidate := &found.Verdict.Candidates[i]
		if !f.mayBlame(service, candidate.Service) {
			continue
		}
		c = f.blaming(c, candidate, service)
		if candidate == blamed {
			c.Level, c.Sentence, c.Moments, c.Chain = found.Verdict.Level, found.Verdict.Sentence, found.Verdict.Moments, slices.Clone(found.Verdict.Chain)
		} else {
			c.Level = incident.Possible
			c.Sentence = fmt.Sprintf("Possible: %s. The investigation of %s names %s first, which %s does not call.", candidate.Component, service, blamed.Component, service)
		}
		return c, true
	}
	c.Sentence = fmt.Sprintf("No clear cause: the investigation of %s names %s, which %s does not call.", service, blamed.Component, service)
	return c, worse(found)
}

// well says that the service's own numbers could be compared, and that none of them is worse than before. What an investigation names all the
// same, such as a failure that happens on any day, is no cause of an alert.
func well(found *incident.Case) bool {
	compared := func(c *incident.Change) bool { return c != nil && !c.NoBaseline }
	facts := found.Facts
	return (compared(facts.Errors) || compared(facts.Latency)) && !worse(found) && (facts.Traffic == nil || !facts.Traffic.Worse)
}

// worse says that the service itself fails more than before, or is slower.
func worse(found *incident.Case) bool {
	changed := func(c *incident.Change) bool { return c != nil && c.Worse }
	return changed(found.Facts.Errors) || changed(found.Facts.Latency)
}

// mayBlame says whether a failure of a service may come from another.
func (f *finding) mayBlame(service, culprit string) bool {
	return culprit == "" || culprit == service || !f.graph.Has(culprit) || f.graph.Reaches(service, culprit)
}

// blaming is a cause of which a candidate is the culprit.
func (f *finding) blaming(c Cause, candidate *incident.Candidate, service string) Cause {
	c.Kind, c.Owner = string(candidate.Kind), candidate.Owner
	c.ID = "target " + candidate.Target.Type + "/" + candidate.Target.Namespace + "/" + candidate.Target.Name
	if candidate.Service != "" {
		c.ID, c.Service = byService+candidate.Service, candidate.Service
	}
	switch {
	case candidate.Service == "" || candidate.Service == service:
	case f.graph.Has(candidate.Service): // the service itself reaches it
		c.Services = []string{candidate.Service}
	default:
		c.Services = append(slices.Clone(c.Services), candidate.Service)
	}
	return c
}

// beganOf is when a service's own numbers moved, or else when its first alert began.
func (f *finding) beganOf(service string, found *incident.Case) incident.Window {
	if onset := found.Facts.Onset; onset != nil {
		return incident.Window{From: onset.Earliest, To: onset.Latest}
	}
	return f.alertOf(service)
}

// alertOf is when the first alert of a service began.
func (f *finding) alertOf(service string) incident.Window {
	var began incident.Window
	for _, a := range f.storm.Alerts {
		if a.Subject.Service == service && !a.Began.From.IsZero() && (began.To.IsZero() || a.Began.To.Before(began.To)) {
			began = a.Began
		}
	}
	return began
}

// merged is what two investigations say of one cause: the surer of them, which shows at the services of both, from the earlier on.
func merged(a, b Cause) Cause {
	if rank(b.Level) > rank(a.Level) {
		a, b = b, a
	}
	a.Services = slices.Compact(slices.Sorted(slices.Values(slices.Concat(a.Services, b.Services))))
	if a.Began.To.IsZero() || !b.Began.To.IsZero() && b.Began.From.Before(a.Began.From) {
		a.Began = b.Began
	}
	return a
}

func rank(l incident.Level) int {
	return map[incident.Level]int{incident.Likely: 2, incident.Possible: 1}[l]
}
