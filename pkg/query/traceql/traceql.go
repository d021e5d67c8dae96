// Package traceql builds TraceQL span selections.
//
// Tempo's parser cannot be linked beside Loki's and Prometheus's (its dependencies exclude theirs), so this package
// prints a small, fixed subset of the language itself: conjunctions of comparisons with quoted strings and durations, and
// the attributes to bring along. A property test reads what it prints back with Tempo's own parser.
package traceql

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Condition is one comparison of a span's field.
type Condition struct{ text string }

// Service selects spans of a service.
func Service(name string) Condition { return Condition{"resource.service.name = " + Quote(name)} }

// OtherThan selects spans of all other services.
func OtherThan(service string) Condition {
	return Condition{"resource.service.name != " + Quote(service)}
}

// Calling selects client spans of calls to something without a service of its own, by any of the attributes that may hold its name.
func Calling(name string) Condition {
	texts := make([]string, len(callees))
	for i, attribute := range callees {
		texts[i] = "span." + attribute + " = " + Quote(name)
	}
	return Condition{"kind = client && (" + strings.Join(texts, " || ") + ")"}
}

// callees are the attributes that may hold the name of what a client's span calls.
var callees = []string{"peer.service", "server.address", "net.peer.name", "db.namespace", "db.name", "db.system.name", "db.system", "messaging.destination.name"}

// Scoped selects spans of a service that is one of several with the same name: those of its own system, as far as attributes tell. Apart may
// be nil.
func Scoped(service string, apart *incident.Apart) []Condition {
	conditions := []Condition{Service(service)}
	if apart == nil {
		return conditions
	}
	for _, part := range incident.ScopeParts() {
		if attribute := apart.Attributes[part]; attribute != "" {
			conditions = append(conditions, Resource(attribute, apart.Within.Of(part)))
		}
	}
	return conditions
}

// Resource selects spans by an attribute of their resource. A name that is hardly one, or no value, selects any span.
func Resource(name, value string) Condition {
	fields := fieldsOf([]incident.AttributeName{{Name: name, Resource: true}})
	if len(fields) == 0 || value == "" {
		return Condition{"true"}
	}
	return Condition{fields[0] + " = " + Quote(value)}
}

// OtherResource selects spans whose resource has another value of an attribute; those without the attribute are none. A name that is
// hardly one, or no value, selects any span.
func OtherResource(name, value string) Condition {
	fields := fieldsOf([]incident.AttributeName{{Name: name, Resource: true}})
	if len(fields) == 0 || value == "" {
		return Condition{"true"}
	}
	return Condition{"(" + fields[0] + " != nil && " + fields[0] + " != " + Quote(value) + ")"}
}

// SpanName selects spans by their name.
func SpanName(name string) Condition { return Condition{"name = " + Quote(name)} }

// Failed selects spans with error status.
func Failed() Condition { return Condition{"status = error"} }

// Passing selects spans without error status.
func Passing() Condition { return Condition{"status != error"} }

// Status selects spans with an HTTP status, under either of the names of its attribute.
func Status(code int) Condition {
	return Condition{fmt.Sprintf("(span.http.response.status_code = %d || span.http.status_code = %[1]d)", code)}
}

// Answered selects spans that were answered with one of the statuses, of which there must be one: HTTP's from 100 on, under either of
// the names of its attribute, gRPC's below.
func Answered(statuses ...int) Condition {
	var texts []string
	for _, status := range statuses {
		if status < firstOfHTTP {
			texts = append(texts, fmt.Sprintf("span.rpc.grpc.status_code = %d", status))
			continue
		}
		texts = append(texts, fmt.Sprintf("span.http.response.status_code = %d || span.http.status_code = %[1]d", status))
	}
	return Condition{"(" + strings.Join(texts, " || ") + ")"}
}

// firstOfHTTP is the lowest status of HTTP; gRPC's codes are below it.
const firstOfHTTP = 100

