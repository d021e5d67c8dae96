package readiness

import (
	"fmt"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/source"
)

// rests are the questions without whose whole answers a factor cannot be said to be missing.
var rests = map[FactorName][]string{Traces: {spanServices}, Logs: {logLabels, allLines, metadataLines, textLines}, Infrastructure: {metricNames, joinable}}

const adviceOnDoubt = "Look again; the store's own log says more if this lasts."

// doubted takes back that a factor is missing where an answer may lack something: it may be what is lacking.
func (s *survey) doubted(f Factor) Factor {
	if f.State != Missing {
		return f
	}
	for _, name := range rests[f.Factor] {
		if doubt := doubtOf(s.answers[name]); doubt != "" {
			return Factor{Factor: f.Factor, State: NotChecked, Sentence: doubt, Advice: adviceOnDoubt}
		}
	}
	return f
}

// doubtOf says why an answer may lack something; nothing where it is whole, or there is none.
func doubtOf(a source.Answer) string {
	if a.Problem != nil || len(a.Warnings) == 0 {
		return ""
	}
	return fmt.Sprintf("The store %s warned that its answer may lack something: %s.", a.DataSource, strings.TrimRight(strings.Join(a.Warnings, "; "), "."))
}
