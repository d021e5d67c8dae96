package logs

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	sampleLimit = 2000 // lines of one question
	spread      = 2    // slices of the baseline
	sliceLength = 5 * time.Minute
)

// nowLines names the question for the lines of the last minutes. Steps that ask it alike share the answer.
const nowLines = "now"

// lookedInto lists the services whose lines tell most: the culprit's, or the callees that are not well where no trace
// names one, and the subject's.
func lookedInto(c *incident.Case) []string {
	services := []string{}
	switch {
	case c.Facts.Culprit != nil && c.Facts.Culprit.Span.Service != "":
		services = append(services, c.Facts.Culprit.Span.Service)
	case c.Facts.Culprit == nil && c.Facts.Dependencies != nil:
		for _, d := range c.Facts.Dependencies.Rows {
			if d.Health == incident.Failing || d.Health == incident.Degraded {
				services = append(services, d.Service)
			}
		}
	}
	if slices.Contains(services, c.Subject.Service) {
		return services
	}
	return append(services, c.Subject.Service)
}

// sampled asks for lines of the services in a window. What is not needed to tell lines apart stays at the store.
func sampled(c *incident.Case, name string, window incident.Window) (source.Question, error) {
	label := c.Facts.LogLabels.Service
	kept := append([]string{label, "level", "detected_level", "severity_text", "severity"}, convention.LogPodLabels(c.Naming.Labels)...)
	text, err := logql.Streams(label, lookedInto(c)...).Keeping(kept...).Text()
	return source.Question{Name: name, Kind: source.Lines, Text: text, Window: window, Limit: sampleLimit}, err
}

// slicesOf are short windows spread evenly over a long one, of which the last ends with it: where telemetry is young, the end has
// some. A short window is taken whole.
func slicesOf(w incident.Window) []incident.Window {
	if w.Length() <= spread*sliceLength {
		return []incident.Window{w}
	}
	parts := make([]incident.Window, spread)
	for i := range parts {
		to := w.From.Add(w.Length() * time.Duration(i+1) / spread).Truncate(time.Second)
		parts[i] = incident.Window{From: to.Add(-sliceLength), To: to}
	}
	return parts
}

func sliceName(i int) string { return fmt.Sprintf("before %d", i+1) }

// read adds an answer's lines to a sample. Of a truncated answer the oldest lines came back, so that it covers the time
// up to the last of them.
func read(s *incident.LogSample, answer source.Answer) []incident.Line {
	s.Lines += len(answer.Lines)
	covered := answer.Question.Window.Length()
	if answer.Truncated && len(answer.Lines) > 0 {
		s.Truncated = true
		covered = min(covered, max(time.Second, answer.Lines[len(answer.Lines)-1].Time.Sub(answer.Question.Window.From)))
	}
	s.Covered += covered
	return answer.Lines
}

// mined makes lines ready for mining. Frames of stack traces that were sent line by line tell no kind of line apart, nor do lines without
// a word, such as the empty ones between them.
func mined(c *incident.Case, lines []incident.Line) []logpattern.Line {
	out := make([]logpattern.Line, 0, len(lines))
	for _, l := range lines {
		if !logpattern.IsFrame(l.Text) && strings.ContainsFunc(l.Text, unicode.IsLetter) {
			out = append(out, logpattern.Line{Line: l, Service: l.Labels[c.Facts.LogLabels.Service]})
		}
	}
	return out
}
