package incident

import (
	"cmp"
	"strconv"
)

// exception finds the attribute of the span's exception event, as OpenTelemetry records exceptions.
func (s Span) exception(attribute string) string {
	for _, event := range s.Events {
		if value := event.Attributes[attribute]; value != "" {
			return value
		}
	}
	return ""
}

// ErrorType is the kind of error in the program's own words, or nothing. The name of an exception says more than a status
// code, which error.type holds where HTTP is instrumented.
func (s Span) ErrorType() string {
	kind := s.Attributes["error.type"]
	named := cmp.Or(s.Attributes["exception.type"], s.exception("exception.type"))
	if _, err := strconv.Atoi(kind); err == nil && named != "" {
		return named
	}
	return cmp.Or(kind, named)
}

// ErrorMessage is what the program said about the error, or nothing.
func (s Span) ErrorMessage() string {
	return cmp.Or(s.Attributes["error.message"], s.Attributes["exception.message"], s.exception("exception.message"), s.StatusMessage)
}
