package assistant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jellydator/ttlcache/v3"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/runs"
)

const (
	patience    = 50 * time.Second // for an investigation; many proxies give up on an answer after 60 s
	runsKept    = 16
	runsKeptFor = 5 * time.Minute // so that a call again finds the investigation that it was told is under way
	casesKept   = 64
	caseKeptFor = 30 * time.Minute
	linesKept   = 5 // of a finding
)

// begun is an investigation with the window that its first caller meant: "now" is later when the same is asked again.
type begun struct {
	window incident.Window
	run    *runs.Run
}

// memory spares the stores questions. Nothing depends on it: what is forgotten is investigated again.
type memory struct {
	begun *ttlcache.Cache[string, begun]
	cases *ttlcache.Cache[string, *incident.Case] // lean ones, by organization, address and phases
}

func newMemory() *memory {
	return &memory{
		begun: ttlcache.New(ttlcache.WithTTL[string, begun](runsKeptFor), ttlcache.WithCapacity[string, begun](runsKept), ttlcache.WithDisableTouchOnHit[string, begun]()),
		cases: ttlcache.New(ttlcache.WithTTL[string, *incident.Case](caseKeptFor), ttlcache.WithCapacity[string, *incident.Case](casesKept),
			ttlcache.WithDisableTouchOnHit[string, *incident.Case]())}
}

func (m *memory) forget() {
	m.begun.DeleteExpired()
	m.cases.DeleteExpired()
}

// keyOf joins values so that none can be taken for two.
func keyOf(values ...any) string {
	key, _ := json.Marshal(values) // of numbers, texts and plain structs, which always have a JSON
	return string(key)
}

// admitted refuses an organization that may not look.
func (c *caller) admitted(ctx context.Context) error {
	_, err := c.environment.Querier(ctx, c.organization)
	return err
}

// looked is a case with its facts, and what may be told of it.
type looked struct {
	found *incident.Case
	told  *incident.Case // without facts, charts and secrets
}

// investigated gives the case of a subject, from an investigation that is under way or was a moment ago where there is one. The
// phases are those to look at, all where there are none. asked tells questions of the same subject apart by the time they name.
func (c *caller) investigated(ctx context.Context, subject incident.Subject, window incident.Window, asked string, phases ...incident.Phase) (looked, error) {
	if err := c.admitted(ctx); err != nil { // every time: what is remembered is shown to those alone who may look
		return looked{}, err
	}
	key := keyOf(c.organization, subject, asked, phases)
	known := c.memory.begun.Get(key)
	if known == nil || known.Value().run.Failed() {
		window = c.environment.Window(window)
		run, err := c.runs.Start(ctx, c.organization, investigate.Request{Origin: investigate.FromAssistant, Subject: subject, Window: window, Phases: phases})
		if err != nil {
			return looked{}, err
		}
		known = c.memory.begun.Set(key, begun{window, run}, ttlcache.DefaultTTL)
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := known.Value().run.Wait(waiting)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return looked{}, failure.New(failure.Busy, fmt.Sprintf("The investigation of %s is still under way after %s.", subject.Service, patience),
			"Call the tool again with the same arguments: the investigation goes on meanwhile.")
	}
	if err != nil {
		return looked{}, err
	}
	told, err := c.tellable(found)
	if err != nil {
		return looked{}, err
	}
	c.memory.cases.Set(keyOf(c.organization, c.address(found), phases), told, ttlcache.DefaultTTL)
	return looked{found, told}, nil
}

// tellable is what may be told of a case, as a copy: the case is shared with all who follow its investigation.
func (c *caller) tellable(found *incident.Case) (*incident.Case, error) {
	masks, err := c.masks()
	if err != nil {
		return nil, err
	}
	document, err := json.Marshal(lean(found))
	if err != nil {
		return nil, err
	}
	if document, _, err = masks.Document(document); err != nil {
		return nil, err
	}
	told := &incident.Case{}
	return told, json.Unmarshal(document, told)
}

// lean is a case with what answers show of it, and no more.
func lean(found *incident.Case) *incident.Case {
	c := *found
	c.Facts, c.Knowledge = incident.Facts{}, incident.Knowledge{}
	c.Steps = make([]incident.StepResult, len(found.Steps))
	for i, s := range found.Steps {
		findings := make([]incident.Finding, len(s.Findings))
		for j, f := range s.Findings {
			lines := f.Evidence.Lines
			f.Evidence = incident.Evidence{Lines: lines[:min(linesKept, len(lines))], Commands: f.Evidence.Commands}
			findings[j] = f
		}
		s.Findings = findings
		c.Steps[i] = s
	}
	return &c
}
