package scale

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// Print writes a table of the sizes, each number beside its ratio to that of the first size, and below it what took longest.
func Print(w io.Writer, sizes []Size) error {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "services\twhole run\t\tfirst finding\tquestions\tanswers\t\tsamples read\t\tmemory\t\tservices\t\treadiness\t\t")
	for _, s := range sizes {
		first := sizes[0]
		_, _ = fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%d\t%s\t%s\t%.1f M\t%s\t%s\t%s\t%s, %s\t%s\t%s, %s\t%s\t\n", s.Services,
			shown(s.Whole), times(float64(s.Whole), float64(first.Whole)), shown(s.First), s.Queries, size(s.Bytes), times(float64(s.Bytes), float64(first.Bytes)),
			float64(s.Samples)/1e6, times(float64(s.Samples), float64(first.Samples)), size(s.Memory), times(float64(s.Memory), float64(first.Memory)),
			shown(s.Named), size(s.NamedBytes), times(float64(s.Named), float64(first.Named)),
			shown(s.Readiness), size(s.ReadinessBytes), times(float64(s.Readiness), float64(first.Readiness)))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, s := range sizes {
		if _, err := fmt.Fprintf(w, "\n%d services: %s Metrics that rose: %s.\n  %s\n", s.Services, s.Verdict, cmp.Or(strings.Join(s.Risen, ", "), "none"), strings.Join(s.Slowest, "\n  ")); err != nil {
			return err
		}
	}
	return nil
}

func shown(d time.Duration) string { return d.Round(10 * time.Millisecond).String() }

func size(bytes int64) string {
	if bytes < 1e6 {
		return fmt.Sprintf("%d kB", bytes/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
}

func times(of, first float64) string {
	if first == 0 {
		return ""
	}
	return fmt.Sprintf("x%.1f", of/first)
}
