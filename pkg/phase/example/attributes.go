package example

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// statusCode is the HTTP or gRPC status that came back, if one did.
func statusCode(span incident.Span) string {
	code := cmp.Or(span.Attributes["http.response.status_code"], span.Attributes["http.status_code"], span.Attributes["rpc.grpc.status_code"])
	if n, err := strconv.Atoi(code); err != nil || n == 0 {
		return ""
	}
	return code
}

// timedOut says that the span failed by waiting too long.
func timedOut(span incident.Span) bool {
	words := strings.ToLower(span.ErrorType() + " " + span.ErrorMessage())
	for _, event := range span.Events {
		words += " " + strings.ToLower(event.Name)
	}
	return strings.Contains(words, "timeout") || strings.Contains(words, "timed out") || strings.Contains(words, "deadline")
}

// retries reads how many attempts were made and how many were allowed; zero where the span does not say.
func retries(span incident.Span) (made, allowed int) {
	made, _ = strconv.Atoi(cmp.Or(span.Attributes["retry.attempt"], span.Attributes["http.request.resend_count"]))
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
