package storms

import (
	"fmt"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/storm"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// explain explains the alerts by the causes that are known by now, and tells of it.
func (f *finding) explain() {
	answer := storm.Explain(f.alerts, f.graph, pure(f.causes))
	if idle := f.idle(answer); len(idle) > 0 {
		answer = storm.Explain(f.alerts, f.graph, pure(slices.DeleteFunc(slices.Clone(f.causes), func(c Cause) bool { return slices.Contains(idle, c.ID) })))
	}
	f.storm.Causes = []Cause{}
	for _, id := range answer.Causes {
		f.storm.Causes = append(f.storm.Causes, f.causes[slices.IndexFunc(f.causes, func(c Cause) bool { return c.ID == id })])
	}
	f.storm.Explained = answer.Explained
	f.storm.Unexplained, f.storm.Unplaced = said(answer.Unexplained), said(answer.Unplaced)
	f.storm.Calls = f.relevant()
	f.storm.Sentence = f.sentence()
	if f.now.Sub(f.storm.At) <= present && len(f.storm.Causes) > 0 {
		f.remember(f.organization, f)
	}
	f.send()
}

// idle are the causes that say nothing: services at which alerts begin, of which no cause was found and which explain alerts of their own
// alone.
func (f *finding) idle(answer storm.Answer) []string {
	var idle []string
	for _, c := range f.causes {
		others := func(e storm.Explained) bool { return e.Cause == c.ID && len(e.Path) > 1 }
		if c.Level == incident.NoClearCause && !slices.ContainsFunc(answer.Explained, others) {
			idle = append(idle, c.ID)
		}
	}
	return idle
}

// send notifies of what is known so far, in lists of its own: what is notified is written while the investigations go on.
func (f *finding) send() {
	f.storm.Milliseconds = time.Since(f.started).Milliseconds()
	if f.notify == nil {
		return
	}
	now := f.storm
	now.Investigated, now.Problems, now.Queries = slices.Clone(now.Investigated), slices.Clone(now.Problems), slices.Clone(now.Queries)
	f.notify(now)
}

func pure(causes []Cause) []storm.Cause {
	var all []storm.Cause
	for _, c := range causes {
		all = append(all, storm.Cause{ID: c.ID, Services: c.Services, Scope: c.From.Subject.Scope, Level: c.Level, Began: c.Began})
	}
	return all
}

func said(all []storm.Unexplained) []Unexplained {
	told := []Unexplained{}
	for _, u := range all {
		told = append(told, Unexplained{u, sentences[u.Reason]})
	}
	return told
}

// relevant are the calls between services that have alerts, or lie on the path of one.
func (f *finding) relevant() []storm.Call {
	shown := map[string]bool{}
	for _, a := range f.alerts {
		shown[a.Service] = true
	}
	for _, e := range f.storm.Explained {
		for _, service := range e.Path {
			shown[service] = true
		}
	}
	for _, c := range f.storm.Causes {
		shown[c.Service] = true
	}
	return slices.DeleteFunc(f.graph.Calls(), func(c storm.Call) bool { return !shown[c.Caller] || !shown[c.Callee] })
}

// sentence says how many alerts how many causes explain.
func (f *finding) sentence() string {
	all := len(f.alerts)
	explained := map[string]bool{}
	for _, e := range f.storm.Explained {
		explained[e.Alert] = true
	}
	named := 0
	for _, c := range f.storm.Causes {
		if c.Level != incident.NoClearCause {
			named++
		}
	}
	switch {
	case all == 0:
		return "No alert is firing."
	case len(f.storm.Causes) == 0 && !f.storm.Done:
		return fmt.Sprintf("%s firing; causes are being looked for.", wording.Counted(all, "alert is", "alerts are"))
	case len(f.storm.Causes) == 0:
		return fmt.Sprintf("%s firing; no cause was found that explains any.", wording.Counted(all, "alert is", "alerts are"))
	}
	text := fmt.Sprintf("%s %s %d of %s.", wording.Counted(len(f.storm.Causes), "cause", "causes"), wording.Plural(len(f.storm.Causes), "explains", "explain"),
		len(explained), wording.Counted(all, "alert", "alerts"))
	if unnamed := len(f.storm.Causes) - named; unnamed > 0 {
		text += fmt.Sprintf(" Of %s only the service is known at which it begins.", wording.Counted(unnamed, "cause", "causes"))
	}
	return text
}
