package readiness

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// The questions, in the order in which they are told.
const (
	metricNames   = "metric names"
	requestCounts = "requests"
	joinable      = "infrastructure"
	spanServices  = "services with spans"
	spanSample    = "spans"
	restSample    = "spans of the others"
	logLabels     = "log labels"
	allLines      = "lines"
	metadataLines = "lines with a trace id beside them"
	textLines     = "lines with a trace id in them"
	storeRules    = "rules of the metrics store"
	grafanaRules  = "rules of Grafana"
)

const (
	sampledTraces = 60 // of one search
	mostSearches  = 5  // for services that the first one did not bring
	sampledSpans  = 40 // of one trace
)

// traceIDText is a regular expression for a trace id within a line, with a name before it.
const traceIDText = `(?i)trace[-_. ]?id["']?\s*[:=]\s*["']?[0-9a-f-]{8,36}`

// survey holds what was asked and answered.
type survey struct {
	querier source.Querier
	naming  incident.Naming
	window  incident.Window
	most    time.Duration // that one question may take

	mu      sync.Mutex
	answers source.Answers

	chosen   incident.Conventions
	requests map[string]bool   // services that report requests
	mixed    map[string]string // of those whose name is that of several, a sentence
	searches []string          // names of those for services that the first one did not bring
	spans    map[string]*sampled
	traced   int // traces in the samples
}

// ask asks everything: the three stores and Grafana beside each other.
func (s *survey) ask(ctx context.Context) error {
	var asking defect.Group
	var metrics, traces, logs error
	asking.Go("survey of metrics", func() { metrics = s.askMetrics(ctx) })
	asking.Go("survey of traces", func() { traces = s.askTraces(ctx) })
	asking.Go("survey of logs", func() { logs = s.askLogs(ctx) })
	asking.Go("survey of rules", func() { s.put(ctx, source.Question{Name: storeRules, Kind: source.AlertRules}) })
	asking.Go("survey of rules", func() { s.put(ctx, source.Question{Name: grafanaRules, Kind: source.GrafanaRules}) })
	panicked := asking.Wait()
	return cmp.Or(panicked, metrics, traces, logs, ctx.Err())
}

// put asks one question and keeps its answer.
func (s *survey) put(ctx context.Context, q source.Question) source.Answer {
	ctx, cancel := context.WithTimeout(ctx, s.most)
	defer cancel()
	q.Window = s.window
	answer := s.querier.Ask(ctx, q)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[q.Name] = answer
	return answer
}

// queries are the answers' entries in a report, in the order of the questions. What is not configured was not asked.
func (s *survey) queries() []incident.Query {
	queries := []incident.Query{}
	names := slices.Concat([]string{metricNames, requestCounts, joinable, spanServices, spanSample}, s.searches,
		[]string{logLabels, allLines, metadataLines, textLines, storeRules, grafanaRules})
	for _, name := range names {
		answer, asked := s.answers[name]
		if asked && (answer.Problem == nil || answer.Problem.Kind != source.Unconfigured) {
			queries = append(queries, answer.Query())
		}
	}
	return queries
}

func (s *survey) askMetrics(ctx context.Context) error {
	text, err := promql.SelectMetrics(convention.Names(s.naming)...).Text()
	if err != nil {
		return err
	}
	names := s.put(ctx, source.Question{Name: metricNames, Kind: source.MetricNames, Text: text})
	if names.Problem != nil {
		return nil //nolint:nilerr // it is in the answers
	}
	s.chosen = convention.Choose(names.Names, s.naming)
	s.requests = map[string]bool{}
	if metric := s.chosen.Requests; metric != nil {
		if err := s.askRequests(ctx, metric); err != nil {
			return err
		}
	}
	question, there := s.infrastructureQuestion()
	if !there {
		return nil
	}
	if text, err = question.Text(); err == nil {
		s.put(ctx, source.Question{Name: joinable, Kind: source.Instant, Text: text})
	}
	return err
}

