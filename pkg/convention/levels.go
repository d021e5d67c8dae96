package convention

// LevelLabels are the labels and fields that hold a line's level, best first.
func LevelLabels() []string {
	return []string{"detected_level", "severity_text", "level", "severity"}
}

// ErrorLevels is a regular expression over what lines above a warning are called.
const ErrorLevels = "(?i)err|error|fatal|crit|critical|panic|alert|emerg|emergency"

// IsErrorLevel says whether a level, in lower case, is of a line that tells of a failure.
func IsErrorLevel(level string) bool {
	switch level {
	case "error", "err", "fatal", "critical", "crit", "panic", "emergency", "alert":
		return true
	}
	return false
}
