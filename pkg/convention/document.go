package convention

import (
	"fmt"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Document is the table as docs/conventions.md has it, in Markdown: each role's spellings in the order of preference.
func Document() string {
	var b strings.Builder
	for _, role := range Explain(nil, incident.Naming{}) {
		if len(role.Spellings) == 0 {
			continue // told by another role's
		}
		fmt.Fprintf(&b, "### %s (`%s`)\n\n| convention | metrics |\n|---|---|\n", role.Title, role.Role)
		for _, s := range role.Spellings {
			name := s.Convention
			if s.Form != "" {
				name += ", " + s.Form
			}
			fmt.Fprintf(&b, "| %s | `%s` |\n", name, strings.Join(s.Metrics, "`, `"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// ScopeDocument is the table of the labels that tell systems apart, as docs/conventions.md has it.
func ScopeDocument() string {
	var b strings.Builder
	b.WriteString("| part | labels of metrics, log streams and alerts | resource attributes of spans |\n|---|---|---|\n")
	for _, part := range incident.ScopeParts() {
		fmt.Fprintf(&b, "| %s | `%s` | `%s` |\n", part, strings.Join(scopeLabels[part], "`, `"), strings.Join(scopeAttributes[part], "`, `"))
	}
	return b.String()
}
