package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// How much of each part a message holds. Slack cuts off messages of more than 4,000 characters.
const (
	chatNumbers   = 3
	chatEvents    = 8
	chatDone      = 6
	chatHandOver  = 20  // lines
	chatOpen      = 4   // follow-ups, or what was not looked at
	chatCharacter = 300 // of one line
)

// chatKinds are the entries that a message lists: what was done and what came of it, and not how the checklist was walked.
var chatKinds = map[incident.EntryKind]bool{incident.EntryNote: true, incident.EntryPinned: true, incident.EntryFixApplied: true, incident.EntryRecovered: true,
	incident.EntryRelapsed: true, incident.EntryClosed: true, incident.EntryReopened: true}

// Chat writes the case as a message: what it is, how bad it is, and how it stands in the first three lines; then the events that led to it,
// what was done, the last hand-over, and what is open. It has no markup, since Slack, Teams and mail read different ones when a text is
// pasted. The address is that of the case's page; empty where it is not known.
func (p *PostMortem) Chat(address string) string {
	lines := []string{p.chatTitle(), p.chatImpact(), p.chatState(address)}
	lines = append(lines, p.chatPart("Timeline to the cause, times in "+p.Zone, p.Cause.Chain, chatEvents, foundEvent)...)
	var done []Moment
	for _, m := range p.Timeline {
		if chatKinds[m.Kind] {
			done = append(done, m)
		}
	}
	lines = append(lines, p.chatPart("What was done and what came of it", done, chatDone, typedEvent)...)
	lines = append(lines, p.chatHandOver()...)
	if p.State == incident.CaseClosed || p.State == incident.CaseRecovered {
		lines = append(lines, p.chatTimes()...)
		return strings.Join(append(lines, bullets("Follow-ups", p.FollowUps)...), "\n") + "\n"
	}
	return strings.Join(append(lines, bullets("Not looked at", p.Cause.Unchecked)...), "\n") + "\n"
}

func (p *PostMortem) chatTitle() string {
	of := chatFound(p.Title)
	if p.Environment != "" {
		of += " (" + chatFound(p.Environment) + ")"
	}
	return of + ": " + chatFound(p.Cause.Sentence)
}

// chatImpact is how bad it is, and since when.
func (p *PostMortem) chatImpact() string {
	var parts []string
	for _, n := range p.Impact {
		if n.Normal != "" && len(parts) < chatNumbers {
			parts = append(parts, fmt.Sprintf("%s %s, normally %s", chatFound(n.Name), n.Value, n.Normal))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "No number of the service changed")
	}
	if p.Since != "" {
		parts = append(parts, "since "+p.Since)
	}
	return "Impact: " + strings.Join(parts, "; ") + "."
}

// chatState is how the case stands, and where to read on.
func (p *PostMortem) chatState(address string) string {
	line := "State: " + string(p.State)
	for _, m := range slices.Backward(p.Timeline) {
		if m.Kind == incident.EntryFixApplied {
			line += ", fix applied at " + m.Local
			break
		}
	}
	if address != "" {
		return line + ". " + address
	}
	return line + "."
}

// chatPart is a part of the message: its title behind an empty line, and its last moments.
func (p *PostMortem) chatPart(title string, all []Moment, most int, line func(Moment) string) []string {
	if len(all) == 0 {
		return nil
	}
	lines := []string{"", title + ":"}
	if left := len(all) - most; left > 0 {
		lines = append(lines, fmt.Sprintf("• … %d earlier", left))
		all = all[left:]
	}
	for _, m := range all {
		lines = append(lines, fmt.Sprintf("• %s %s", m.Local[11:19], line(m)))
	}
	return lines
}

func foundEvent(m Moment) string { return chatFound(m.Text) }

func typedEvent(m Moment) string {
	said := m.Text
	if lines := plainLines(said); m.Kind == incident.EntryNote && len(lines) > 0 { // a command of another entry may hold what Markdown reads as markup
		said = lines[0]
	}
	return fmt.Sprintf("%s (%s)", chatTyped(said), chatTyped(m.By))
}