// askRequests finds out which services report requests, and which names are those of several.
func (s *survey) askRequests(ctx context.Context, metric *incident.RequestMetric) error {
	counts := promql.Select(metric.Counts(), promql.EqualAll(metric.Only)...)
	if metric.CountsNatively() {
		counts = promql.NativeCount(counts)
	}
	text, err := promql.Sum(counts, slices.Concat(metric.Services, convention.SplitLabels(metric.Services, s.naming))...).Text()
	if err != nil {
		return err
	}
	series := convention.WithinScope(s.put(ctx, source.Question{Name: requestCounts, Kind: source.Instant, Text: text}).Series, s.naming)
	for _, one := range series {
		if name := convention.ServiceIn(one.Labels, metric.Services); name != "" {
			s.requests[name] = true
		}
	}
	s.mixed = map[string]string{}
	for name, split := range convention.Splits(series, metric.Services, s.naming) {
		values := split.Values(slices.DeleteFunc(slices.Clone(series), func(one incident.Series) bool { return convention.ServiceIn(one.Labels, metric.Services) != name }))
		s.mixed[name] = fmt.Sprintf("Services of this name in %d %ss, looked at together: %s.", len(values), split.Part, strings.Join(values, ", "))
	}
	return nil
}

func (s *survey) askTraces(ctx context.Context) error {
	s.spans = map[string]*sampled{}
	var services source.Answer
	var both defect.Group
	both.Go("survey of services", func() { services = s.put(ctx, source.Question{Name: spanServices, Kind: source.TraceNames}) })
	both.Go("sample of spans", func() { s.sample(ctx, spanSample, traceql.Spans(traceql.BetweenServices())) })
	if err := both.Wait(); err != nil {
		return err
	}
	s.sampleRest(ctx, services.Names)
	return nil
}

// sampleRest looks for spans of the services that no sample brought yet. Busy ones among them fill a search on their own, so
// that it takes several; one that brings no other service is the last.
func (s *survey) sampleRest(ctx context.Context, services []string) {
	for n := range mostSearches {
		rest := slices.DeleteFunc(slices.Clone(services), func(name string) bool { return s.spans[name] != nil })
		if len(rest) == 0 {
			return
		}
		name, known := restSample, len(s.spans)
		if n > 0 {
			name = fmt.Sprintf("%s, search %d", restSample, n+1)
		}
		s.searches = append(s.searches, name)
		s.sample(ctx, name, traceql.Spans(traceql.OfAny(rest[:traceql.Room(rest, attributesAsked()...)]...), traceql.BetweenServices()))
		if len(s.spans) == known {
			return
		}
	}
}

func (s *survey) sample(ctx context.Context, name, query string) {
	answer := s.put(ctx, source.Question{Name: name, Kind: source.TraceSearch, Limit: sampledTraces, Spans: sampledSpans,
		Text: traceql.SelectingStructure(query, attributesAsked()...)})
	s.traced += len(answer.Traces)
	for _, trace := range answer.Traces {
		for _, span := range trace.Spans {
			if s.spans[span.Service] == nil {
				s.spans[span.Service] = &sampled{has: map[string]int{}}
			}
			s.spans[span.Service].add(span)
		}
	}
}

func (s *survey) askLogs(ctx context.Context) error {
	labels := s.put(ctx, source.Question{Name: logLabels, Kind: source.LogLabels})
	label, known := convention.LogService(labels.Names, s.naming.Labels)
	if !known {
		return nil
	}
	all := logql.StreamsWithout(label)
	beside, err := all.WhereAny(".+", convention.TraceIDFields()...)
	if err != nil {
		return err
	}
	for name, selection := range map[string]logql.Selection{allLines: all, metadataLines: beside, textLines: all.Matching(traceIDText)} {
		text, err := selection.CountBy(label, LookedAt)
		if err != nil {
			return err
		}
		s.put(ctx, source.Question{Name: name, Kind: source.LogCount, Text: text})
	}
	return nil
}

// serving are the problems with which the services themselves may be unknown.
func (s *survey) serving() (requests, spans *source.Problem) {
	requests = s.answers[metricNames].Problem
	if answer, asked := s.answers[requestCounts]; asked && requests == nil {
		requests = answer.Problem
	}
	return requests, s.answers[spanServices].Problem
}
