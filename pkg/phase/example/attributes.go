package example

import (
	"strconv"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// exception finds the attribute of the span's exception event, as OpenTelemetry records exceptions.
func exception(span incident.Span, attribute string) string {
	for _, event := range span.Events {
		if value := event.Attributes[attribute]; value != "" {
			return value
		}
	}
	return ""
}

// errorType is the kind of error in the program's own words, or nothing. The name of an exception says more than a status
// code, which error.type holds where HTTP is instrumented.
func errorType(span incident.Span) string {
	kind := span.Attributes["error.type"]
	named := firstOf(span.Attributes["exception.type"], exception(span, "exception.type"))
	if _, err := strconv.Atoi(kind); err == nil && named != "" {
		return named
	}
	return firstOf(kind, named)
}

// errorMessage is what the program said about the error, or nothing.
func errorMessage(span incident.Span) string {
	return firstOf(span.Attributes["error.message"], span.Attributes["exception.message"], exception(span, "exception.message"), span.StatusMessage)
}

// statusCode is the HTTP or gRPC status that came back, if one did.
func statusCode(span incident.Span) string {
	code := firstOf(span.Attributes["http.response.status_code"], span.Attributes["http.status_code"], span.Attributes["rpc.grpc.status_code"])
	if n, err := strconv.Atoi(code); err != nil || n == 0 {
		return ""
	}
	return code
}

// timedOut says that the span failed by waiting too long.
func timedOut(span incident.Span) bool {
	words := strings.ToLower(errorType(span) + " " + errorMessage(span))
	for _, event := range span.Events {
		words += " " + strings.ToLower(event.Name)
	}
	return strings.Contains(words, "timeout") || strings.Contains(words, "timed out") || strings.Contains(words, "deadline")
}

// retries reads how many attempts were made and how many were allowed; zero where the span does not say.
func retries(span incident.Span) (made, allowed int) {
	made, _ = strconv.Atoi(firstOf(span.Attributes["retry.attempt"], span.Attributes["http.request.resend_count"]))
	allowed, _ = strconv.Atoi(span.Attributes["retry.max_attempts"])
	for _, event := range span.Events {
		if n, err := strconv.Atoi(event.Attributes["attempt"]); err == nil && n > made {
			made = n
		}
	}
	return made, allowed
}

// spoken are the attributes in which spans say how they failed.
func spoken() []incident.AttributeName {
	names := []string{"error.type", "error.message", "exception.type", "exception.message"}
	attributes := make([]incident.AttributeName, len(names))
	for i, name := range names {
		attributes[i].Name = name
	}
	return attributes
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