// chatHandOver is what was said when the case was handed over last.
func (p *PostMortem) chatHandOver() []string {
	for _, n := range slices.Backward(p.Notes) {
		if n.Kind != string(incident.EntryHandedOver) {
			continue
		}
		lines := plainLines(n.Text)
		if left := len(lines) - chatHandOver; left > 0 {
			lines = append(lines[:chatHandOver], fmt.Sprintf("… %d more lines on the page", left))
		}
		return append([]string{"", fmt.Sprintf("Handed over by %s, %s:", chatTyped(n.By), n.Local)}, lines...)
	}
	return nil
}

func (p *PostMortem) chatTimes() []string {
	var lines []string
	for _, t := range p.Times {
		lines = append(lines, t.Name+": "+t.Took)
	}
	if len(lines) == 0 {
		return nil
	}
	return []string{"", "How long: " + strings.Join(lines, "; ") + "."}
}

func bullets(title string, all []string) []string {
	if len(all) == 0 {
		return nil
	}
	lines := []string{"", title + ":"}
	for _, one := range all[:min(chatOpen, len(all))] {
		lines = append(lines, "• "+chatFound(one))
	}
	if left := len(all) - chatOpen; left > 0 {
		lines = append(lines, fmt.Sprintf("• … %d more on the page", left))
	}
	return lines
}

// chatFound is a line of what telemetry says: it notifies nobody and links nowhere.
func chatFound(s string) string { return shortened(escape.Chat(s)) }

// chatTyped is a line that a person wrote, whose commands and addresses have to stay as they are. It notifies nobody either.
func chatTyped(s string) string { return shortened(escape.ChatTyped(s)) }

func shortened(s string) string {
	if runes := []rune(s); len(runes) > chatCharacter {
		return string(runes[:chatCharacter]) + "…"
	}
	return s
}

// plainLines are the lines of Markdown that a person wrote, without its markup.
func plainLines(markdown string) []string {
	source := []byte(markdown)
	var lines []string
	_ = ast.Walk(notesReader.Parser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the function has no error
		if !entering || n.Type() != ast.TypeBlock || n.Lines() == nil || n.Lines().Len() == 0 {
			return ast.WalkContinue, nil
		}
		prefix := ""
		if _, is := n.Parent().(*ast.ListItem); is {
			prefix = "• "
		}
		for _, line := range strings.Split(plainBlock(n, source), "\n") {
			if line = chatTyped(line); line != "" {
				lines = append(lines, prefix+line)
				prefix = ""
			}
		}
		return ast.WalkSkipChildren, nil
	})
	return lines
}

// unescaped is a piece of text as its reader sees it. In code nothing is escaped.
func unescaped(part *ast.Text, source []byte) []byte {
	value := part.Value(source)
	if _, is := part.Parent().(*ast.CodeSpan); is || part.IsRaw() {
		return value
	}
	return util.ResolveNumericReferences(util.ResolveEntityNames(util.UnescapePunctuations(value)))
}

// plainBlock is the text of a block: of code as it stands, of other blocks without what marks it.
func plainBlock(n ast.Node, source []byte) string {
	var b strings.Builder
	if n.FirstChild() == nil {
		b.Write(n.Lines().Value(source))
		return b.String()
	}
	_ = ast.Walk(n, func(child ast.Node, entering bool) (ast.WalkStatus, error) { // as above
		switch part := child.(type) {
		case *ast.Text:
			if entering {
				b.Write(unescaped(part, source))
				if part.SoftLineBreak() || part.HardLineBreak() {
					b.WriteByte('\n')
				}
			}
		case *ast.String:
			if entering {
				b.Write(part.Value)
			}
		case *ast.AutoLink:
			if entering {
				b.Write(part.URL(source))
			}
		case *ast.Link:
			if !entering {
				b.WriteString(" (" + string(part.Destination) + ")")
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}
