// Package terminal prints an investigation for a person at a terminal: the five phases with their findings, the waterfall
// of the chosen trace, the verdict and what it all cost.
package terminal

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	leastWidth = 60
	mostWidth  = 140 // lines longer than this are hard to read
)

// Print writes the case for a screen of the given width in columns. Colours are escape sequences; give it a writer that
// takes them out where they cannot be shown.
// What the telemetry says is shown and never acted on: no line, name or message of it can move the cursor or draw a line
// of its own.
func Print(w io.Writer, c *incident.Case, width int) error {
	c, err := plain(c)
	if err != nil {
		return err
	}
	p := &printer{width: min(max(width, leastWidth), mostWidth)}
	p.head(c)
	for i, name := range incident.Phases() {
		p.phase(i+1, name, c)
	}
	p.verdict(c)
	p.cost(c)
	_, err = io.WriteString(w, p.text.String())
	return err
}

// printer collects the text; every line fits the width.
type printer struct {
	text  strings.Builder
	width int
}

var (
	bold   = lipgloss.NewStyle().Bold(true)
	dim    = lipgloss.NewStyle().Faint(true)
	red    = lipgloss.NewStyle().Foreground(lipgloss.Red)
	yellow = lipgloss.NewStyle().Foreground(lipgloss.Yellow)
	green  = lipgloss.NewStyle().Foreground(lipgloss.Green)
)

func (p *printer) line(format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	p.text.WriteString(ansi.Truncate(text, p.width, "…"))
	p.text.WriteByte('\n')
}

// whole writes a line that must not be cut, however narrow the screen: the terminal breaks it.
func (p *printer) whole(text string) {
	p.text.WriteString(text)
	p.text.WriteByte('\n')
}

// wrapped writes a text below a mark, its further lines indented under its first.
func (p *printer) wrapped(indent int, mark, text string) {
	margin := indent + ansi.StringWidth(mark)
	lines := strings.Split(ansi.Wrap(text, p.width-margin, ""), "\n")
	for i, l := range lines {
		if i == 0 {
			p.line("%s%s%s", strings.Repeat(" ", indent), mark, l)
			continue
		}
		p.line("%s%s", strings.Repeat(" ", margin), l)
	}
}

func (p *printer) rule() { p.line("%s", dim.Render(strings.Repeat("─", p.width))) }

func (p *printer) head(c *incident.Case) {
	p.rule()
	subject := bold.Render(c.Subject.Service)
	if c.Subject.Operation != "" {
		subject += "  " + c.Subject.Operation
	}
	p.wrapped(0, "", fmt.Sprintf("%s  %s", subject, dim.Render(fmt.Sprintf("%s, %s to %s UTC",
		c.Environment, c.Window.From.UTC().Format("2 Jan 2006 15:04:05"), wording.Clock(c.Window.To).Plain()))))
	p.wrapped(0, "", styleOf(c.Verdict.Level).Bold(true).Render(c.Verdict.Sentence))
	p.rule()
}

func styleOf(level incident.Level) lipgloss.Style {
	switch level {
	case incident.Likely:
		return red
	case incident.Possible:
		return yellow
	default:
		return lipgloss.NewStyle()
	}
}

func (p *printer) phase(number int, name incident.Phase, c *incident.Case) {
	p.line("")
	p.line("%s", bold.Render(fmt.Sprintf("%d  %s", number, name.Title())))
	var kept []string         // titles of steps that another's failure kept from looking
	told := map[string]bool{} // by the key of the step whose failure it was, whether this phase has the reason
	for _, s := range c.Steps {
		switch {
		case s.Phase != name:
		case s.Outcome == incident.NotChecked && s.Root != "" && (told[s.Root] || named(c, s.Root, name)):
			kept = append(kept, s.Title)
		default:
			told[s.Root] = s.Outcome == incident.NotChecked && s.Root != ""
			p.step(s, c)
		}
	}
	if len(kept) > 0 {
		p.wrapped(3, yellow.Bold(true).Render("? "), yellow.Render("Not checked, for the same reason: ")+wording.List(kept)+".")
	}
}

// named says whether the step that failed stands in the phase, so that its reason is read there.
func named(c *incident.Case, key string, name incident.Phase) bool {
	for _, s := range c.Steps {
		if s.Key() == key {
			return s.Phase == name
		}
	}
	return false
}

func (p *printer) step(s incident.StepResult, c *incident.Case) {
	if s.Outcome == incident.NotChecked {
		p.wrapped(3, yellow.Bold(true).Render("? "), yellow.Render("Not checked: "+s.Title+". ")+s.Reason)
		if s.Advice != "" {
			p.wrapped(5, dim.Render("→ "), dim.Render(s.Advice))
		}
		return
	}
	for _, f := range s.Findings {
		p.wrapped(3, markOf(f.Severity), f.Sentence)
		p.evidence(f, c)
	}
	for _, note := range s.Notes {
		p.wrapped(3, yellow.Bold(true).Render("! "), yellow.Render(note))
	}
}

