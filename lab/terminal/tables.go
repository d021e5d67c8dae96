package terminal

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
	"github.com/charmbracelet/x/ansi"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
)

const indent = "     "

// dependencies prints the table of callees.
func (p *printer) dependencies(rows []incident.Dependency) {
	t := table.New().Border(lipgloss.HiddenBorder()).BorderTop(false).BorderBottom(false).BorderHeader(false).
		Headers("service", "p99", "errors", "calls", "status").
		StyleFunc(func(row, _ int) lipgloss.Style {
			if row == table.HeaderRow {
				return dim
			}
			return healthStyle(rows[row].Health)
		})
	for _, d := range rows {
		t.Row(d.Service, against(d.P99, d.P99Baseline, incident.Seconds), against(d.Errors, d.ErrorsBaseline, incident.Ratio),
			against(d.Rate, nil, incident.PerSecond), string(d.Health))
	}
	for line := range strings.SplitSeq(strings.TrimRight(t.String(), "\n"), "\n") {
		p.line("%s%s", indent, ansi.Truncate(line, p.width-len(indent), "…"))
	}
}

func healthStyle(h incident.Health) lipgloss.Style {
	switch h {
	case incident.Failing:
		return red
	case incident.Degraded:
		return yellow
	default:
		return lipgloss.NewStyle()
	}
}

// against writes a value with its baseline in brackets, or a dash where nobody measures it.
func against(value, baseline *float64, unit incident.Unit) string {
	if value == nil {
		return "–"
	}
	text := phase.Say(*value, unit)
	if baseline != nil {
		text += fmt.Sprintf(" (%s)", phase.Say(*baseline, unit))
	}
	return text
}

// lines prints log lines with their time, cut to the width.
func (p *printer) lines(lines []incident.Line) {
	for _, l := range lines {
		text := strings.Join(strings.Fields(ansi.Strip(l.Text)), " ")
		line := fmt.Sprintf("%s  %s", l.Time.Format("15:04:05.000"), text)
		style := dim
		switch l.Level {
		case "error", "fatal", "critical":
			style = red
		case "warn", "warning":
			style = yellow
		}
		p.line("%s%s", indent, style.Render(ansi.Truncate(line, p.width-len(indent), "…")))
	}
}
