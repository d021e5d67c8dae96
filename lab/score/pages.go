package score

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/report"
)

var notInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// WritePages writes a Markdown page for each incident, with its candidates and why, and an index of them, into a folder.
func WritePages(folder string, r *Result) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("the pages cannot be written: %w", err)
	}
	var index strings.Builder
	index.WriteString("# Incidents\n\n| incident | fault | true service | place | verdict |\n|---|---|---|---|---|\n")
	for i := range r.Incidents {
		one := &r.Incidents[i]
		name := notInNames.ReplaceAllString(one.Recording+"-"+one.ID, "-") + ".md"
		if err := os.WriteFile(filepath.Join(folder, name), []byte(page(one)), 0o644); err != nil {
			return fmt.Errorf("the page of %s cannot be written: %w", one.ID, err)
		}
		fmt.Fprintf(&index, "| [%s](%s) | %s | %s | %s | %s |\n", one.ID, name, one.Fault, one.Truth, placeText(one.Place), one.Verdict)
	}
	return os.WriteFile(filepath.Join(folder, "index.md"), []byte(index.String()), 0o644)
}

// page tells an incident: the truth, the candidates with their reasons, and the whole report.
func page(one *Incident) string {
	var text strings.Builder
	fmt.Fprintf(&text, "# %s: %s of %s\n\n", one.ID, one.Fault, one.Truth)
	fmt.Fprintf(&text, "- True service: `%s`, place %s of %d\n- Verdict: %s\n- Onset error: %s\n- Reason: %s\n- %d questions, stores %d ms, analysis %d ms\n\n## Candidates\n\n",
		one.Truth, placeText(one.Place), len(one.Ranked), one.Sentence, secondsText(one.OnsetErrorSeconds), reasonText(one.RightReason),
		one.Questions, one.StoreMilliseconds, one.AnalysisMilliseconds)
	if one.Case == nil {
		return text.String()
	}
	for n, candidate := range one.Case.Verdict.Candidates {
		fmt.Fprintf(&text, "%d. `%s` (%s), score %.2f\n", n+1, candidate.Service, strings.ReplaceAll(candidate.Component, "`", "'"), candidate.Score)
		for _, because := range candidate.Because {
			fmt.Fprintf(&text, "   - %s\n", because)
		}
	}
	text.WriteString("\n## Report\n\n")
	text.WriteString(report.Markdown(one.Case))
	return text.String()
}
