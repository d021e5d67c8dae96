package services

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	tracesAtOnce = 100  // whose lines one question asks for: a query of some thousand letters
	linesAtOnce  = 5000 // the most that Loki gives for one question unless configured otherwise
	margin       = 2 * time.Second
)

// lineParts are the questions for the lines of sampled requests: two for those of lately, two for those before.
var lineParts = []string{"lines before 1", "lines before 2", "lines lately 1", "lines lately 2"}

// traceFields and spanFields are the spellings of a line's trace and span in structured metadata.
var (
	traceFields = []string{"trace_id", "traceID", "traceId", "traceid", "TraceId"}
	spanFields  = []string{"span_id", "spanID", "spanId", "spanid", "SpanId"}
)

// requestsRead chooses the traces whose lines are read, by question.
func requestsRead(c *incident.Case) map[string][]incident.Trace {
	all := slices.Clone(requestsOf(c).Traces)
	sort.Slice(all, func(i, j int) bool {
		if !all[i].Start.Equal(all[j].Start) {
			return all[i].Start.Before(all[j].Start)
		}
		return all[i].ID < all[j].ID
	})
	split := sort.Search(len(all), func(i int) bool { return !all[i].Start.Before(c.Window.Last(latelyFor).From) })
	before, lately := evenly(all[:split], 2*tracesAtOnce), evenly(all[split:], 2*tracesAtOnce)
	parts := map[string][]incident.Trace{}
	for i, some := range [][]incident.Trace{before, lately} {
		half := (len(some) + 1) / 2
		parts[lineParts[2*i]], parts[lineParts[2*i+1]] = some[:half], some[half:]
	}
	return parts
}

// lineQuestions ask for the log lines of sampled requests, of all services, by their trace ids. Where the log store or the
// way it keeps ids is not known there are none.
func lineQuestions(c *incident.Case) ([]source.Question, error) {
	if c.Facts.LogLabels == nil || len(requestsOf(c).Services) == 0 {
		return nil, nil
	}
	parts := requestsRead(c)
	var questions []source.Question
	for _, name := range lineParts {
		traces := parts[name]
		if len(traces) == 0 {
			continue
		}
		text, err := linesOf(c, traces)
		if err != nil {
			return nil, err
		}
		window := incident.Window{From: traces[0].Start, To: traces[0].Start}
		for _, t := range traces {
			if end := t.Start.Add(t.Duration); end.After(window.To) {
				window.To = end
			}
		}
		window.From, window.To = window.From.Add(-margin).Truncate(time.Second), window.To.Add(margin).Truncate(time.Second)
		questions = append(questions, source.Question{Name: name, Kind: source.Lines, Text: text, Window: window, Limit: linesAtOnce})
	}
	return questions, nil
}

// linesOf selects the lines that name one of the traces, in the spelling that the example's lines have, or else in
// structured metadata.
func linesOf(c *incident.Case, traces []incident.Trace) (string, error) {
	label := c.Facts.LogLabels.Service
	ids := make([]string, len(traces))
	for i, t := range traces {
		ids[i] = regexp.QuoteMeta(t.ID)
	}
	pattern := "(?i)0*(" + strings.Join(ids, "|") + ")"
	selection := logql.Streams(label, c.Facts.Neighbours.Services...)
	fields := traceFields[:1]
	known := c.Facts.TraceLines
	var err error
	switch {
	case known != nil && known.Spelling == "text":
		selection = selection.Matching("(?i)(" + strings.Join(ids, "|") + ")")
		fields = nil
	default:
		if known != nil && known.Field != "" {
			fields = []string{known.Field}
		}
		if selection, err = selection.WhereAny(pattern, fields...); err != nil {
			return "", err
		}
	}
	kept := append(append([]string{label, "level", "detected_level", "severity_text", "severity"}, fields...), spanFields...)
	return selection.Keeping(kept...).Text()
}

var hexWord = regexp.MustCompile(`[0-9a-fA-F]{16,32}`)

// requestLines reads the answers, and tells of which traces all lines are there. The problem is the first of a question
// that was not answered.
func requestLines(c *incident.Case, answers source.Answers) (lines []rank.Line, read []string, problem *source.Problem) {
	parts, read := requestsRead(c), []string{}
	for _, name := range lineParts {
		answer, asked := answers[name]
		if !asked {
			continue
		}
		if answer.Problem != nil {
			problem = answer.Problem
			continue
		}
		known := map[string]bool{}
		for _, t := range parts[name] {
			known[t.ID] = true
			if complete(answer, t) {
				read = append(read, t.ID)
			}
		}
		for _, l := range answer.Lines {
			if id := traceOf(l, known); id != "" {
				lines = append(lines, rank.Line{Time: l.Time, Service: l.Labels[c.Facts.LogLabels.Service], Trace: id, Span: firstLabel(l, spanFields),
					Text: l.Text, Level: l.Level})
			}
		}
	}
	if len(lines) == 0 {
		read = []string{} // nothing says that these requests are logged at all
	}
	return lines, read, problem
}

// complete says that a trace ended before the last line of an answer that was cut off.
func complete(answer source.Answer, t incident.Trace) bool {
	if !answer.Truncated || len(answer.Lines) == 0 {
		return true
	}
	return t.Start.Add(t.Duration).Before(answer.Lines[len(answer.Lines)-1].Time)
}

// traceOf is the trace that a line belongs to, of those asked for; empty when it names none.
func traceOf(l incident.Line, known map[string]bool) string {
	if id := strings.TrimLeft(strings.ToLower(firstLabel(l, traceFields)), "0"); known[id] {
		return id
	}
	for _, word := range hexWord.FindAllString(l.Text, -1) {
		if id := strings.TrimLeft(strings.ToLower(word), "0"); known[id] {
			return id
		}
	}
	for _, value := range l.Labels {
		if id := strings.TrimLeft(strings.ToLower(value), "0"); known[id] {
			return id
		}
	}
	return ""
}

func firstLabel(l incident.Line, names []string) string {
	for _, name := range names {
		if value := l.Labels[name]; value != "" {
			return value
		}
	}
	return ""
}
