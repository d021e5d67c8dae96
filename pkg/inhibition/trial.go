package inhibition

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/storm"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	past  = 30 * 24 * time.Hour
	every = 5 * time.Minute // how exactly the past is looked at; Prometheus gives at most 11,000 points of a series
	hour  = time.Hour
)

// Trial is what rules would have done in the past.
type Trial struct {
	Window incident.Window `json:"window"`
	Since  time.Time       `json:"since,omitzero"` // of the first alert of any name in the metrics store; zero where it has none
	// Notified is how often an alert of the target began to fire: each time a notification was due, groups and repetitions aside.
	Notified int `json:"notified"`
	// Suppressed is how many of these would not have been sent at all, and Rightly those of them that began no more than an hour after the
	// alert of the source did. What began later may have been another incident's.
	Suppressed int `json:"suppressed"`
	Rightly    int `json:"rightly"`
	// Delayed are those that would have been sent once the source had ended, since they fired on.
	Delayed  int              `json:"delayed"`
	Sentence string           `json:"sentence"`
	Queries  []incident.Query `json:"queries"`
}

// Try tries rules against the alerts of the last 30 days in ALERTS. The error is a *source.Problem.
func Try(ctx context.Context, querier source.Querier, most time.Duration, now time.Time, rules []Rule) (Trial, error) {
	now = now.UTC().Truncate(every)
	t := Trial{Window: incident.Window{From: now.Add(-past), To: now}, Queries: []incident.Query{}}
	ask := func(name string, e promql.Expr, step time.Duration) (source.Answer, error) {
		text, err := e.Text()
		if err != nil {
			return source.Answer{}, err
		}
		ctx, cancel := context.WithTimeout(ctx, most)
		defer cancel()
		answer := querier.Ask(ctx, source.Question{Name: name, Kind: source.Range, Text: text, Window: t.Window, Step: step})
		t.Queries = append(t.Queries, answer.Query())
		if answer.Problem != nil {
			return answer, answer.Problem
		}
		return answer, nil
	}
	all, err := ask("alerts", promql.Sum(promql.Select(firing.OfPrometheus, promql.Equal("alertstate", "firing"))), hour)
	if err != nil {
		return Trial{}, err
	}
	if len(all.Series) > 0 && len(all.Series[0].Points) > 0 {
		t.Since = all.Series[0].Points[0].Time
	}
	for _, r := range rules {
		sources, err := ask("source", promql.Select(firing.OfPrometheus, promMatchers(r.source)...), every)
		if err != nil {
			return Trial{}, err
		}
		targets, err := ask("target", promql.Select(firing.OfPrometheus, promMatchers(r.target)...), every)
		if err != nil {
			return Trial{}, err
		}
		t.count(r, sources.Series, targets.Series)
	}
	t.Sentence = t.said()
	return t, nil
}

// count adds what one rule would have done.
func (t *Trial) count(r Rule, sources, targets []incident.Series) {
	for _, target := range targets {
		var over []incident.Window // times at which the source fires
		for _, s := range sources {
			if r.concerns(s, target) {
				over = append(over, episodes(s)...)
			}
		}
		over = joined(over)
		for _, fired := range episodes(target) {
			t.Notified++
			at := slices.IndexFunc(over, func(w incident.Window) bool { return !fired.From.Before(w.From) && fired.From.Before(w.To) })
			switch {
			case at < 0:
			case fired.To.After(over[at].To):
				t.Delayed++
			default:
				t.Suppressed++
				if fired.From.Sub(over[at].From) <= storm.Later {
					t.Rightly++
				}
			}
		}
	}
}

// concerns says whether two alerts have the same values of the labels that have to be equal; a label that neither has is equal.
func (r Rule) concerns(source, target incident.Series) bool {
	return !slices.ContainsFunc(r.equal, func(label string) bool { return source.Labels[label] != target.Labels[label] })
}

// episodes are the times at which an alert fires without a pause: from the first point to one step behind the last.
func episodes(s incident.Series) []incident.Window {
	var all []incident.Window
	for _, p := range s.Points {
		if n := len(all); n > 0 && !p.Time.After(all[n-1].To) {
			all[n-1].To = p.Time.Add(every)
			continue
		}
		all = append(all, incident.Window{From: p.Time, To: p.Time.Add(every)})
	}
	return all
}

// joined are times without overlap, ordered.
func joined(all []incident.Window) []incident.Window {
	slices.SortFunc(all, func(a, b incident.Window) int { return a.From.Compare(b.From) })
	var joined []incident.Window
	for _, w := range all {
		if n := len(joined); n > 0 && !w.From.After(joined[n-1].To) {
			if w.To.After(joined[n-1].To) {
				joined[n-1].To = w.To
			}
			continue
		}
		joined = append(joined, w)
	}
	return joined
}

func (t *Trial) said() string {
	switch {
	case t.Since.IsZero():
		return "The metrics store has no firing alert in ALERTS in the last 30 days, so the rule could not be tried. Alerts that Grafana evaluates are not in ALERTS."
	case t.Notified == 0:
		return "None of the alerts that the rule would keep quiet fired in the last 30 days, as far as ALERTS shows, so the rule could not be tried."
	}
	text := fmt.Sprintf("In the last 30 days these alerts began to fire %s. The rule would have suppressed %s", wording.Counted(t.Notified, "time", "times"),
		wording.Counted(t.Suppressed, "notification", "notifications"))
	if t.Suppressed > 0 {
		text += fmt.Sprintf(", %d of them of alerts that began within an hour after the source did", t.Rightly)
	}
	text += "."
	if wrong := t.Suppressed - t.Rightly; wrong > 0 {
		text += fmt.Sprintf(" %s began later, and may have been about something else.", wording.Counted(wrong, "alert", "alerts"))
	}
	if t.Delayed > 0 {
		text += fmt.Sprintf(" %s would have come late, once the source had ended.", wording.Counted(t.Delayed, "notification", "notifications"))
	}
	return text
}
