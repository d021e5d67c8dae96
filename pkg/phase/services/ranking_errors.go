package services

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	errorsBefore = "error lines before"
	errorsLately = "error lines lately"
	slot         = 10 * time.Second // that has lines of a kind, or has none
)

// errorQuestions ask for the error lines of the services where lines are not known to name their requests: then they can
// only be held against time.
func errorQuestions(c *incident.Case) ([]source.Question, error) {
	if c.Facts.LogLabels == nil || c.Facts.TraceLines != nil && c.Facts.Neighbours != nil {
		return nil, nil
	}
	streams := logql.Streams(c.Facts.LogLabels.Service, takingPart(c)...)
	if !knowsWhoTakesPart(c) {
		var err error
		if streams, err = logql.StreamsLike(c.Facts.LogLabels.Service, ".+"); err != nil {
			return nil, err
		}
	}
	failures, err := streams.WhereAny(convention.ErrorLevels, convention.LevelLabels()...)
	if err != nil {
		return nil, err
	}
	text, err := failures.Text()
	lately := c.Window.Last(latelyFor)
	return []source.Question{
		{Name: errorsBefore, Kind: source.Lines, Text: text, Window: incident.Window{From: c.Window.From, To: lately.From}, Limit: linesAtOnce},
		{Name: errorsLately, Kind: source.Lines, Text: text, Window: lately, Limit: linesAtOnce},
	}, err
}

// knowsWhoTakesPart says that something names the services of the subject's requests: sampled requests, calls, or a failing trace.
// Without traces and metrics of calls nothing does. Every service is then looked at, and those of whom no more is known than that they
// changed at the same time are never blamed.
func knowsWhoTakesPart(c *incident.Case) bool {
	return len(requestsOf(c).Services) > 0 || c.Facts.Callees != nil || c.Facts.Example != nil
}

// takingPart are the services that are known to take part in the subject's requests, ordered: what others write, of other systems in
// the same store perhaps, accuses nobody.
func takingPart(c *incident.Case) []string {
	names := append([]string{c.Subject.Service}, requestsOf(c).Services...)
	if c.Facts.Callees != nil {
		names = append(names, c.Facts.Callees.Services...)
	}
	if c.Facts.Example != nil {
		for _, s := range c.Facts.Example.Trace.Spans {
			names = append(names, s.Service)
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	slices.Sort(names)
	return slices.Compact(names)
}

// errorLines makes of each kind of error line of each service a course over time: one where a slot of time has such a line,
// zero where it has none. Unread says that not all lines could be had, so that nothing can be compared.
func errorLines(c *incident.Case, answers source.Answers) (courses []rank.Metric, unread bool) {
	var lines []logpattern.Line
	for _, name := range []string{errorsBefore, errorsLately} {
		answer := answers[name]
		if answer.Problem != nil || answer.Truncated {
			return nil, true
		}
		for _, l := range answer.Lines {
			lines = append(lines, logpattern.Line{Service: l.Labels[c.Facts.LogLabels.Service], Line: l})
		}
	}
	mined := logpattern.Mine(lines)
	from := telemetryBegins(c, lines)
	slots := int(c.Window.To.Sub(from) / slot)
	for _, t := range mined.All {
		m := rank.Metric{Service: t.Service, Name: t.Text(), Kind: rank.ErrorLines, Points: make([]incident.Point, slots)}
		for i := range m.Points {
			m.Points[i].Time = from.Add(time.Duration(i) * slot)
		}
		courses = append(courses, m)
	}
	for i, l := range lines {
		if at := int(l.Time.Sub(from) / slot); at >= 0 && at < slots {
			courses[mined.Of[i]].Points[at].Value = 1
		}
	}
	return courses, false
}

// telemetryBegins is since when anything is known in the window: a time before that is no time without errors.
func telemetryBegins(c *incident.Case, lines []logpattern.Line) time.Time {
	var known []time.Time
	for _, t := range requestsOf(c).Traces {
		known = append(known, t.Start)
	}
	for _, l := range lines {
		known = append(known, l.Time)
	}
	if t := c.Facts.Traffic; t != nil {
		known = append(known, t.Baseline.From)
	}
	if len(known) == 0 {
		return c.Window.From
	}
	first := slices.MinFunc(known, time.Time.Compare)
	if first.Before(c.Window.From) {
		return c.Window.From
	}
	return first
}
