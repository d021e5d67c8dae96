// Package check makes queries of people's own checks: it reads them with the official parsers and puts the subject's names
// into their label values, so that no name can change what is asked.
package check

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
)

// The languages of checks.
const (
	PromQL  = "promql"
	LogQL   = "logql"
	TraceQL = "traceql"
)

// Text is a check's query about a subject. Its error is a sentence for who wrote the check. TraceQL is read by the store
// alone: Tempo's parser cannot be linked beside the others.
func Text(c incident.Check, subject incident.Subject) (string, error) {
	if strings.TrimSpace(c.Query) == "" {
		return "", errors.New("it is missing")
	}
	values := map[string]string{"$service": subject.Service, "$operation": subject.Operation}
	var text string
	var err error
	switch c.Language {
	case PromQL:
		text, err = promql.Filled(c.Query, values)
	case LogQL:
		text, err = logql.Filled(c.Query, values)
	case TraceQL:
		text = traceql.Filled(c.Query, values)
	default:
		return "", fmt.Errorf("its language is %q; set language to promql, logql or traceql", c.Language)
	}
	return text, err
}

// CountsLines says whether a LogQL check picks lines, which are counted, and does not compute numbers itself.
func CountsLines(c incident.Check) bool { return c.Language == LogQL && logql.PicksLines(c.Query) }

// Query says what is wrong with a check's query; nil when nothing is.
func Query(c incident.Check) error {
	const name = "faultline" // stands in for any subject; holds nothing that a placeholder does
	text, err := Text(c, incident.Subject{Service: name, Operation: name})
	if err != nil {
		return err
	}
	if left := placeholder.FindString(text); left != "" {
		return fmt.Errorf("%s stands where it is not filled in: use it as or in a quoted label value", left)
	}
	return nil
}

var (
	placeholder = regexp.MustCompile(`\$(service|operation)\b`)
	blank       = regexp.MustCompile(`\{[^{}]*\}`)
	blanks      = []string{"{value}", "{normal}", "{service}", "{operation}"}
)

// Sentence says what is wrong with a check's sentence; nil when nothing is.
func Sentence(c incident.Check) error {
	if !strings.Contains(c.Sentence, "{value}") {
		return errors.New("it lacks {value}, where the number goes")
	}
	for _, b := range blank.FindAllString(c.Sentence, -1) {
		if !slices.Contains(blanks, b) {
			return fmt.Errorf("there is no %s; known are %s", b, strings.Join(blanks, ", "))
		}
	}
	if strings.Contains(c.Sentence, "{normal}") && c.Language != PromQL {
		return errors.New("{normal} is known of promql checks only")
	}
	return nil
}
