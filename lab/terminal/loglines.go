package terminal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// lines prints log lines, cut to the width.
func (p *printer) lines(lines []incident.Line) {
	for _, l := range lines {
		text := ansi.Truncate(escape.OneLine(lineText(l)), p.width-len(indent), "…")
		p.line("%s%s", indent, levelStyle(l.Level).Render(text))
	}
}

func levelStyle(level string) lipgloss.Style {
	switch level {
	case "error", "fatal", "critical":
		return red
	case "warn", "warning":
		return yellow
	default:
		return dim
	}
}

// What a structured line says in a place of its own, by the names that loggers give it.
var (
	messageKeys = []string{"message", "msg", "body", "event"}
	saidKeys    = []string{"timestamp", "time", "ts", "@timestamp", "level", "lvl", "severity", "service", "service.name", "service_name",
		"trace_id", "traceID", "traceId", "trace.id", "span_id", "spanID", "spanId"}
)

// lineText is a log line as "time service level message key=value ...". Of a line of JSON it leaves out what stands in
// front or above already: time, level, service, trace; of a plain line what its logger put before the message.
func lineText(l incident.Line) string {
	parts := []string{l.Time.UTC().Format("15:04:05.000")}
	fields, structured := fieldsOf(l.Text)
	service := l.Labels["service_name"]
	if service == "" {
		service = first(fields, "service", "service.name", "service_name")
	}
	for _, part := range []string{service, l.Level} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if !structured {
		return strings.Join(append(parts, logpattern.Said(l.Text)), " ")
	}
	if message := first(fields, messageKeys...); message != "" {
		parts = append(parts, message)
	}
	for _, f := range fields {
		if !slices.Contains(saidKeys, f.key) && !slices.Contains(messageKeys, f.key) {
			parts = append(parts, f.key+"="+f.quoted())
		}
	}
	return strings.Join(parts, " ")
}

// field is one entry of a structured line.
type field struct {
	key, value string
	text       bool // a JSON string, and nothing else
}

// first is the value of the first of the keys that is there.
func first(fields []field, keys ...string) string {
	for _, key := range keys {
		for _, f := range fields {
			if f.key == key {
				return f.value
			}
		}
	}
	return ""
}

// fieldsOf reads a line that is one JSON object, its fields in the order in which they were written; false for any other.
func fieldsOf(text string) ([]field, bool) {
	decoder := json.NewDecoder(strings.NewReader(text))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return nil, false
	}
	var fields []field
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, false
		}
		fields = append(fields, fieldOf(fmt.Sprint(key), value))
	}
	_, err := decoder.Token()
	return fields, err == nil && !decoder.More()
}

// quoted is the value, in quotes where it is a text from which the next key could not be told from it.
func (f field) quoted() string {
	if f.text && (f.value == "" || strings.ContainsAny(f.value, " \t\r\n=\"")) {
		return strconv.Quote(f.value)
	}
	return f.value
}

// fieldOf reads a field's value: a text as it is, anything else as JSON on one line.
func fieldOf(key string, value json.RawMessage) field {
	var text string
	if json.Unmarshal(value, &text) == nil && string(value) != "null" {
		return field{key: key, value: text, text: true}
	}
	var compact bytes.Buffer
	if json.Compact(&compact, value) != nil {
		return field{key: key, value: string(value)}
	}
	return field{key: key, value: compact.String()}
}
