package assistant

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// forms are the sentences that can be checked, for people.
const forms = `"errors of X rose at T" (also latency or traffic, and fell); "X calls Y"; "Y failed before X"; "only version V of X fails". ` +
	`X and Y are services, in double quotes if they have spaces; T is a time in UTC, 2026-03-10T10:30:00Z or 10:30.`

type claimInput struct {
	Claim string `json:"claim" jsonschema:"one sentence of a fixed form, such as: errors of checkout rose at 10:30"`
	Time  string `json:"time,omitempty" jsonschema:"for claims that name no time: the moment around which to look, in UTC; the last hour without it"`
	// Namespace is of all the services that the claim names.
	Namespace string `json:"namespace,omitempty" jsonschema:"Kubernetes namespace, where several services have these names"`
	Tokens    int    `json:"tokens,omitempty" jsonschema:"most tokens of the answer, 200 to 8000; 800 without it"`
}

// The results of a check. What nobody could look at is never "does not hold".
const (
	holds        = "holds"
	doesNotHold  = "does not hold"
	cannotBeTold = "cannot be told"
)

// claimAnswer is what became of a claim.
type claimAnswer struct {
	Claim  string `json:"claim"` // as it was understood
	Result string `json:"result"`
	Why    string `json:"why"`
	// RestsOn are the statements of investigations that decide it.
	RestsOn []grounded `json:"restsOn"`
	Numbers []number   `json:"numbers,omitempty"`
	Queries []query    `json:"queries,omitempty"`
	LeftOut int        `json:"leftOut,omitempty"`
}

// grounded is a statement of an investigation.
type grounded struct {
	statement

	Investigation string `json:"investigation"`
}

// claim is a sentence that was understood.
type claim interface {
	// says writes it as it was understood.
	says() string
	// check looks at telemetry.
	check(ctx context.Context, c *caller, look looking) (checked, error)
}

// looking is where and when a claim is looked at.
type looking struct {
	scope  incident.Scope
	window incident.Window // for claims that name no time
	asked  string
}

// checked is a result with what it rests on.
type checked struct {
	result, why string
	of          []seen
	queries     []incident.Query // beside those of the steps
}

// seen is a step of an investigation that was looked at.
type seen struct {
	looked
	step string
}

func (c *caller) checkClaim(ctx context.Context, in claimInput) (any, error) {
	size, err := sized(in.Tokens)
	if err != nil {
		return nil, err
	}
	if err := short(in.Namespace); err != nil {
		return nil, err
	}
	now := c.environment.Now().UTC().Truncate(time.Second)
	read, err := readClaim(in.Claim, now)
	if err != nil {
		return nil, err
	}
	window, err := c.around(in.Time)
	if err != nil {
		return nil, err
	}
	result, err := read.check(ctx, c, looking{scope: incident.Scope{Namespace: in.Namespace}, window: window, asked: in.Time})
	if err != nil {
		return nil, err
	}
	return c.answered(read, result, size), nil
}

var (
	named   = `("[^"]+"|\S+?)`
	moved   = regexp.MustCompile(`(?i)^(?:the )?(errors|error rate|latency|p99|traffic|requests|request rate) (?:of|at) ` + named + ` (rose|increased|fell|dropped)(?: at (.+?))?$`)
	calls   = regexp.MustCompile(`(?i)^` + named + ` calls ` + named + `$`)
	before  = regexp.MustCompile(`(?i)^` + named + ` failed before ` + named + `$`)
	version = regexp.MustCompile(`(?i)^only (?:the )?version ` + named + ` (?:of|at) ` + named + ` (?:fails|failed|is failing)$`)
)

// readClaim understands a sentence of one of the forms.
func readClaim(text string, now time.Time) (claim, error) {
	sentence := strings.TrimSuffix(printable(text, longestText), ".")
	for _, part := range regexp.MustCompile(`\S+`).FindAllString(sentence, -1) {
		if err := short(part); err != nil {
			return nil, err
		}
	}
	if m := moved.FindStringSubmatch(sentence); m != nil {
		claimed := movedClaim{what: measureNamed(m[1]), service: unquoted(m[2]), fell: strings.EqualFold(m[3], "fell") || strings.EqualFold(m[3], "dropped")}
		if m[4] != "" {
			at, err := momentOf(m[4], now)
			if err != nil {
				return nil, err
			}
			claimed.at = at
		}
		return claimed, nil
	}
	if m := before.FindStringSubmatch(sentence); m != nil {
		return beforeClaim{first: unquoted(m[1]), second: unquoted(m[2])}, nil
	}
	if m := version.FindStringSubmatch(sentence); m != nil {
		return versionClaim{version: unquoted(m[1]), service: unquoted(m[2])}, nil
	}
	if m := calls.FindStringSubmatch(sentence); m != nil {
		return callsClaim{caller: unquoted(m[1]), callee: unquoted(m[2])}, nil
	}
	return nil, failure.New(failure.Invalid, "The claim has none of the forms that can be checked.", "Use one of: "+forms)
}

func unquoted(name string) string { return strings.Trim(name, `"`) }

// answered is a result in no more than so many tokens.
func (c *caller) answered(read claim, result checked, size int) *claimAnswer {
	answer := &claimAnswer{Claim: printable(read.says(), longestText), Result: result.result, Why: printable(result.why, longestText)}
	var of evidenceAnswer
	var statements []grounded
	for _, s := range result.of {
		step, _, is := findingOf(s.told, s.step)
		if !is {
			continue
		}
		for _, f := range step.Findings {
			statements = append(statements, grounded{statement{ID: findingID(*step, f), Text: printable(f.Sentence, longestText)}, c.address(s.told)})
			of.count(f.Values)
		}
		if len(step.Findings) == 0 {
			statements = append(statements, grounded{statement{ID: step.Key(), Text: unchecked(*step)}, c.address(s.told)})
		}
		of.take(step.Queries)
	}
	of.take(result.queries)
	bare := *answer
	bare.RestsOn, bare.Numbers, bare.Queries, bare.LeftOut = []grounded{}, []number{}, []query{}, mostTokens
	left := size - tokensOf(bare)
	var outs [3]int
	answer.RestsOn, left, outs[0] = fitting(left, statements)
	answer.Numbers, left, outs[1] = fitting(left, of.Numbers)
	answer.Queries, _, outs[2] = fitting(left, of.Queries)
	answer.LeftOut = outs[0] + outs[1] + outs[2]
	if answer.RestsOn == nil {
		answer.RestsOn = []grounded{}
	}
	return answer
}

// impactAlone and untilExample are the phases that claims look at.
var (
	impactAlone  = []incident.Phase{incident.PhaseImpact}
	untilExample = []incident.Phase{incident.PhaseImpact, incident.PhaseExample}
)

// look investigates some phases of a service.
func (l looking) look(ctx context.Context, c *caller, service string, phases []incident.Phase) (looked, error) {
	return c.investigated(ctx, incident.Subject{Service: service, Scope: l.scope}, l.window, l.asked, phases...)
}

// why says that a step could not look; empty where it could.
func why(found *incident.Case, key string) string {
	step, _, is := findingOf(found, key)
	switch {
	case !is:
		return fmt.Sprintf("%s of %s was not checked.", key, wording.Quoted(found.Subject.Service))
	case step.Outcome == incident.NotChecked:
		return fmt.Sprintf("%s of %s was not checked: %s", step.Title, wording.Quoted(found.Subject.Service), step.Reason)
	}
	return ""
}
