package report

import (
	"fmt"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/escape"
)

// Markdown writes the post-mortem as Markdown, with the timeline as a Mermaid diagram and as a table.
func (p *PostMortem) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Post-mortem: %s\n\n%s · %s · case %s", escape.Markdown(p.Title), escape.Markdown(p.Environment), escape.Markdown(string(p.State)), escape.Markdown(p.ID))
	if !p.InUTC() {
		b.WriteString(" · times of day without a zone are of " + escape.Markdown(p.Zone))
	}
	b.WriteString("\n")
	list(&b, "Summary", p.Summary)
	numberTable(&b, "Impact", "| what | value | normally |", p.Impact)
	p.mermaid(&b)
	p.moments(&b)
	p.cause(&b)
	b.WriteString("\n## Detection and recovery\n\n")
	if len(p.Times) > 0 {
		b.WriteString("| what | took | computed as |\n|---|---|---|\n")
	}
	for _, t := range p.Times {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", escape.Markdown(t.Name), escape.Markdown(t.Took), escape.Markdown(t.How))
	}
	numberTable(&b, "Recovery", "| what | before → after | normally |", p.Recovery)
	p.likeBefore(&b)
	list(&b, "What made it fast", p.Helped)
	list(&b, "What made it slow", p.Slowed)
	list(&b, "Follow-ups", p.FollowUps)
	if len(p.Notes) > 0 {
		b.WriteString("\n## Notes\n")
	}
	for _, n := range p.Notes {
		fmt.Fprintf(&b, "\n**%s, %s** (%s)\n\n%s\n", escape.Markdown(n.By), escape.Markdown(n.Local), escape.Markdown(n.Kind), quoted(n.Text))
	}
	b.WriteString("\n## How we know\n\n")
	for _, q := range p.Queries {
		fmt.Fprintf(&b, "- %s, %s: %s\n", escape.Markdown(q.Step), escape.Markdown(q.Language), escape.Code(q.Text))
	}
	for _, l := range p.Left {
		fmt.Fprintf(&b, "\n%s\n", escape.Markdown(l))
	}
	return b.String()
}

// quoted puts what a person wrote into a block quote, in which it can be Markdown and cannot end a section of ours. HTML in
// it stays text.
func quoted(text string) string {
	safe := strings.NewReplacer("<", "&lt;", "\r", "").Replace(strings.TrimSpace(strings.ToValidUTF8(text, "?")))
	return "> " + strings.ReplaceAll(safe, "\n", "\n> ")
}

func list(b *strings.Builder, title string, lines []string) { items(b, "\n## "+title+"\n\n", lines) }

// items lists lines below a head, and writes nothing where there are none.
func items(b *strings.Builder, head string, lines []string) {
	if len(lines) == 0 {
		return
	}
	b.WriteString(head)
	for _, l := range lines {
		fmt.Fprintf(b, "- %s\n", escape.Markdown(l))
	}
}

func numberTable(b *strings.Builder, title, heads string, all []Number) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n%s\n|---|---|---|\n", title, heads)
	for _, n := range all {
		fmt.Fprintf(b, "| %s | %s | %s |\n", escape.Markdown(n.Name), escape.Markdown(n.Value), escape.Markdown(n.Normal))
	}
}

func (p *PostMortem) mermaid(b *strings.Builder) {
	b.WriteString("\n## Timeline\n\n```mermaid\ntimeline\n    title " + escape.Mermaid(p.Title+", times in "+p.Zone) + "\n")
	part := Part("")
	for _, m := range p.Timeline {
		if m.Part != part {
			part = m.Part
			fmt.Fprintf(b, "    section %s\n", part)
		}
		fmt.Fprintf(b, "        %s : %s\n", escape.Mermaid(m.Local[11:16]), escape.Mermaid(m.Text))
	}
	b.WriteString("```\n")
}

// moments is the timeline as a table. A reader whose clock shows UTC is told each time once.
func (p *PostMortem) moments(b *strings.Builder) {
	heads, line := "| UTC |", "|---|"
	if !p.InUTC() {
		heads, line = "| "+escape.Markdown(p.Zone)+" | UTC |", "|---|---|"
	}
	b.WriteString("\n" + heads + " what | who | known from |\n" + line + "---|---|---|\n")
	for _, m := range p.Timeline {
		if !p.InUTC() {
			b.WriteString("| " + escape.Markdown(m.Local) + " ")
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", m.UTC, escape.Markdown(m.Text), escape.Markdown(m.By), escape.Markdown(m.From))
	}
}

func (p *PostMortem) likeBefore(b *strings.Builder) {
	if len(p.Before) == 0 {
		return
	}
	b.WriteString("\n## Like this before\n\n| case | alike in | fix | took |\n|---|---|---|---|\n")
	for _, e := range p.Before {
		fmt.Fprintf(b, "| %s (%s) | %s | %s | %s |\n", escape.Markdown(e.Title), escape.Markdown(e.Case), escape.Markdown(strings.Join(e.Because, " ")), escape.Markdown(e.Fix),
			escape.Markdown(strings.TrimSpace(e.Took+" "+e.How)))
	}
}

func (p *PostMortem) cause(b *strings.Builder) {
	fmt.Fprintf(b, "\n## Cause\n\n**%s**\n\n", escape.Markdown(p.Cause.Sentence))
	for i, k := range p.Cause.Candidates {
		fmt.Fprintf(b, "%d. %s of %s\n", i+1, escape.Markdown(k.Component), escape.Markdown(k.Service))
		for _, because := range k.Because {
			fmt.Fprintf(b, "   - %s\n", escape.Markdown(because))
		}
	}
	doubts(b, p.Cause.Against, p.Cause.Rests, p.Cause.Next)
	items(b, "\nLooked at and normal:\n\n", p.Cause.Normal)
	items(b, "\nNot looked at:\n\n", p.Cause.Unchecked)
}
