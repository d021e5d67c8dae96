package changes

import (
	"fmt"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const mostChangeLines = 2000 // that are read

// linesQuestion asks for lines of all services in which something is said to be changed, around the incident and in the hour before.
func linesQuestion(c *incident.Case) (source.Question, error) {
	labels := c.Facts.LogLabels
	kept := []string{labels.Service}
	if labels.Namespace != "" {
		kept = append(kept, labels.Namespace)
	}
	text, err := logql.StreamsWithout(labels.Service).Matching(convention.ChangeStems).Matching(convention.ChangeLines).Keeping(append(kept, convention.LevelLabels()...)...).Text()
	return source.Question{Name: linesAsked, Kind: source.Lines, Text: text, Window: phase.Nearby(c), Limit: mostChangeLines}, err
}

// written is a change as one kind of line tells it, and when such lines were written around the incident.
type written struct {
	incident.ClusterChange

	before, since float64
}

func fromLines(c *incident.Case, answers source.Answers) origin {
	o := named(c, "log lines of deployers, migrations, flag services and schedulers", c.Facts.LogLabels != nil, StepLabels)
	if c.Facts.LogLabels == nil {
		return o
	}
	if o.problem = answers.Problem(linesAsked); o.problem != nil {
		return o
	}
	for _, w := range writtenOf(c, answers[linesAsked].Lines) {
		if phase.MuchOftener(c, w.since, w.before) {
			o.changes = append(o.changes, w.ClusterChange)
		}
	}
	o.changes = migrationsTogether(o.changes)
	if answers[linesAsked].Truncated {
		o.problem = &source.Problem{Kind: source.TooLarge, Signal: source.Logs, Advice: "Investigate a shorter window.",
			Sentence: fmt.Sprintf("More than %d lines may tell of changes; the newest were not read.", mostChangeLines)}
	}
	return o
}

// writtenOf joins lines by what they tell, in the order of the first around the incident. What was told only before is left out.
func writtenOf(c *incident.Case, lines []incident.Line) []written {
	near := c.Around()
	told, before := []written{}, map[string]float64{}
	for _, line := range lines {
		message, level := logpattern.Parse(line)
		k, is := convention.ChangeIn(message, line.Text)
		if !is || convention.IsErrorLevel(level) {
			continue
		}
		placed(c, &k, line)
		if line.Time.Before(near.From) {
			before[k.Key()]++
			continue
		}
		at := slices.IndexFunc(told, func(w written) bool { return w.Key() == k.Key() })
		if at < 0 {
			told = append(told, written{ClusterChange: k})
			at = len(told) - 1
		}
		told[at].since++
	}
	for i := range told {
		told[i].before = before[told[i].Key()]
	}
	return told
}

// placed says where and when a line tells of a change. What a deployer writes is of what it deploys; all else is of who writes it.
func placed(c *incident.Case, k *incident.ClusterChange, line incident.Line) {
	writer := line.Labels[c.Facts.LogLabels.Service]
	k.At, k.What = line.Time.UTC(), cluster.Participle(k.Action)
	if k.Kind == incident.KindFeatureFlag {
		k.What = "switched"
		if k.To != "" {
			k.What += " " + k.To
		}
	}
	if k.Object == "" {
		k.Object = writer
	}
	if k.Kind != incident.KindRelease {
		k.Service = writer
	}
	if namespace := c.Facts.LogLabels.Namespace; namespace != "" && k.Kind != incident.KindRelease {
		k.Namespace = line.Labels[namespace]
	}
}

// migrationsTogether makes one change of the migrations that one service runs in a row.
func migrationsTogether(changes []incident.ClusterChange) []incident.ClusterChange {
	var kept []incident.ClusterChange
	more := map[int]int{}
	for _, k := range changes {
		at := slices.IndexFunc(kept, func(other incident.ClusterChange) bool {
			return k.Kind == incident.KindMigration && other.Kind == k.Kind && other.Service == k.Service && k.At.Sub(other.At) <= cluster.SameTime
		})
		if at < 0 {
			kept = append(kept, k)
			continue
		}
		more[at]++
		kept[at].What = fmt.Sprintf("run with %d more", more[at])
	}
	return kept
}
