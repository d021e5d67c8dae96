package logs

import (
	"encoding/json"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// fields reads a line that is a JSON object; nil for any other.
func fields(line incident.Line) map[string]any {
	var read map[string]any
	if json.Unmarshal([]byte(line.Text), &read) != nil {
		return nil
	}
	return read
}

// messageOf is the part of a line that a person wrote: the message field of JSON, else the whole text.
func messageOf(line incident.Line) string {
	read := fields(line)
	for _, name := range []string{"message", "msg", "body", "event"} {
		if text, ok := read[name].(string); ok && text != "" {
			return text
		}
	}
	return strings.TrimSpace(line.Text)
}

// levelOf is the line's level in lower case, from its labels or its JSON; empty when it has none.
func levelOf(line incident.Line) string {
	if level, ok := fields(line)["level"].(string); ok {
		return strings.ToLower(level)
	}
	return line.Level
}

func isError(line incident.Line) bool {
	switch levelOf(line) {
	case "error", "err", "fatal", "critical", "crit", "panic", "emergency", "alert":
		return true
	}
	return false
}

// lastError is the culprit's service's last error line: the one with which it gave up.
func lastError(c *incident.Case, lines []incident.Line) (incident.Line, bool) {
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].Labels[c.Facts.LogLabels.Service] == c.Facts.Culprit.Span.Service && isError(lines[i]) {
			return lines[i], true
		}
	}
	return incident.Line{}, false
}
