package terminal

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// changes prints a line a change: when, what of which kind, and who tells of it; the onset stands between.
func (p *printer) changes(changes []incident.ClusterChange) {
	for i, k := range changes {
		if !k.BeforeOnset && i > 0 && changes[i-1].BeforeOnset {
			p.line("%s%s", indent, dim.Render("── onset ──"))
		}
		object := k.Kind + "/" + k.Object
		if k.Namespace != "" {
			object += " (" + k.Namespace + ")"
		}
		text := fmt.Sprintf("%s  %s %s", wording.Clock(k.At).Plain(), object, k.What)
		if len(k.Sources) > 0 {
			text += dim.Render("  from " + strings.Join(k.Sources, ", "))
		}
		p.line("%s%s", indent, ansi.Truncate(text, p.width-len(indent), "…"))
	}
}

// commands prints each command on lines of its own, never cut: a command that is copied must be whole.
func (p *printer) commands(commands []incident.Command) {
	for _, k := range commands {
		p.whole(indent + bold.Render("$ "+k.Text))
		p.wrapped(len(indent)+2, "", dim.Render(fmt.Sprintf("%s Follows from %s.", k.Why, k.Step)))
	}
}