// ClientErrors selects spans that were answered with an HTTP status of 400 to 499.
func ClientErrors() Condition {
	return Condition{"(span.http.response.status_code >= 400 && span.http.response.status_code < 500 || span.http.status_code >= 400 && span.http.status_code < 500)"}
}

// NotAccepted selects spans with a status that says that the request was refused or failed, of HTTP, gRPC or the span itself.
func NotAccepted() Condition {
	return Condition{"(span.http.response.status_code >= 400 || span.http.status_code >= 400 || span.rpc.grpc.status_code > 0 || status = error)"}
}

// Accepted selects spans that neither failed nor were refused, of those that say what they were answered with.
func Accepted() Condition {
	return Condition{"status != error && (span.http.response.status_code < 400 || span.http.status_code < 400 || span.rpc.grpc.status_code = 0)"}
}

// LongerThan selects spans that took longer, to the microsecond.
func LongerThan(d time.Duration) Condition {
	return Condition{fmt.Sprintf("duration > %dus", d.Microseconds())}
}

// NotLongerThan selects the other spans.
func NotLongerThan(d time.Duration) Condition {
	return Condition{fmt.Sprintf("duration <= %dus", d.Microseconds())}
}

// Entry selects spans with which a service begins to work: the server's side of calls, the consumer's side of messages, and the
// first spans of traces, as jobs have.
func Entry() Condition {
	return Condition{"(kind = server || kind = consumer || nestedSetParent < 0)"}
}

// BetweenServices selects both sides of calls and of messages.
func BetweenServices() Condition {
	return Condition{"(kind = server || kind = client || kind = producer || kind = consumer)"}
}

// OfAny selects spans of one of the services, of which there must be one.
func OfAny(services ...string) Condition {
	texts := make([]string, len(services))
	for i, s := range services {
		texts[i] = Service(s).text
	}
	return Condition{"(" + strings.Join(texts, " || ") + ")"}
}

// Spans is a query for the traces that have a span with all the conditions.
func Spans(conditions ...Condition) string {
	texts := make([]string, len(conditions))
	for i, c := range conditions {
		texts[i] = c.text
	}
	return "{ " + strings.Join(texts, " && ") + " }"
}

// Client selects the caller's side of calls.
func Client() Condition { return Condition{"kind = client"} }

// Parent is a query for the traces in which a span that one query finds is the parent of one that another finds.
func Parent(parent, child string) string { return "(" + parent + " > " + child + ")" }

// Either is a query for the traces that one of the queries finds, of which there must be one.
func Either(queries ...string) string { return strings.Join(queries, " || ") }

// Below is a query for the traces in which a span that one query finds is below one that another finds.
func Below(above, below string) string { return above + " >> " + below }

// WithoutBelow is a query for the traces in which a span that one query finds has none below it that another finds.
func WithoutBelow(query, below string) string { return below + " !<< " + query }

// WithSpansOf is a query for the traces that another query finds and that have a span of one of the services, of which
// there must be one. It brings the spans of both.
func WithSpansOf(query string, services ...string) string {
	texts := make([]string, len(services))
	for i, s := range services {
		texts[i] = Service(s).text
	}
	return query + " && { " + strings.Join(texts, " || ") + " }"
}

// WithAlso is a query for those of the traces another query finds that also have a span with all the conditions.
func WithAlso(query string, conditions ...Condition) string {
	return Spans(conditions...) + " && (" + query + ")"
}

// WithAllSpans makes a query bring all the spans of the traces that it finds.
func WithAllSpans(query string) string { return query + " && { }" }

// WithSpansThat makes a query bring, besides what it finds, those spans of the same traces that meet a condition, of which
// there must be one.
func WithSpansThat(query string, condition Condition) string {
	return query + " && { " + condition.text + " }"
}

// structure is what tells how the spans of a trace hang together and how they failed.
const structure = "name, span:parentID, kind, status, statusMessage, resource.service.name, event.exception.type, event.exception.message"

