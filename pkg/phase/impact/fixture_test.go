package impact_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// alert is when the investigated window ends.
var alert = time.Date(2025, 1, 21, 10, 47, 0, 0, time.UTC)

const every = 15 * time.Second

// checkout is a case whose conventions and service are known.
func checkout() *incident.Case {
	conventions := convention.Choose(convention.Names(incident.Naming{}), incident.Naming{})
	return &incident.Case{
		Subject: incident.Subject{Service: "order-service", Operation: "POST /api/checkout"},
		Window:  incident.Window{From: alert.Add(-time.Hour), To: alert},
		Facts: incident.Facts{Conventions: &conventions,
			Service: &incident.ServiceSeries{Label: "service_name", Value: "order-service", Interval: every}},
	}
}

// course is a series over the two hours up to the alert, as a function of the minutes before it.
func course(labels map[string]string, value func(minutesBefore float64) float64) incident.Series {
	s := incident.Series{Labels: labels}
	for at := alert.Add(-2 * time.Hour); !at.After(alert); at = at.Add(every) {
		s.Points = append(s.Points, incident.Point{Time: at, Value: value(alert.Sub(at).Minutes())})
	}
	return s
}

// point is an instant's answer.
func point(labels map[string]string, value float64) incident.Series {
	return incident.Series{Labels: labels, Points: []incident.Point{{Time: alert, Value: value}}}
}

// codes is traffic by status code.
func codes(byCode map[int]func(minutesBefore float64) float64) []incident.Series {
	var series []incident.Series
	for code, value := range byCode {
		series = append(series, course(map[string]string{"http_response_status_code": strconv.Itoa(code)}, value))
	}
	return series
}

func always(v float64) func(float64) float64 { return func(float64) float64 { return v } }

// since is one value up to some minutes before the alert, and another after.
func since(minutes, before, after float64) func(float64) float64 {
	return func(m float64) float64 {
		if m <= minutes {
			return after
		}
		return before
	}
}

func answered(name string, series ...incident.Series) source.Answers {
	return source.Answers{name: {Question: source.Question{Name: name}, Series: series}, "earlier days": {}, "last minutes": {Series: lastOf(series)}}
}

// lastOf is what a store says of the last minutes of courses: their mean, at the alert. What has no course then is in no answer.
func lastOf(courses []incident.Series) []incident.Series {
	var last []incident.Series
	for _, s := range courses {
		if values := baseline.Within(s.Points, incident.Window{From: alert.Add(-5 * time.Minute), To: alert}); len(values) > 0 {
			last = append(last, point(s.Labels, baseline.Mean(values)))
		}
	}
	return last
}

// refused are answers of which the named one has a problem.
func refused(name string) source.Answers {
	return source.Answers{name: {Problem: &source.Problem{Kind: source.Refused, Sentence: "Prometheus refused the question with 403.", Advice: "Check the token."}}}
}

// reads runs a step's Read and teaches the case what it learned.
func reads(t *testing.T, s phase.Step, c *incident.Case, answers source.Answers) phase.Reading {
	t.Helper()
	reading, err := s.Read(c, answers)
	require.NoError(t, err)
	if reading.Learn != nil {
		reading.Learn(&c.Facts)
	}
	return reading
}

// plans runs a step's Plan and gives the text of each question by its name.
func plans(t *testing.T, s phase.Step, c *incident.Case) map[string]string {
	t.Helper()
	questions, err := s.Plan(c)
	require.NoError(t, err)
	texts := map[string]string{}
	for _, q := range questions {
		require.NotContains(t, texts, q.Name, "two questions of one name")
		texts[q.Name] = q.Text
	}
	return texts
}

func requireProblem(t *testing.T, s phase.Step, c *incident.Case, answers source.Answers) {
	t.Helper()
	_, err := s.Read(c, answers)
	var problem *source.Problem
	require.ErrorAs(t, err, &problem)
	require.Equal(t, source.Refused, problem.Kind)
}

func requireSkip(t *testing.T, err error, reason string) {
	t.Helper()
	var skip *phase.Skip
	require.ErrorAs(t, err, &skip)
	require.Contains(t, skip.Reason, reason)
	require.NotEmpty(t, skip.Advice)
}
