package logs

import (
	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// messageOf is the part of a line that a person wrote.
func messageOf(line incident.Line) string {
	message, _ := logpattern.Parse(line)
	return message
}

func isError(line incident.Line) bool {
	_, level := logpattern.Parse(line)
	return isErrorLevel(level)
}

func isWarning(line incident.Line) bool {
	_, level := logpattern.Parse(line)
	return isWarningLevel(level)
}

func isErrorLevel(level string) bool { return convention.IsErrorLevel(level) }

func isWarningLevel(level string) bool { return level == "warn" || level == "warning" }

// lastError is the culprit's service's last error line, the one with which it gave up; or, where it refused the request, which is no
// error of its own, its last warning where it has no error line. The word says which.
func lastError(c *incident.Case, lines []incident.Line) (line incident.Line, word string, found bool) {
	if line, found = lastOf(c, lines, isError); found {
		return line, "error", true
	}
	if c.Facts.Culprit.Refused != "" {
		line, found = lastOf(c, lines, isWarning)
	}
	return line, "warning", found
}

func lastOf(c *incident.Case, lines []incident.Line, is func(incident.Line) bool) (incident.Line, bool) {
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].Labels[c.Facts.LogLabels.Service] == c.Facts.Culprit.Span.Service && is(lines[i]) {
			return lines[i], true
		}
	}
	return incident.Line{}, false
}
