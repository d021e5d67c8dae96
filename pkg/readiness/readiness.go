// Package readiness tells for each service of an environment which of what makes an investigation fast is in place:
// alerts that lead in, traces, log lines with trace ids, attributes of spans, and metrics of what it runs on. It measures
// that in the stores with a number of questions that does not grow with the number of services.
package readiness

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// LookedAt is how much of the past a report speaks of.
const LookedAt = 30 * time.Minute

// FactorName is one of the things that make an investigation fast.
type FactorName string

// The factors, in the order in which an investigation uses them.
const (
	Alerts         FactorName = "alerts"         // an alert that leads to the service's investigation
	Traces         FactorName = "traces"         // spans of it, and traces that callers pass on to it
	Logs           FactorName = "logs"           // its lines carry trace ids
	Attributes     FactorName = "attributes"     // its spans say what was asked, how it ended, whom it called and where it ran
	Infrastructure FactorName = "infrastructure" // metrics of its pods and of what it leans on, which can be joined to it
)

// Factors are all of them, in that order.
func Factors() []FactorName { return []FactorName{Alerts, Traces, Logs, Attributes, Infrastructure} }

// State is how much of a factor is in place.
type State string

// The states.
const (
	Ready      State = "ready"
	Partly     State = "partly"
	Missing    State = "missing"
	NotChecked State = "not checked" // nobody could look; never the same as missing
)

// Factor is how one of them is for one service.
type Factor struct {
	Factor   FactorName       `json:"factor"`
	State    State            `json:"state"`
	Sentence string           `json:"sentence"` // what was seen, or why it was not checked
	Advice   string           `json:"advice,omitempty"`
	Values   []incident.Value `json:"values,omitempty"` // the sentence's numbers
	// Blind is what an investigation of the service could not find for lack of it; empty when ready or not checked.
	Blind  string  `json:"blind,omitempty"`
	Change *Change `json:"change,omitempty"` // what to do about it; nil when ready or not checked
}

// Change is something to do, with the documentation of the tool to do it with.
type Change struct {
	Sentence      string `json:"sentence"`
	Tool          string `json:"tool"`
	Documentation string `json:"documentation"` // address
}

// Service is how ready one service is.
type Service struct {
	Service string   `json:"service"`
	Factors []Factor `json:"factors"` // all five, in their order
	// Mixed says that these are several services of one name, looked at together; empty where it is one.
	Mixed string `json:"mixed,omitempty"`
	// First is the factor whose change helps most; empty when nothing is missing.
	First FactorName `json:"first,omitempty"`
}

// Count is how many of the factors have one of the states.
func (s Service) Count(states ...State) int {
	n := 0
	for _, f := range s.Factors {
		if slices.Contains(states, f.State) {
			n++
		}
	}
	return n
}

// Report is how ready the services of an environment are, the least ready first.
type Report struct {
	Services []Service        `json:"services"`
	Window   incident.Window  `json:"window"`
	Queries  []incident.Query `json:"queries"` // how all of it is known
	// Problems are why the list of services may lack some, a sentence each.
	Problems []string `json:"problems"`
}

// Look measures how ready the services are that now report requests or send spans. No question may take longer than most,
// which must be positive. The error is a *source.Problem when
// neither metrics nor traces could be asked, and ctx's when it ended.
func Look(ctx context.Context, querier source.Querier, naming incident.Naming, most time.Duration, now time.Time) (*Report, error) {
	now = now.UTC().Truncate(time.Second)
	s := survey{querier: querier, naming: naming, window: incident.Window{From: now.Add(-LookedAt), To: now}, most: most, answers: source.Answers{}}
	if err := s.ask(ctx); err != nil {
		return nil, err
	}
	report := &Report{Services: []Service{}, Window: s.window, Queries: s.queries(), Problems: []string{}}
	names, err := s.services(report)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		report.Services = append(report.Services, s.service(name))
	}
	slices.SortStableFunc(report.Services, func(a, b Service) int {
		if lacks := b.Count(Missing, Partly) - a.Count(Missing, Partly); lacks != 0 {
			return lacks
		}
		return strings.Compare(a.Service, b.Service)
	})
	return report, nil
}

// services are the names of those that report requests or send spans.
func (s *survey) services(report *Report) ([]string, error) {
	requests, spans := s.serving()
	if requests != nil && spans != nil {
		return nil, requests
	}
	for _, problem := range []*source.Problem{requests, spans} {
		if problem != nil {
			report.Problems = append(report.Problems, problem.Error())
		}
	}
	for _, name := range []string{metricNames, requestCounts, spanServices} {
		if doubt := doubtOf(s.answers[name]); doubt != "" {
			report.Problems = append(report.Problems, doubt+" "+adviceOnDoubt)
		}
	}
	var names []string
	for name := range s.requests {
		names = append(names, name)
	}
	names = append(names, s.answers[spanServices].Names...)
	slices.Sort(names)
	return slices.Compact(names), nil
}

func (s *survey) service(name string) Service {
	service := Service{Service: name, Mixed: s.mixed[name], Factors: []Factor{s.alerts(name), s.traces(name), s.logs(name), s.attributes(name), s.infrastructure(name)}}
	for i, f := range service.Factors {
		service.Factors[i] = s.doubted(f)
	}
	service.First = first(service.Factors)
	return service
}

// byBenefit are the factors, those first on which most of an investigation's steps rest.
var byBenefit = []FactorName{Traces, Logs, Alerts, Infrastructure, Attributes}

// first is the factor whose change helps most: of what is missing before what is there in part.
func first(factors []Factor) FactorName {
	for _, state := range []State{Missing, Partly} {
		for _, name := range byBenefit {
			for _, f := range factors {
				if f.Factor == name && f.State == state {
					return name
				}
			}
		}
	}
	return ""
}

// notChecked is the factor that nobody could look at.
func notChecked(name FactorName, err error) Factor {
	f := Factor{Factor: name, State: NotChecked, Sentence: err.Error()}
	var problem *source.Problem
	if errors.As(err, &problem) {
		f.Sentence, f.Advice = problem.Sentence, problem.Advice
	}
	return f
}

func value(name string, v int) incident.Value {
	return incident.Value{Name: name, Value: float64(v), Unit: incident.Count}
}
