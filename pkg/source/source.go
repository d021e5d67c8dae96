// Package source is the only door to data: questions to the stores, their answers, and what can go wrong between.
package source

import (
	"context"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Querier answers questions.
//
// Ask always returns: with the answer, or with an Answer whose Problem says why there is none. It honours ctx, and may
// be called from many goroutines at once. Answers are the caller's to keep and to change.
type Querier interface {
	Ask(ctx context.Context, q Question) Answer
}

// Kind is what a question asks for. Every kind belongs to one store.
type Kind string

// The kinds of question.
const (
	Instant      Kind = "instant"       // PromQL at Window.To; answers Series of one point, without those that are no number
	Range        Kind = "range"         // PromQL over Window every Step; answers Series, without points that are no number
	MetricNames  Kind = "metric names"  // names of the metrics that Text, a series selector, picks; answers Names
	MetricLabels Kind = "metric labels" // names of the labels of the series that Text, a selector, picks; answers Names
	Exemplars    Kind = "exemplars"     // exemplars over Window of the series that Text, in PromQL, picks; answers Exemplars
	LogLabels    Kind = "log labels"    // names of the labels in the log store; answers Names
	Lines        Kind = "lines"         // LogQL over Window, the oldest Limit lines; answers Lines
	LogCount     Kind = "log count"     // LogQL metric query at Window.To; answers Series of one point
	TraceSearch  Kind = "trace search"  // TraceQL over Window, at most Limit traces; answers Traces
	TraceByID    Kind = "trace"         // Text is the trace's id in hex; answers Trace
	StatusPage   Kind = "status page"   // Text is a configured address; answers Status, with the incidents of Window
	TraceNames   Kind = "trace names"   // the services that sent spans in Window; answers Names
	AlertRules   Kind = "alert rules"   // the alert rules that the metrics store evaluates; answers Rules
	GrafanaRules Kind = "Grafana rules" // the alert rules that Grafana evaluates; answers Rules
	ActiveAlerts Kind = "active alerts" // the alerts that Alertmanager has now; answers Alerts
	Annotations  Kind = "annotations"   // annotations in Grafana over Window with one of the tags in Text, parted by commas, the newest Limit; answers Annotations
)

// Kinds are all kinds of question.
func Kinds() []Kind {
	return []Kind{Instant, Range, MetricNames, MetricLabels, Exemplars, LogLabels, Lines, LogCount, TraceSearch, TraceByID, StatusPage, TraceNames,
		AlertRules, GrafanaRules, ActiveAlerts, Annotations}
}

// Signal is which of the three stores a question goes to, or who else answers it.
type Signal string

// The three stores, and what is beside them.
const (
	Metrics   Signal = "metrics"
	Logs      Signal = "logs"
	Traces    Signal = "traces"
	Externals Signal = "externals" // status pages of others; no store, and not counted among the questions to them
	Grafana   Signal = "grafana"   // Grafana itself; no store
	// Alertmanager is no store either.
	Alertmanager Signal = "alertmanager"
)

// Signal tells which store answers this kind.
func (k Kind) Signal() Signal {
	switch k {
	case LogLabels, Lines, LogCount:
		return Logs
	case TraceSearch, TraceByID, TraceNames:
		return Traces
	case StatusPage:
		return Externals
	case GrafanaRules, Annotations:
		return Grafana
	case ActiveAlerts:
		return Alertmanager
	default:
		return Metrics
	}
}

// Language names the language of Text, or the endpoint where there is no language.
func (k Kind) Language() string {
	switch k {
	case Instant, Range, MetricNames, MetricLabels, Exemplars:
		return "promql"
	case Lines, LogCount:
		return "logql"
	case TraceSearch:
		return "traceql"
	default:
		return string(k)
	}
}

// Question is one request to one store.
type Question struct {
	Name   string          `json:"name"` // how the step that asks calls it; unique within the step
	Kind   Kind            `json:"kind"`
	Text   string          `json:"text"` // built by package query, never by joining strings
	Window incident.Window `json:"window"`
	Step   time.Duration   `json:"step,omitempty"`  // ns, only for Range
	Limit  int             `json:"limit,omitempty"` // only for Lines, TraceSearch and Annotations
	Spans  int             `json:"spans,omitempty"` // only for TraceSearch: how many of a trace's matching spans to bring
}

// Answer is what came back, or why nothing did.
type Answer struct {
	Question   Question                `json:"question"`
	DataSource string                  `json:"dataSource,omitempty"` // uid or address of the store that was asked
	Series     []incident.Series       `json:"series,omitempty"`     // Instant, Range, LogCount
	Exemplars  []incident.Exemplar     `json:"exemplars,omitempty"`  // Exemplars, ordered by time
	Names      []string                `json:"names,omitempty"`      // MetricNames, MetricLabels, LogLabels
	Lines      []incident.Line         `json:"lines,omitempty"`      // Lines, ordered by time
	Traces     []incident.TraceSummary `json:"traces,omitempty"`     // TraceSearch, newest first
	Trace      *incident.Trace         `json:"trace,omitempty"`      // TraceByID
	Status     *incident.StatusReport  `json:"status,omitempty"`     // StatusPage
	Rules      []incident.AlertRule    `json:"rules,omitempty"`      // AlertRules, GrafanaRules
	Alerts     []incident.ActiveAlert  `json:"alerts,omitempty"`     // ActiveAlerts
	// Annotations are those of the time asked for, ordered by time.
	Annotations []incident.Annotation `json:"annotations,omitempty"`
	Truncated   bool                  `json:"truncated,omitempty"` // the store stopped at Limit or looked into a part only, so there may be more
	Warnings    []string              `json:"warnings,omitempty"`  // why the answer may lack something, as the store says it
	Asked       time.Time             `json:"asked,omitzero"`      // when the store was asked, where this is an answer from before
	Bytes       int64                 `json:"bytes"`               // size of the answer's body
	Read        incident.Read         `json:"read,omitzero"`       // what the store says that it read
	Elapsed     time.Duration         `json:"elapsed"`             // ns
	Problem     *Problem              `json:"problem,omitempty"`   // nil when the store answered
}

// Rows counts what the answer holds.
func (a Answer) Rows() int {
	rows := len(a.Exemplars) + len(a.Names) + len(a.Lines) + len(a.Traces) + len(a.Rules) + len(a.Alerts) + len(a.Annotations)
	for _, s := range a.Series {
		rows += len(s.Points)
	}
	if a.Trace != nil {
		rows += len(a.Trace.Spans)
	}
	if a.Status != nil {
		rows += 1 + len(a.Status.Incidents)
	}
	return rows
}

// Query is the answer's entry in a case: the question as sent and what it took.
func (a Answer) Query() incident.Query {
	q := incident.Query{
		Text:         a.Question.Text,
		Language:     a.Question.Kind.Language(),
		DataSource:   a.DataSource,
		Window:       a.Question.Window,
		Rows:         a.Rows(),
		Milliseconds: a.Elapsed.Milliseconds(),
		Truncated:    a.Truncated,
		Warnings:     a.Warnings,
		Asked:        a.Asked,
		Bytes:        a.Bytes,
		Read:         a.Read,
		Step:         a.Question.Step.Seconds(),
	}
	if a.Problem != nil {
		q.Problem = a.Problem.Sentence
	}
	return q
}

// Answers are a step's answers by the names of its questions.
type Answers map[string]Answer

// Problem gives the first problem among the named answers, in the order of the names; nil when all were answered.
// A name that was never asked is a defect of the step and is reported as a problem of its own.
func (as Answers) Problem(names ...string) *Problem {
	for _, name := range names {
		a, asked := as[name]
		if !asked {
			return &Problem{Kind: Defect, Sentence: "The step read an answer named " + name + " that it never asked for.",
				Advice: "Please report this as a bug of Faultline."}
		}
		if a.Problem != nil {
			return a.Problem
		}
	}
	return nil
}
