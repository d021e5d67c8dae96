package assistant

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

type firingInput struct {
	Time   string `json:"time,omitempty" jsonschema:"moment in UTC: 2026-03-10T10:30:00Z or 10:30; now without it"`
	Tokens int    `json:"tokens,omitempty" jsonschema:"most tokens of the answer, 200 to 8000; 800 without it"`
}

// firingAnswer is what fires at a moment.
type firingAnswer struct {
	At         time.Time   `json:"at"`
	Statements []statement `json:"statements"`
	LeftOut    int         `json:"leftOut,omitempty"`
}

// firingPrefix begins the ids of what fires: firing/MOMENT and firing/MOMENT/ALERT.
const firingPrefix = "firing/"

func (c *caller) firing(ctx context.Context, in firingInput) (any, error) {
	size, err := sized(in.Tokens)
	if err != nil {
		return nil, err
	}
	alerts, answers, err := c.fired(ctx, in.Time)
	if err != nil {
		return nil, err
	}
	answer := &firingAnswer{At: answers[0].Question.Window.To}
	bare := *answer
	bare.Statements, bare.LeftOut = []statement{}, mostTokens
	answer.Statements, _, answer.LeftOut = fitting(size-tokensOf(bare), firingStatements(answer.At, alerts, answers))
	return answer, nil
}

// fired are the alerts that fire at a moment, ordered by name and labels, and the stores' answers. The error says that neither metric
// could be looked at.
func (c *caller) fired(ctx context.Context, at string) ([]firing.Alert, []source.Answer, error) {
	querier, err := c.environment.Querier(ctx, c.organization)
	if err != nil {
		return nil, nil, err
	}
	moment := c.environment.Now().UTC().Truncate(time.Second)
	if at != "" {
		if moment, err = momentOf(at, moment); err != nil {
			return nil, nil, err
		}
	}
	alerts, answers, err := firing.At(ctx, querier, c.environment.Limits().QuestionTimeout, moment)
	if err == nil && answers[0].Problem != nil && answers[1].Problem != nil {
		err = answers[0].Problem
	}
	return alerts, answers, err
}

func firingID(at time.Time, name string) string {
	id := firingPrefix + at.UTC().Format(time.RFC3339)
	if name != "" {
		id += "/" + idOf(name)
	}
	return id
}

// firingStatements say how many fire, and of each alert for which services.
func firingStatements(at time.Time, alerts []firing.Alert, answers []source.Answer) []statement {
	all := []statement{{ID: firingID(at, ""), Text: firingSentence(alerts, answers)}}
	for len(alerts) > 0 {
		n := 1
		for n < len(alerts) && alerts[n].Name == alerts[0].Name {
			n++
		}
		all = append(all, statement{ID: firingID(at, alerts[0].Name), Text: printable(alertSentence(alerts[:n]), longestText)})
		alerts = alerts[n:]
	}
	return all
}

func firingSentence(alerts []firing.Alert, answers []source.Answer) string {
	text := fmt.Sprintf("%s firing.", wording.Counted(len(alerts), "alert is", "alerts are"))
	if len(alerts) == 0 {
		text = "No series of ALERTS or GRAFANA_ALERTS is firing. That means nothing if this metrics store evaluates no alert rules and Grafana writes no alert state to it."
	}
	for _, answer := range answers {
		if answer.Problem != nil {
			text += fmt.Sprintf(" %s was not checked: %s", answer.Question.Name, answer.Problem.Sentence)
		}
		if answer.Truncated || len(answer.Warnings) > 0 {
			text += fmt.Sprintf(" The answer about %s is incomplete.", answer.Question.Name)
		}
	}
	return printable(text, longestText)
}

// alertSentence says for which services an alert fires. Services are quoted: their names are labels.
func alertSentence(alerts []firing.Alert) string {
	const most = 10 // services named
	var services []string
	nameless := 0
	for _, a := range alerts {
		subject := a.Subject
		if subject.Service == "" {
			nameless++
			continue
		}
		name := wording.Quoted(printable(subject.Service, longestName))
		if subject.Namespace != "" {
			name += " (namespace " + printable(subject.Namespace, longestName) + ")"
		}
		if !slices.Contains(services, name) {
			services = append(services, name)
		}
	}
	text := "Alert " + wording.Quoted(printable(alerts[0].Name, longestName)) + " fires"
	if len(services) > 0 {
		text += " for " + wording.List(services[:min(most, len(services))])
	}
	if more := len(services) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	if nameless > 0 {
		text += fmt.Sprintf("; %s no label that names a service", wording.Counted(nameless, "series has", "series have"))
	}
	return text + "."
}

// firingEvidence is what a statement about firing alerts rests on: the queries, asked again for the same moment, and the series' labels.
func (c *caller) firingEvidence(ctx context.Context, id string, size int) (any, error) {
	at, name, _ := strings.Cut(strings.TrimPrefix(id, firingPrefix), "/")
	if _, err := time.Parse(time.RFC3339, at); err != nil {
		return nil, failure.New(failure.NotFound, fmt.Sprintf("There is no statement %s.", wording.Quoted(printable(id, longestName))), "Pass on an id of an answer, unchanged.")
	}
	alerts, answers, err := c.fired(ctx, at)
	if err != nil {
		return nil, err
	}
	answer := evidenceAnswer{ID: id, Text: firingSentence(alerts, answers)}
	for _, a := range answers {
		answer.take([]incident.Query{a.Query()})
	}
	if name != "" {
		alerts = slices.DeleteFunc(alerts, func(a firing.Alert) bool { return idOf(a.Name) != name })
		if len(alerts) == 0 {
			return nil, failure.New(failure.NotFound, fmt.Sprintf("No alert %s fired at %s.", wording.Quoted(printable(name, longestName)), at), "Pass on an id of an answer, unchanged.")
		}
		answer.Text = printable(alertSentence(alerts), longestText)
	}
	for _, a := range alerts {
		answer.count([]incident.Value{{Name: a.Name, Value: 1, Unit: incident.Count, Labels: a.Labels}})
	}
	return answer.within(size), nil
}
