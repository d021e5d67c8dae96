package terminal

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
	"github.com/charmbracelet/x/ansi"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

// patterns prints kinds of log lines, now against before.
func (p *printer) patterns(patterns []incident.LogPattern) {
	rows := make([][]string, len(patterns))
	for i, l := range patterns {
		rows[i] = []string{string(l.Change), l.Level, l.Service, over(l.Now, l.Covers[0]), over(l.Before, l.Covers[1]), l.Text}
	}
	p.table([]string{"", "level", "service", "now", "before", "pattern"}, rows)
}

// over writes a count with the time that it was counted over.
func over(n, seconds float64) string {
	return fmt.Sprintf("%s in %s", numbers.Count(n), numbers.Duration(seconds))
}

// shapes prints the ways in which traces fail, with how many do.
func (p *printer) shapes(shapes []incident.TraceShape) {
	rows := make([][]string, len(shapes))
	for i, s := range shapes {
		rows[i] = []string{numbers.Count(float64(s.Count)), s.Trace, s.Shape}
	}
	p.table([]string{"traces", "longest", "how"}, rows)
}

// traits prints attributes that failing traces have more often than passing ones.
func (p *printer) traits(traits []incident.Trait) {
	rows := make([][]string, len(traits))
	for i, t := range traits {
		rows[i] = []string{of(t.Failing, t.FailingOf), of(t.Passing, t.PassingOf), t.Service, t.Attribute + "=" + t.Value}
	}
	p.table([]string{"failing", "passing", "service", "attribute"}, rows)
}

func of(n, all int) string { return fmt.Sprintf("%d of %d", n, all) }

// table prints rows under headers, cut to the width.
func (p *printer) table(headers []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	t := table.New().Border(lipgloss.HiddenBorder()).BorderTop(false).BorderBottom(false).BorderHeader(false).
		Headers(headers...).Rows(rows...).
		StyleFunc(func(int, int) lipgloss.Style { return dim })
	for line := range strings.SplitSeq(strings.TrimRight(t.String(), "\n"), "\n") {
		p.line("%s%s", indent, ansi.Truncate(line, p.width-len(indent), "…"))
	}
}
