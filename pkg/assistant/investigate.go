package assistant

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

type investigateInput struct {
	Service   string `json:"service,omitempty" jsonschema:"name of the service, as telemetry has it; either this or alert"`
	Alert     string `json:"alert,omitempty" jsonschema:"name of a firing alert (alertname), as the tool firing lists it; instead of service"`
	Operation string `json:"operation,omitempty" jsonschema:"one operation of the service as spans name it, such as POST /api/checkout"`
	Namespace string `json:"namespace,omitempty" jsonschema:"Kubernetes namespace, where several services have this name"`
	Time      string `json:"time,omitempty" jsonschema:"when it began to fail or the alert fired, in UTC: 2026-03-10T10:30:00Z or 10:30; an hour before and after it is looked at; the last hour without it"`
	Tokens    int    `json:"tokens,omitempty" jsonschema:"most tokens of the answer, 200 to 8000; 800 without it"`
}

// investigateAnswer is what an investigation found, in the order of importance.
type investigateAnswer struct {
	Investigation string      `json:"investigation"`
	From          time.Time   `json:"from"`
	To            time.Time   `json:"to"`
	Statements    []statement `json:"statements"`
	NotChecked    []string    `json:"notChecked,omitempty"` // ids of what nobody could look at
	// LeftOut and NotCheckedLeftOut are how many did not fit.
	LeftOut           int `json:"leftOut,omitempty"`
	NotCheckedLeftOut int `json:"notCheckedLeftOut,omitempty"`
}

func (c *caller) investigate(ctx context.Context, in investigateInput) (any, error) {
	size, err := sized(in.Tokens)
	if err != nil {
		return nil, err
	}
	subject, err := c.subject(ctx, in)
	if err != nil {
		return nil, err
	}
	window, err := c.around(in.Time)
	if err != nil {
		return nil, err
	}
	found, err := c.investigated(ctx, subject, window, in.Time)
	if err != nil {
		return nil, err
	}
	return c.reported(found.told, size), nil
}

// subject is what to investigate.
func (c *caller) subject(ctx context.Context, in investigateInput) (incident.Subject, error) {
	switch {
	case (in.Service == "") == (in.Alert == ""):
		return incident.Subject{}, failure.New(failure.Invalid, "Exactly one of service and alert is needed.", "Call firing to see what fires, and for which service.")
	case in.Alert != "":
		return c.alerted(ctx, in)
	}
	return incident.Subject{Service: in.Service, Operation: in.Operation, Scope: incident.Scope{Namespace: in.Namespace}}, short(in.Service, in.Operation, in.Namespace)
}

// short refuses names that would not leave room for an answer.
func short(names ...string) error {
	for _, name := range names {
		if len(name) > longestName {
			return failure.New(failure.Invalid, fmt.Sprintf("A name has %d bytes.", len(name)), fmt.Sprintf("Use the name as telemetry has it, of at most %d bytes.", longestName))
		}
	}
	return nil
}

// alerted is the service that a firing alert is about.
func (c *caller) alerted(ctx context.Context, in investigateInput) (incident.Subject, error) {
	alerts, _, err := c.fired(ctx, in.Time)
	if err != nil {
		return incident.Subject{}, err
	}
	var about []incident.Subject
	var names []string
	seen := map[string]bool{}
	for _, a := range alerts {
		subject := a.Subject
		if a.Name != in.Alert || subject.Service == "" || in.Namespace != "" && subject.Namespace != in.Namespace || seen[keyOf(subject)] {
			continue
		}
		seen[keyOf(subject)] = true
		about = append(about, subject)
		names = append(names, wording.Quoted(printable(subject.Service, longestName)))
	}
	switch {
	case len(about) == 1:
		return about[0], short(about[0].Service, about[0].Operation, about[0].Namespace, about[0].Environment, about[0].Cluster)
	case len(about) == 0:
		return incident.Subject{}, failure.New(failure.NotFound, fmt.Sprintf("The metrics store has no firing alert %s with a label that names a service.", wording.Quoted(in.Alert)),
			"Call firing for the names, or investigate the service itself.")
	}
	return incident.Subject{}, failure.New(failure.Invalid, fmt.Sprintf("The alert %s fires for %d services: %s.", wording.Quoted(in.Alert), len(about), strings.Join(names, ", ")),
		"Call investigate with one of them as service.")
}

// reported is a case in no more than so many tokens.
func (c *caller) reported(found *incident.Case, size int) *investigateAnswer {
	answer := &investigateAnswer{Investigation: c.address(found), From: found.Window.From, To: found.Window.To}
	var unchecked []string
	for _, s := range found.Steps {
		if s.Outcome == incident.NotChecked {
			unchecked = append(unchecked, s.Key())
		}
	}
	const most = 1 << 20 // a number with more digits than any that it is replaced by
	bare := *answer
	bare.Statements, bare.NotChecked, bare.LeftOut, bare.NotCheckedLeftOut = []statement{}, []string{}, most, most
	left := size - tokensOf(bare)
	all := statementsOf(found)
	verdict, left, _ := fitting(left, all[:1])
	var spent int
	answer.NotChecked, spent, answer.NotCheckedLeftOut = fitting(left/partUnchecked, unchecked)
	left -= left/partUnchecked - spent
	rest, _, out := fitting(left, all[1:])
	answer.Statements, answer.LeftOut = append(verdict, rest...), out+1-len(verdict)
	return answer
}

// partUnchecked is the part of an answer that may name what was not checked, as a divisor.
const partUnchecked = 4