// SelectingStructure makes a query bring how spans hang together and how they failed, and these attributes of them, as far as
// there is room (see Fits).
func SelectingStructure(query string, attributes ...incident.AttributeName) string {
	return selecting(query, append([]string{structure}, fieldsOf(attributes)...)...)
}

// MostRecent makes a query find the most recent traces: the same ones every time, where there are more than its limit.
func MostRecent(query string) string { return query + mostRecent }

// Calls is a query for the traces that have a span with all the conditions, as of a service that took part in them. It brings how their services called each other: the two
// spans of every call from one service to another, whatever its outcome and whether or not the caller has a span of its own for
// it; messages that were sent; the first span of the trace; and those that failed. Each with name, parent, kind, status, service,
// HTTP status, its place in the trace's tree (nested set), the service's version and the feature flag that was evaluated in it.
func Calls(conditions ...Condition) string {
	return Spans(conditions...) + " && (({ kind = client } &> { kind = server || kind = consumer }) || " +
		"{ kind = server || kind = consumer || kind = producer || nestedSetParent < 0 || status = error }) | " +
		"select(name, span:parentID, kind, status, nestedSetLeft, nestedSetRight, resource.service.name, span.http.response.status_code, span.http.status_code, resource.service.version, " + flags + ")"
}

// flags are the attributes with which spans, or their events, tell of the evaluation of a feature flag, under the names of OpenTelemetry's
// conventions and of those before them.
const flags = "span.feature_flag.key, span.feature_flag.result.variant, span.feature_flag.variant, " +
	"event.feature_flag.key, event.feature_flag.result.variant, event.feature_flag.variant"

// Served is a query for the traces that have a span with all the conditions. It brings the version of each such span's service, the feature
// flag that was evaluated in it, and whether it failed.
func Served(conditions ...Condition) string {
	return Spans(conditions...) + " | select(status, resource.service.name, resource.service.version, " + flags + ")"
}

// peers are the attributes by which a client's span names what it calls.
const peers = "span.db.system, span.db.system.name, span.db.name, span.db.namespace, span.server.address, span.net.peer.name, " +
	"span.peer.service, span.messaging.system, span.messaging.destination.name, span.url.full, span.http.url"

// WithinOperation is a query for the traces that have a span of an operation with all the conditions. It brings these spans, the client
// spans with the same conditions, and the spans of those that these called; each with its place in the trace's tree (nested set), and
// what client spans say of whom they call.
func WithinOperation(operation string, conditions ...Condition) string {
	clients := Spans(append(slices.Clone(conditions), Client())...)
	return Spans(append(slices.Clone(conditions), SpanName(operation))...) + " && (" + Spans(append(slices.Clone(conditions), Condition{"(" + SpanName(operation).text + " || kind = client)"})...) +
		" || (" + clients + " > { kind = server || kind = consumer })) | select(name, span:parentID, kind, nestedSetLeft, nestedSetRight, resource.service.name, " + peers + ")"
}

var (
	plainName  = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_.]*$`)
	quotedName = regexp.MustCompile(`^[a-zA-Z0-9_.:/@ -]+$`)
)

// Selecting makes a query bring these attributes of the spans it finds. Attributes with names that are hardly names are
// left out, and so are those for which there is no room (see Fits).
func Selecting(query string, attributes ...incident.AttributeName) string {
	return selecting(query, fieldsOf(attributes)...)
}

func fieldsOf(attributes []incident.AttributeName) []string {
	var fields []string
	for _, a := range attributes {
		scope, name := "span.", a.Name
		if a.Resource {
			scope = "resource."
		}
		switch {
		case plainName.MatchString(name):
			fields = append(fields, scope+name)
		case quotedName.MatchString(name):
			fields = append(fields, scope+strconv.Quote(name))
		}
	}
	return fields
}

// Quote writes a string literal that TraceQL reads back as s. TraceQL is UTF-8: bytes that are not become U+FFFD.
func Quote(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strconv.Quote(s)
}
