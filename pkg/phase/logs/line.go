package logs

import (
	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
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

func isErrorLevel(level string) bool {
	switch level {
	case "error", "err", "fatal", "critical", "crit", "panic", "emergency", "alert":
		return true
	}
	return false
}

func isWarningLevel(level string) bool { return level == "warn" || level == "warning" }

// lastError is the culprit's service's last error line: the one with which it gave up.
func lastError(c *incident.Case, lines []incident.Line) (incident.Line, bool) {
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].Labels[c.Facts.LogLabels.Service] == c.Facts.Culprit.Span.Service && isError(lines[i]) {
			return lines[i], true
		}
	}
	return incident.Line{}, false
}
