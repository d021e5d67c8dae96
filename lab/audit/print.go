package audit

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Print writes the rows as a table: each statement, and below it what it said and what is true.
func Print(w io.Writer, rows []Row) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	last := ""
	for _, r := range rows {
		if r.Statement != last {
			last = r.Statement
			if _, err := fmt.Fprintf(table, "%s: %s\n", r.Step, r.Statement); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(table, "  %s\tsaid %s\ttrue %s\t%s\t%s\n", r.Number, written(r.Said, r.Unit), written(r.True, r.Unit), r.Outcome, r.Why); err != nil {
			return err
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "\n"+Summary(rows))
	return err
}

// written writes a number plainly, in its own unit.
func written(v float64, unit incident.Unit) string {
	switch {
	case math.IsNaN(v):
		return "-"
	case unit == incident.Ratio:
		return fmt.Sprintf("%.2f%%", 100*v)
	case unit == incident.Seconds:
		return fmt.Sprintf("%.4g s", v)
	case unit == incident.PerSecond:
		return fmt.Sprintf("%.4g/s", v)
	}
	return fmt.Sprintf("%.6g", v)
}
