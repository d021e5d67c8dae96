// Package httpapi answers questions over the stores' native HTTP APIs, through Grafana's data source proxy or directly.
package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/faultline-investigation/faultline/pkg/source"
)

// DefaultAnswerBytes is the size limit of one answer where no other is set.
const DefaultAnswerBytes = 32 << 20

// Store says where one store is. The zero value is a store that is not configured.
type Store struct {
	URL    string      // base address of the native API
	Name   string      // uid or address, for the record of queries
	Header http.Header // sent with every request; may be nil
}

// Options set up a querier.
type Options struct {
	Metrics, Logs, Traces Store
	Grafana               Store        // asked for its alert rules and annotations alone
	Alertmanager          Store        // asked for its alerts alone
	Client                *http.Client // must not be nil; its own timeout should be zero, ctx decides
	AnswerBytes           int64        // size limit of one answer; 0 means DefaultAnswerBytes
}

// Querier asks Prometheus, Loki and Tempo. It is safe for concurrent use.
type Querier struct {
	metrics, logs, traces *door // nil when not configured
	grafana, alertmanager *door // likewise
	names                 map[source.Signal]string
}

var _ source.Querier = (*Querier)(nil)

// New checks the addresses and makes a querier; an error names the wrong one.
func New(o Options) (*Querier, error) {
	if o.AnswerBytes == 0 {
		o.AnswerBytes = DefaultAnswerBytes
	}
	q := &Querier{names: map[source.Signal]string{
		source.Metrics: o.Metrics.Name, source.Logs: o.Logs.Name, source.Traces: o.Traces.Name, source.Grafana: o.Grafana.Name,
		source.Alertmanager: o.Alertmanager.Name}}
	var err error
	if q.metrics, err = open(o, source.Metrics, "Prometheus", o.Metrics); err != nil {
		return nil, err
	}
	if q.logs, err = open(o, source.Logs, "Loki", o.Logs); err != nil {
		return nil, err
	}
	if q.traces, err = open(o, source.Traces, "Tempo", o.Traces); err != nil {
		return nil, err
	}
	if q.grafana, err = open(o, source.Grafana, "Grafana", o.Grafana); err != nil {
		return nil, err
	}
	if q.alertmanager, err = open(o, source.Alertmanager, "Alertmanager", o.Alertmanager); err != nil {
		return nil, err
	}
	return q, nil
}

func open(o Options, signal source.Signal, product string, s Store) (*door, error) {
	if s.URL == "" {
		return nil, nil //nolint:nilnil // a store may be left out; every question to it then says so
	}
	base, err := url.Parse(s.URL)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("the address of the %s store, %q, is not a URL such as http://localhost:9090", signal, s.Name)
	}
	// A store that redirects is misconfigured or asks for a login. Following it would lose the body of a POST, and could
	// carry a token to whom it is not meant for.
	client := *o.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &door{signal: signal, name: fmt.Sprintf("%s (%s)", product, s.Name), base: base, header: s.Header,
		client: &client, limit: o.AnswerBytes}, nil
}

// Ask implements source.Querier.
func (q *Querier) Ask(ctx context.Context, question source.Question) source.Answer {
	started := time.Now()
	ctx, tally := withTally(ctx)
	defer tally.release()
	answer, err := q.answer(ctx, question)
	answer.Question = question
	if err == nil {
		err = sensible(question, &answer)
	}
	if err != nil { // nobody is to read a part of what makes no sense
		answer = source.Answer{Question: question}
	}
	answer.DataSource = q.names[question.Kind.Signal()]
	answer.Elapsed = time.Since(started)
	answer.Bytes = tally.bytes.Load()
	answer.Problem = q.problem(question.Kind.Signal(), err)
	return answer
}

func (q *Querier) answer(ctx context.Context, question source.Question) (source.Answer, error) {
	if q.door(question.Kind.Signal()) == nil {
		return source.Answer{}, unconfigured(question.Kind.Signal())
	}
	if problem := malposed(question); problem != nil {
		return source.Answer{}, problem
	}
	way, known := ways[question.Kind]
	if !known { // status pages among them, which are no store's
		return source.Answer{}, defect(question, fmt.Sprintf("There is no way to ask for %q.", question.Kind))
	}
	return way(q, ctx, question)
}

// ways are how questions of each kind are asked.
var ways = map[source.Kind]func(*Querier, context.Context, source.Question) (source.Answer, error){
	source.Instant:      (*Querier).instant,
	source.Range:        (*Querier).queryRange,
	source.MetricNames:  (*Querier).metricNames,
	source.MetricLabels: (*Querier).metricLabels,
	source.Exemplars:    (*Querier).exemplars,
	source.LogLabels:    (*Querier).logLabels,
	source.Lines:        (*Querier).lines,
	source.LogCount:     (*Querier).logCount,
	source.TraceSearch:  (*Querier).searchTraces,
	source.TraceByID:    (*Querier).traceByID,
	source.TraceNames:   (*Querier).traceNames,
	source.Annotations:  (*Querier).annotations,
	source.AlertRules: func(q *Querier, ctx context.Context, _ source.Question) (source.Answer, error) {
		return alertRules(ctx, q.metrics, rulesPath)
	},
	source.GrafanaRules: func(q *Querier, ctx context.Context, _ source.Question) (source.Answer, error) {
		return alertRules(ctx, q.grafana, "/api/prometheus/grafana"+rulesPath)
	},
	source.ActiveAlerts: (*Querier).activeAlerts,
}

// malposed is the problem of a question that lacks what its kind needs; nil when it lacks nothing.
func malposed(question source.Question) *source.Problem {
	switch {
	case question.Kind == source.Range && question.Step <= 0:
		return defect(question, fmt.Sprintf("The question %q has no step.", question.Name))
	case (question.Kind == source.Lines || question.Kind == source.TraceSearch || question.Kind == source.Annotations) && question.Limit <= 0:
		return defect(question, fmt.Sprintf("The question %q has no limit.", question.Name))
	}
	return nil
}

func defect(question source.Question, sentence string) *source.Problem {
	return &source.Problem{Kind: source.Defect, Signal: question.Kind.Signal(), Sentence: sentence,
		Advice: "Please report this as a bug of Faultline."}
}

func (q *Querier) door(signal source.Signal) *door {
	return map[source.Signal]*door{source.Metrics: q.metrics, source.Logs: q.logs, source.Traces: q.traces, source.Grafana: q.grafana,
		source.Alertmanager: q.alertmanager}[signal]
}

// problem makes any error of an answer a Problem. What is not one already came from decoding.
func (q *Querier) problem(signal source.Signal, err error) *source.Problem {
	var problem *source.Problem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &problem):
		return problem
	}
	return q.door(signal).malformed(err)
}

func unconfigured(signal source.Signal) *source.Problem {
	return &source.Problem{Kind: source.Unconfigured, Signal: signal,
		Sentence: fmt.Sprintf("No store for %s is configured.", signal),
		Advice:   fmt.Sprintf("Set %q in the Faultline data source's settings.", signal)}
}