func markOf(severity incident.Severity) string {
	switch severity {
	case incident.Critical:
		return red.Bold(true).Render("✗ ")
	case incident.Warning:
		return yellow.Bold(true).Render("! ")
	case incident.Normal:
		return green.Render("✓ ")
	default:
		return dim.Render("· ")
	}
}

func (p *printer) evidence(f incident.Finding, c *incident.Case) {
	if len(f.Evidence.Rows) > 0 {
		p.dependencies(f.Evidence.Rows)
	}
	if f.Evidence.Trace != nil {
		p.waterfall(f.Evidence.Trace, c.Facts.Culprit)
	}
	if len(f.Evidence.Lines) > 0 {
		p.lines(f.Evidence.Lines)
	}
	p.patterns(f.Evidence.Patterns)
	p.shapes(f.Evidence.Shapes)
	p.traits(f.Evidence.Traits)
	p.changes(f.Evidence.Changes)
	p.commands(f.Evidence.Commands)
}

func (p *printer) verdict(c *incident.Case) {
	p.line("")
	p.line("%s", bold.Render("Verdict"))
	p.wrapped(3, "", styleOf(c.Verdict.Level).Bold(true).Render(c.Verdict.Sentence))
	p.choice(c.Facts.Apart)
	for i, k := range c.Verdict.Candidates {
		p.wrapped(3, fmt.Sprintf("%d. ", i+1), fmt.Sprintf("%s of %s", k.Component, k.Service))
		for _, because := range k.Because {
			p.wrapped(6, "because ", because)
		}
	}
	if len(c.Verdict.Chain) > 0 {
		p.line("   %s", dim.Render("In order of time:"))
	}
	for _, link := range c.Verdict.Chain {
		p.wrapped(3, wording.Clock(link.At).Plain()+"  ", link.Sentence)
	}
	p.doubts(&c.Verdict)
	for _, unchecked := range c.Verdict.Unchecked {
		p.wrapped(3, yellow.Render("? "), yellow.Render("not looked at: ")+unchecked)
	}
}

// doubts are what would contradict the verdict, what carries it, and the query that would settle it. A query is never cut, so that it can
// be copied.
func (p *printer) doubts(v *incident.Verdict) {
	if len(v.Against) > 0 {
		p.line("   %s", dim.Render("What would contradict it:"))
	}
	for _, k := range v.Against {
		mark := "- "
		if k.Sighting == incident.Seen {
			mark = yellow.Render("! ")
		}
		p.wrapped(3, mark, k.Text(incident.AsWritten))
	}
	if rests := v.RestsIn(incident.AsWritten); len(rests) > 0 {
		p.line("   %s", dim.Render("What carries it:"))
		for _, r := range rests {
			p.wrapped(3, "- ", r)
		}
	}
	if v.Next != nil {
		p.line("   %s", dim.Render("What would settle it:"))
		p.wrapped(3, "", v.Next.Why)
		p.whole("   " + v.Next.Text)
	}
}

// choice says how to choose one of several services of the name.
func (p *printer) choice(apart *incident.Apart) {
	if !apart.Mixed() {
		return
	}
	var settings []string
	for _, name := range apart.Names() {
		settings = append(settings, strings.ToUpper(string(apart.Part))+"="+quoted(name))
	}
	p.wrapped(3, "", "To choose one, run this again with "+strings.Join(settings, " or ")+".")
}

// bare is a value that a shell takes as it is.
var bare = regexp.MustCompile(`^[\w./:@%+-]+$`)

// quoted is a value as a shell needs it.
func quoted(value string) string {
	if bare.MatchString(value) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

func (p *printer) cost(c *incident.Case) {
	share := 0.0
	if c.Cost.Milliseconds > 0 {
		share = float64(c.Cost.UpstreamMilliseconds) / float64(c.Cost.Milliseconds)
	}
	p.line("")
	p.rule()
	chain := ""
	if c.Cost.ChainMilliseconds > 0 {
		chain = fmt.Sprintf(" The longest chain of questions that need each other took them %s.", numbers.Duration(float64(c.Cost.ChainMilliseconds)/1e3))
	}
	if read := numbers.StoresRead(c.Cost.Read); read != "" {
		chain += fmt.Sprintf(" To answer, the stores read %s.", read)
	}
	p.wrapped(0, "", dim.Render(fmt.Sprintf("%d queries, %s, %s of it waiting for the stores, %s received.%s", c.Cost.Queries,
		numbers.Duration(float64(c.Cost.Milliseconds)/1e3), numbers.Percent(share), numbers.Say(float64(c.Cost.Bytes), incident.Bytes), chain)))
}
