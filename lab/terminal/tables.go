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

const indent = "     "

const (
	narrow     = 80 // columns below which the table leaves its baselines out
	cellsApart = 2  // columns between two of the table's
)

// dependencies prints the table of callees. A narrow screen gets it without baselines.
func (p *printer) dependencies(rows []incident.Dependency) {
	t := table.New().BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).BorderHeader(false).BorderColumn(false).
		Headers("service", "p99", "errors", "calls", "status").
		StyleFunc(func(row, _ int) lipgloss.Style {
			style := dim
			if row != table.HeaderRow {
				style = healthStyle(rows[row].Health)
			}
			return style.PaddingRight(cellsApart)
		})
	for _, d := range rows {
		normalP99, normalErrors := d.P99Baseline, d.ErrorsBaseline
		if p.width < narrow {
			normalP99, normalErrors = nil, nil
		}
		t.Row(ansi.Truncate(d.Service, p.width/3, "…"), against(d.P99, normalP99, incident.Seconds, d.P99AtLeast), against(d.Errors, normalErrors, incident.Ratio, false),
			against(d.Rate, nil, incident.PerSecond, false), string(d.Health))
	}
	for line := range strings.SplitSeq(strings.TrimRight(t.String(), "\n"), "\n") {
		p.line("%s%s", indent, line)
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

// against writes a value, or that it is more than that, with its baseline in brackets; or a dash where nobody measures it.
func against(value, baseline *float64, unit incident.Unit, atLeast bool) string {
	if value == nil {
		return "–"
	}
	text := numbers.Bound(*value, unit, atLeast)
	if baseline != nil {
		text += fmt.Sprintf(" (%s)", numbers.Say(*baseline, unit))
	}
	return text
}
