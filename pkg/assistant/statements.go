package assistant

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Ids of statements that are no findings'.
const (
	verdictID   = "verdict"
	chainPrefix = "chain/"
)

// statement is a sentence with the id that the tool evidence resolves.
type statement struct {
	ID   string     `json:"id"`
	At   *time.Time `json:"at,omitempty"` // of an event of the timeline
	Text string     `json:"text"`
}

// order is in which severities are told.
var order = map[incident.Severity]int{incident.Critical: 0, incident.Warning: 1, incident.Info: 2, incident.Normal: 3}

// statementsOf are all that a case says: the verdict, the timeline to the cause, and the findings with the most severe first.
func statementsOf(c *incident.Case) []statement {
	all := []statement{{ID: verdictID, Text: printable(c.Verdict.Sentence, longestText)}}
	for i, link := range c.Verdict.Chain {
		at := link.At.UTC().Truncate(time.Second)
		all = append(all, statement{ID: chainPrefix + strconv.Itoa(i+1), At: &at, Text: printable(link.Sentence, longestText)})
	}
	type ranked struct {
		statement

		severity incident.Severity
	}
	var findings []ranked
	for _, s := range c.Steps {
		for _, f := range s.Findings {
			if !f.RestatesVerdict {
				findings = append(findings, ranked{statement{ID: findingID(s, f), Text: printable(f.Sentence, longestText)}, f.Severity})
			}
		}
	}
	slices.SortStableFunc(findings, func(a, b ranked) int { return cmp.Compare(order[a.severity], order[b.severity]) })
	for _, f := range findings {
		all = append(all, f.statement)
	}
	return all
}

// findingID names a finding within its investigation.
func findingID(s incident.StepResult, f incident.Finding) string {
	return s.Key() + "/" + idOf(f.ID)
}

// longestID is how many runes of a name may be an id.
const longestID = 100

// idOf makes an id of a name that telemetry may have written, such as a namespace: the name where it is short and in one line, and else
// its hash.
func idOf(name string) string {
	if printable(name, longestID) == name {
		return name
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // which never fails
	return fmt.Sprintf("#%x", hash.Sum64())
}

// findingOf is the finding of an id, with its step; nil where the id is a step's own. False where there is neither.
func findingOf(c *incident.Case, id string) (*incident.StepResult, *incident.Finding, bool) {
	for i := range c.Steps {
		s := &c.Steps[i]
		if id == s.Key() {
			return s, nil, true
		}
		for j := range s.Findings {
			if id == findingID(*s, s.Findings[j]) {
				return s, &s.Findings[j], true
			}
		}
	}
	return nil, nil, false
}

// linkOf is the event of the timeline that an id names.
func linkOf(c *incident.Case, id string) (incident.Link, bool) {
	text, is := strings.CutPrefix(id, chainPrefix)
	n, err := strconv.Atoi(text)
	if !is || err != nil || n < 1 || n > len(c.Verdict.Chain) {
		return incident.Link{}, false
	}
	return c.Verdict.Chain[n-1], true
}

// unchecked says of a step why nobody could look.
func unchecked(s incident.StepResult) string {
	return printable(fmt.Sprintf("Not checked: %s. %s", s.Title, s.Reason), longestText)
}
