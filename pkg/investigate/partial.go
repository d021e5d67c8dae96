package investigate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// products are those who answer as sentences call them.
var products = map[source.Signal]string{source.Metrics: "The metrics store", source.Logs: "The log store", source.Traces: "The trace store",
	source.Externals: "The status page", source.Grafana: "Grafana"}

// doubted takes back that all is normal where an answer may lack something: what is missing may be what is not normal.
// What was found all the same stays found.
func doubted(reading phase.Reading, answers source.Answers) phase.Reading {
	if reading.Outcome != incident.Clear {
		return reading
	}
	for _, name := range sortedNames(answers) {
		if a := answers[name]; a.Problem == nil && len(a.Warnings) > 0 {
			return phase.Reading{Outcome: incident.NotChecked, Reason: noteOf(a) + " What it told was normal.",
				Advice: "Look again, about a shorter time if this lasts; the store's own log says more."}
		}
	}
	return reading
}

// notes are a sentence for every answer that may lack something.
func notes(order []string, answers source.Answers) []string {
	var all []string
	for _, name := range order {
		if a := answers[name]; a.Problem == nil && len(a.Warnings) > 0 {
			if note := noteOf(a); !slices.Contains(all, note) {
				all = append(all, note)
			}
		}
	}
	return all
}

func noteOf(a source.Answer) string {
	return fmt.Sprintf("%s (%s) answered and warned that its answer may lack something: %s.", products[a.Question.Kind.Signal()], a.DataSource,
		strings.TrimRight(strings.Join(a.Warnings, "; "), "."))
}

func sortedNames(answers source.Answers) []string {
	names := make([]string, 0, len(answers))
	for name := range answers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
