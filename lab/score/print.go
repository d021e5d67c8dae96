package score

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

// Print writes the result as tables.
func Print(w io.Writer, r *Result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(cells ...string) { _, _ = fmt.Fprintln(t, strings.Join(cells, "\t")) } // Flush gives the error
	line("recording", "incident", "fault", "true service", "place", "first candidate", "verdict", "reason", "onset error", "analysis", "questions")
	for _, i := range r.Incidents {
		line(i.Recording, i.ID, i.Fault, i.Truth, placeText(i.Place), firstOf(i.Ranked), verdictText(i), reasonText(i.RightReason),
			secondsText(i.OnsetErrorSeconds), fmt.Sprintf("%d ms", i.AnalysisMilliseconds), fmt.Sprint(i.Questions))
	}
	line()
	line("", "n", "AC@1", "AC@3", "AC@5", "Avg@5", "named@1", "named@3", "no clear cause", "likely", "of these right", "right reason", "onset error", "analysis")
	row := func(name string, f Figures) {
		line(name, fmt.Sprint(f.N), ratio(&f.AC1), ratio(&f.AC3), ratio(&f.AC5), ratio(&f.Avg5), ratio(&f.Named1), ratio(&f.Named3), ratio(&f.NoClearCause), ratio(&f.Likely), ratio(f.LikelyRight), ratio(f.RightReason),
			secondsText(f.OnsetError), fmt.Sprintf("%.0f ms", f.Analysis))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Summary.ByRecording)) {
		row(name, r.Summary.ByRecording[name])
	}
	for _, fault := range slices.Sorted(maps.Keys(r.Summary.ByFault)) {
		row(fault, r.Summary.ByFault[fault])
	}
	row("all", r.Summary.All)
	if err := t.Flush(); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	return printRest(w, r)
}

// printRest says what stands in no table.
func printRest(w io.Writer, r *Result) error {
	var text strings.Builder
	if q := r.Quiet; q != nil {
		low, high := interval(q.Likely, q.N)
		fmt.Fprintf(&text, "\nWithout a fault: %d of %d investigations said Likely (95%% interval %.1f%% to %.1f%%), %d said Possible. In %d of them there was anything to compare.\n",
			q.Likely, q.N, 100*low, 100*high, q.Possible, q.Compared)
	}
	for _, one := range r.Recordings {
		for _, reason := range one.Refused {
			fmt.Fprintf(&text, "\n%s: a store did not take all of it: %s\n", one.Name, reason)
		}
	}
	for _, i := range r.Incidents {
		if i.Problem != "" {
			fmt.Fprintf(&text, "\n%s %s was not investigated: %s\n", i.Recording, i.ID, i.Problem)
		}
	}
	for _, problem := range r.Problems {
		fmt.Fprintf(&text, "\nProblem: %s\n", problem)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// WriteJSON writes the result to a file.
func WriteJSON(path string, r *Result) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("the scores cannot be written: %w", err)
	}
	return nil
}

func verdictText(i Incident) string {
	if i.Problem != "" {
		return "not investigated"
	}
	return string(i.Verdict)
}

func placeText(place int) string {
	if place == 0 {
		return "-"
	}
	return fmt.Sprint(place)
}

func firstOf(ranked []string) string {
	if len(ranked) == 0 {
		return "-"
	}
	return ranked[0]
}

func reasonText(right *bool) string {
	switch {
	case right == nil:
		return "-"
	case *right:
		return "right"
	}
	return "wrong"
}

func secondsText(seconds *float64) string {
	if seconds == nil {
		return "-"
	}
	return fmt.Sprintf("%+.0f s", *seconds)
}

func ratio(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f", *v)
}
