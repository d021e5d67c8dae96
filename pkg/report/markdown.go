// Package report writes a case as a document to keep.
package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

// Markdown writes the case as Markdown: verdict, phases with their findings and queries, chain and cost. The same case
// always gives the same text.
func Markdown(c *incident.Case) string {
	var b strings.Builder
	title := c.Title()
	fmt.Fprintf(&b, "# %s\n\n", escape.Markdown(title))
	fmt.Fprintf(&b, "**%s**\n\n", escape.Markdown(c.Verdict.Sentence))
	fmt.Fprintf(&b, "%s, %s to %s\n", escape.Markdown(c.Environment), c.Window.From.UTC().Format(time.RFC3339), c.Window.To.UTC().Format(time.RFC3339))
	asked := map[question]string{}
	for i, name := range incident.Phases() {
		fmt.Fprintf(&b, "\n## %d. %s\n\n", i+1, name.Title())
		for _, s := range c.Steps {
			if s.Phase == name {
				step(&b, s, asked)
			}
		}
	}
	verdict(&b, c.Verdict)
	fmt.Fprintf(&b, "\n%d queries, %d ms, of which %d ms waiting for the stores.\n", c.Cost.Queries, c.Cost.Milliseconds, c.Cost.UpstreamMilliseconds)
	if read := numbers.StoresRead(c.Cost.Read); read != "" {
		fmt.Fprintf(&b, "\nTo answer, the stores read %s.\n", read)
	}
	return b.String()
}

// question is what makes two queries the same. Steps share the answers of those.
type question struct {
	language, text string
	from, to       int64
	step           float64
}

// step writes a step. A query that an earlier one asked is not spelled out again: asked has the title of that one.
func step(b *strings.Builder, s incident.StepResult, asked map[question]string) {
	if s.Outcome == incident.NotChecked {
		fmt.Fprintf(b, "- **Not checked: %s.** %s %s\n", escape.Markdown(s.Title), escape.Markdown(s.Reason), escape.Markdown(s.Advice))
	}
	for _, f := range s.Findings {
		fmt.Fprintf(b, "- %s\n", escape.Markdown(f.Sentence))
	}
	for _, note := range s.Notes {
		fmt.Fprintf(b, "- *%s*\n", escape.Markdown(note))
	}
	for _, f := range s.Findings {
		evidence(b, f.Evidence)
	}
	for _, q := range s.Queries {
		same := question{q.Language, q.Text, q.Window.From.UnixNano(), q.Window.To.UnixNano(), q.Step}
		switch by, again := asked[same]; {
		case q.Text == "":
		case again && by != s.Title:
			fmt.Fprintf(b, "  - %s: as asked under *%s*\n", escape.Markdown(q.Language), escape.Markdown(by))
		case !again:
			asked[same] = s.Title
			fmt.Fprintf(b, "  - %s: %s (%d rows, %d ms)\n", escape.Markdown(q.Language), escape.Code(q.Text), q.Rows, q.Milliseconds)
		}
	}
}

func evidence(b *strings.Builder, e incident.Evidence) {
	if len(e.Rows) > 0 {
		b.WriteString("\n  | service | p99 | errors | status |\n  |---|---|---|---|\n")
		for _, d := range e.Rows {
			fmt.Fprintf(b, "  | %s | %s | %s | %s |\n", escape.Markdown(d.Service), measured(d.P99, incident.Seconds, d.P99AtLeast), measured(d.Errors, incident.Ratio, false), escape.Markdown(string(d.Health)))
		}
		b.WriteString("\n")
	}
	if len(e.Changes) > 0 {
		b.WriteString("\n  | time (UTC) | what | source |\n  |---|---|---|\n")
		for i, k := range e.Changes {
			fmt.Fprintf(b, "  | %s | %s | %s |\n", k.At.UTC().Format("15:04:05"), escape.Markdown(changedObject(&e.Changes[i])+" "+k.What),
				escape.Markdown(strings.Join(k.Sources, ", ")))
		}
		b.WriteString("\n")
	}
	for _, k := range e.Commands {
		fmt.Fprintf(b, "  - %s %s\n", escape.Code(k.Text), escape.Markdown(k.Why))
	}
	if len(e.Lines) > 0 {
		b.WriteString("\n  Log lines:\n\n")
		for _, l := range e.Lines {
			fmt.Fprintf(b, "  - %s\n", escape.Code(l.Time.UTC().Format("15:04:05.000")+" "+l.Text))
		}
		b.WriteString("\n")
	}
}

func verdict(b *strings.Builder, v incident.Verdict) {
	b.WriteString("\n## Verdict\n\n")
	for i, k := range v.Candidates {
		fmt.Fprintf(b, "%d. %s of %s\n", i+1, escape.Markdown(k.Component), escape.Markdown(k.Service))
		for _, because := range k.Because {
			fmt.Fprintf(b, "   - %s\n", escape.Markdown(because))
		}
	}
	if len(v.Chain) > 0 {
		b.WriteString("\n| time (UTC) | what |\n|---|---|\n")
		for _, l := range v.Chain {
			fmt.Fprintf(b, "| %s | %s |\n", l.At.UTC().Format("15:04:05"), escape.Markdown(l.Sentence))
		}
	}
	doubts(b, v.AgainstIn(incident.AsWritten), v.RestsIn(incident.AsWritten), v.Next)
	for _, u := range v.Unchecked {
		fmt.Fprintf(b, "\nNot looked at: %s\n", escape.Markdown(u))
	}
}

// doubts writes what would contradict a verdict, what carries it, and the query that would settle it.
func doubts(b *strings.Builder, against, rests []string, next *incident.OpenQuery) {
	items(b, "\nWhat would contradict it:\n\n", against)
	items(b, "\nWhat carries it:\n\n", rests)
	if next != nil {
		fmt.Fprintf(b, "\nWhat would settle it: %s\n\n- %s: %s\n", escape.Markdown(next.Why), escape.Markdown(next.Language), escape.Code(next.Text))
	}
}

// measured writes a number, or a dash where nobody measures it.
func measured(v *float64, unit incident.Unit, atLeast bool) string {
	if v == nil {
		return "–"
	}
	return numbers.Bound(*v, unit, atLeast)
}
