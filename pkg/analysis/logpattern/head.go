package logpattern

import (
	"regexp"
	"strings"
)

// What loggers put before a message, each as it stands at the beginning of what is left of a line.
var (
	headTime = regexp.MustCompile(`^\[?(?:\d{4}[-/.]\d{2}[-/.]\d{2}[T ]\d{2}:\d{2}:\d{2}|\d{2}:\d{2}:\d{2}|[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2})` +
		`(?:[.,]\d+)?(?:\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?\]?[:\s]`)
	headLevel   = regexp.MustCompile(`^[\[(]?(?i:(trace|debug|info|notice|warn|warning|err|error|fatal|critical|crit|severe|panic|log|statement|detail|hint))[\])]?(?::?\s|$)`)
	headBracket = regexp.MustCompile(`^\[[^\[\]]{0,120}\]:?(?:\s|$)`)
	headProcess = regexp.MustCompile(`^(?:\d+#\d+:|\d+\s+---)\s`)
	headRule    = regexp.MustCompile(`^(?:-{1,3}|\||:)\s`)
	// A logger's name stands before a colon or a hyphen of its own. It has dots or slashes in it, or the level comes next.
	headLogger = regexp.MustCompile(`^(?:[\w$-]+(?:[./][\w$<>-]+)+(?::\d+)?\s+[-:|]\s|[\w.$-]+\s+-\s+(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\s)`)
	// Spring's columns: after the rule come the thread, and the logger whatever it is called.
	headColumns = regexp.MustCompile(`^---\s+(?:\[[^\]]*\]\s*)+\S+\s+:\s`)
	// Kubernetes' own components write the level as a letter, and the place in the source before a bracket.
	headKlog = regexp.MustCompile(`^([IWEF])\d{4} \d{2}:\d{2}:\d{2}\.\d+\s+\d+ [\w./-]+:\d+\] `)
)

var klogLevels = map[string]string{"I": "info", "W": "warn", "E": "error", "F": "fatal"}

// behead cuts off what a logger put before the message of a line: time, level, process, thread, logger. It gives the level in
// lower case where that stood there. A line that does not begin with a time is left as it is.
func behead(text string) (message, level string) {
	if found := headKlog.FindStringSubmatch(text); found != nil {
		return strings.TrimSpace(text[len(found[0]):]), klogLevels[found[1]]
	}
	at := headTime.FindString(text)
	if at == "" {
		return text, ""
	}
	rest := strings.TrimLeft(text[len(at):], " \t")
	for {
		cut := 0
		switch {
		case headColumns.MatchString(rest):
			cut = len(headColumns.FindString(rest))
		case level == "" && headLevel.MatchString(rest):
			found := headLevel.FindStringSubmatch(rest)
			level, cut = strings.ToLower(found[1]), len(found[0])
		case headProcess.MatchString(rest):
			cut = len(strings.TrimRight(strings.TrimRight(headProcess.FindString(rest), " \t"), "-"))
		case headLogger.MatchString(rest):
			cut = strings.IndexAny(rest, " \t")
		case headBracket.MatchString(rest):
			cut = len(headBracket.FindString(rest))
		case headRule.MatchString(rest):
			cut = len(headRule.FindString(rest))
		}
		if cut == 0 {
			break
		}
		rest = strings.TrimLeft(rest[cut:], " \t")
	}
	if strings.TrimSpace(rest) == "" {
		return text, level
	}
	return rest, level
}

// Said is a plain line without what its logger put before the message; any other line as it is.
func Said(text string) string {
	said, _ := behead(text)
	return said
}

// frame is a line of a stack trace, which some collectors send one by one.
var frame = regexp.MustCompile(`^(?:\s+at [\w$.<>/ ]+\(.*\)|\s*\.\.\. \d+ (?:more|common frames omitted)|\s+File ".*", line \d+|\s+at .*:\d+:\d+\)?|goroutine \d+ \[|\t\S+\.go:\d+|Traceback \(most recent call last\):)`)

// IsFrame says whether a line is a part of a stack trace and nothing that a person wrote.
func IsFrame(text string) bool { return frame.MatchString(text) }
