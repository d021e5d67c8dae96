package readiness

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	minutes = int(LookedAt / time.Minute)
	usual   = 0.5 // share of lines with a trace id from which on most requests' lines have one
)

var lookedAt = incident.Value{Name: "looked at", Value: LookedAt.Seconds(), Unit: incident.Seconds}

const blindWithoutTraceIDs = "The lines of a failing request could not be distinguished from all others."

// logs says whether the service's lines carry trace ids.
func (s *survey) logs(service string) Factor {
	if problem := s.answers[logLabels].Problem; problem != nil {
		return notChecked(Logs, problem)
	}
	if _, asked := s.answers[allLines]; !asked {
		return Factor{Factor: Logs, State: Missing, Sentence: "The log store has no label that is known to name services.",
			Blind: "No line of it could be found.", Change: &changeLogs}
	}
	if problem := s.answers.Problem(allLines, metadataLines, textLines); problem != nil {
		return notChecked(Logs, problem)
	}
	all := s.lines(allLines, service)
	with := max(s.lines(metadataLines, service), s.lines(textLines, service))
	values := []incident.Value{value("lines", all), value("lines with a trace id", with), lookedAt}
	sentence := fmt.Sprintf("%d of its %d lines of the last %d minutes carry a trace id.", with, all, minutes)
	switch {
	case all == 0:
		return Factor{Factor: Logs, State: Missing, Sentence: fmt.Sprintf("No line of it arrived in the last %d minutes.", minutes), Values: []incident.Value{lookedAt},
			Blind: "Nothing that it wrote could be found.", Change: &changeLogs}
	case with == 0:
		return Factor{Factor: Logs, State: Missing, Sentence: fmt.Sprintf("None of its %d lines of the last %d minutes carries a trace id.", all, minutes), Values: values,
			Blind: blindWithoutTraceIDs, Change: &changeTraceIDs}
	case float64(with) < usual*float64(all):
		return Factor{Factor: Logs, State: Partly, Sentence: sentence, Values: values, Blind: "Many lines of a failing request would not be found with it.", Change: &changeTraceIDs}
	}
	return Factor{Factor: Logs, State: Ready, Sentence: sentence, Values: values}
}

// lines is how many lines of a service a question counted.
func (s *survey) lines(question, service string) int {
	for _, series := range s.answers[question].Series {
		for _, name := range series.Labels {
			if name == service && len(series.Points) > 0 {
				return int(series.Points[0].Value)
			}
		}
	}
	return 0
}
