package source_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestEveryKindGoesToOneStoreInItsLanguage(t *testing.T) {
	t.Parallel()
	for kind, c := range map[source.Kind]struct {
		signal   source.Signal
		language string
	}{
		source.Instant:     {source.Metrics, "promql"},
		source.Range:       {source.Metrics, "promql"},
		source.MetricNames: {source.Metrics, "promql"},
		source.LogLabels:   {source.Logs, "log labels"},
		source.Lines:       {source.Logs, "logql"},
		source.LogCount:    {source.Logs, "logql"},
		source.TraceSearch: {source.Traces, "traceql"},
		source.TraceByID:   {source.Traces, "trace"},
	} {
		assert.Equal(t, c.signal, kind.Signal(), kind)
		assert.Equal(t, c.language, kind.Language(), kind)
	}
}

func TestRowsCountsWhateverAnAnswerHolds(t *testing.T) {
	t.Parallel()
	points := make([]incident.Point, 3)
	for name, c := range map[string]struct {
		answer source.Answer
		rows   int
	}{
		"nothing":           {source.Answer{}, 0},
		"points of series":  {source.Answer{Series: []incident.Series{{Points: points}, {}, {Points: points[:1]}}}, 4},
		"names":             {source.Answer{Names: []string{"a", "b"}}, 2},
		"lines":             {source.Answer{Lines: make([]incident.Line, 5)}, 5},
		"traces":            {source.Answer{Traces: make([]incident.TraceSummary, 6)}, 6},
		"spans of a trace":  {source.Answer{Trace: &incident.Trace{Spans: make([]incident.Span, 7)}}, 7},
		"a trace of no one": {source.Answer{Trace: &incident.Trace{}}, 0},
	} {
		assert.Equal(t, c.rows, c.answer.Rows(), name)
	}
}

func TestACasesQueryTellsWhatWasAskedAndWhatItTook(t *testing.T) {
	t.Parallel()
	window := incident.Window{From: time.Unix(0, 0), To: time.Unix(60, 0)}
	answer := source.Answer{
		Question:   source.Question{Name: "rate", Kind: source.Range, Text: "up", Window: window, Step: 90 * time.Second},
		DataSource: "metrics-1", Names: []string{"a"}, Truncated: true, Bytes: 12, Elapsed: 1500 * time.Microsecond,
		Problem: &source.Problem{Sentence: "It failed.", Advice: "Try again."},
	}
	assert.Equal(t, incident.Query{Text: "up", Language: "promql", DataSource: "metrics-1", Window: window, Rows: 1, Milliseconds: 1,
		Problem: "It failed.", Truncated: true, Bytes: 12, Step: 90}, answer.Query())
}

func TestTheFirstProblemAmongTheNamedAnswersIsTold(t *testing.T) {
	t.Parallel()
	first, second := &source.Problem{Sentence: "First."}, &source.Problem{Sentence: "Second."}
	answers := source.Answers{"fine": {}, "a": {Problem: first}, "b": {Problem: second}}
	assert.Nil(t, answers.Problem())
	assert.Nil(t, answers.Problem("fine"))
	assert.Same(t, first, answers.Problem("fine", "a", "b"))
	assert.Same(t, second, answers.Problem("b", "a"))
	never := answers.Problem("fine", "c")
	require.NotNil(t, never)
	assert.Equal(t, source.Defect, never.Kind)
	assert.Contains(t, never.Sentence, "an answer named c that it never asked for")
}

func TestAProblemIsAnErrorOfSentenceAndAdvice(t *testing.T) {
	t.Parallel()
	assert.EqualError(t, &source.Problem{Sentence: "It failed.", Advice: "Try again."}, "It failed. Try again.")
}
