package services

import (
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	lockedBefore = 10 * time.Minute // before the onset, in which a lock is taken that statements soon wait for
	lockLines    = 1000             // that are read of either time
	toldHolders  = 3
	lockMethod   = "lines of all services with statements such as LOCK TABLE, ALTER TABLE, CREATE INDEX or SELECT ... FOR UPDATE, of a kind that was not written in the two hours before"
)

// Locks looks who took the lock that the failing statement waits for: a job or a migration that wrote of it shortly before the onset.
func Locks() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "locks",
		Title:  "Database locks",
		Needs:  []incident.Fact{incident.FactLogLabels, incident.FactCulprit},
		Awaits: []incident.Fact{incident.FactOnset, incident.FactPatterns},
		Learns: []incident.Fact{incident.FactLocks},
		Plan:   planLocks,
		Read:   readLocks,
	}
}

// waited is what the failing statement says of locks; false where nothing says that it could be one.
func waited(c *incident.Case) (incident.Locks, bool) {
	span := c.Facts.Culprit.Span
	system, host := convention.Database(span)
	locks := incident.Locks{Service: span.Service, Database: host, Table: convention.Table(span), Holders: []incident.LockHolder{}}
	for _, text := range lockWords(c) {
		if !convention.SaysLockWait(text) {
			continue
		}
		locks.Said = text
		if locks.Table == "" {
			locks.Table = convention.TableOfWait(text)
		}
		return locks, true
	}
	return locks, system != "" && !span.Failed
}

// lockWords are the texts in which a wait may be said: the span's own words, and the service's lines that are new or more frequent.
func lockWords(c *incident.Case) []string {
	span := c.Facts.Culprit.Span
	texts := []string{span.StatusMessage, span.Attributes["error.message"], span.Attributes["exception.message"], span.Attributes["exception.type"]}
	for _, event := range span.Events {
		texts = append(texts, event.Attributes["exception.message"], event.Attributes["exception.type"])
	}
	if c.Facts.Patterns == nil {
		return texts
	}
	for _, p := range c.Facts.Patterns.Changed {
		if p.Service == span.Service && (p.Change == incident.PatternNew || p.Change == incident.PatternRisen) {
			message, _ := logpattern.Parse(p.Example)
			texts = append(texts, message)
		}
	}
	return texts
}

// lockTimes are the time in which the lock was taken, and the two hours before that it is compared with.
func lockTimes(c *incident.Case) (near, before incident.Window) {
	near = c.Window
	if onset := c.Facts.Onset; onset != nil {
		near = incident.Window{From: onset.Earliest.Add(-lockedBefore).UTC().Truncate(time.Second), To: onset.Latest.UTC().Truncate(time.Second).Add(time.Second)}
	}
	return near, incident.Window{From: near.From.Add(-2 * time.Hour), To: near.From}
}

func planLocks(c *incident.Case) ([]source.Question, error) {
	if _, may := waited(c); !may {
		return nil, nil
	}
	label := c.Facts.LogLabels.Service
	text, err := logql.StreamsWithout(label).Matching(convention.LockTakes).Keeping(append([]string{label}, convention.LevelLabels()...)...).Text()
	near, before := lockTimes(c)
	return []source.Question{
		{Name: "around", Kind: source.Lines, Text: text, Window: near, Limit: lockLines},
		{Name: "before", Kind: source.Lines, Text: text, Window: before, Limit: lockLines},
	}, err
}

func readLocks(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	locks, may := waited(c)
	if !may {
		return phase.ClearBecause(), nil
	}
	if problem := answers.Problem("around", "before"); problem != nil {
		return phase.Reading{}, problem
	}
	locks.Holders = holders(c, locks.Table, answers)
	finding := locksFinding(c, locks, answers["around"])
	reading := phase.FoundThat(finding)
	if finding.Severity == incident.Normal {
		reading = phase.ClearBecause(finding)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Locks = &locks }), nil
}

// holders are who wrote of a lock of a kind of which they wrote nothing before. Error lines are of those who wait.
func holders(c *incident.Case, table string, answers source.Answers) []incident.LockHolder {
	type kind struct{ service, text string }
	kindOf := func(l incident.Line) kind {
		message, _ := logpattern.Parse(l)
		return kind{l.Labels[c.Facts.LogLabels.Service], logpattern.Of(message)}
	}
	usual := map[kind]bool{}
	for _, l := range answers["before"].Lines {
		usual[kindOf(l)] = true
	}
	found := []incident.LockHolder{}
	for _, l := range answers["around"].Lines {
		message, level := logpattern.Parse(l)
		if k := kindOf(l); usual[k] || convention.SaysLockWait(message) || !convention.SaysLockTaken(message) || convention.IsErrorLevel(level) {
			continue
		}
		usual[kindOf(l)] = true // told once, by its first line
		found = append(found, incident.LockHolder{Service: l.Labels[c.Facts.LogLabels.Service], At: l.Time, Text: message,
			Table: convention.NamesTable(message, table)})
	}
	sort.SliceStable(found, func(i, j int) bool {
		if found[i].Table != found[j].Table {
			return found[i].Table
		}
		return found[i].At.After(found[j].At)
	})
	return found[:min(toldHolders, len(found))]
}

func locksFinding(c *incident.Case, locks incident.Locks, around source.Answer) incident.Finding {
	near, before := lockTimes(c)
	lasts := near.Length().Seconds()
	finding := incident.Finding{Severity: incident.Normal, Interval: &near, Baseline: &before, Method: lockMethod,
		Values: []incident.Value{{Name: "lines of statements that lock", Value: float64(len(around.Lines)), Unit: incident.Count, AtLeast: around.Truncated},
			{Name: "searched", Value: lasts, Unit: incident.Seconds}}}
	waits := wording.Textf("%s of %s is slow, and no database says that it waits for a lock.", c.Facts.Culprit.Span.Name, locks.Service)
	if locks.Said != "" {
		finding.Severity = incident.Warning
		waits = wording.Textf("%s of %s waited for a lock: %s.", c.Facts.Culprit.Span.Name, locks.Service, wording.Quoted(locks.Said))
	}
	if len(locks.Holders) == 0 {
		said := wording.Textf("%s No line of any service reports a statement that locked a table or rows in the %s before the onset and had not been there before.", waits,
			numbers.Duration(lasts))
		if c.Facts.Onset == nil {
			said = wording.Textf("%s No line of any service reports a statement that locked a table or rows and had not been there before.", waits)
		}
		finding.Sentence, finding.Moments = said.Plain(), said.Moments()
		return finding
	}
	said := waits
	for _, h := range locks.Holders {
		which := ""
		if h.Table {
			finding.Severity = incident.Critical
			which = ", the same table"
		}
		said = wording.Textf("%s %s wrote at %s of a lock that it took%s: %s.", said, h.Service, wording.Clock(h.At), which, wording.Quoted(h.Text))
	}
	if finding.Severity == incident.Normal {
		finding.Severity = incident.Info
	}
	finding.Sentence, finding.Moments = said.Plain(), said.Moments()
	return finding
}
