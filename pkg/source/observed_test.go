package source_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/source"
)

// answering gives the same answer to everything.
type answering source.Answer

func (a answering) Ask(_ context.Context, q source.Question) source.Answer {
	answer := source.Answer(a)
	answer.Question = q
	return answer
}

// counted are the queries and the measured times of one kind and status.
func counted(t *testing.T, kind source.Kind, status string) (queries float64, measured uint64) {
	t.Helper()
	families, err := prometheus.DefaultGatherer.Gather()
	require.NoError(t, err)
	for _, family := range families {
		for _, m := range family.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			switch {
			case labels["kind"] != string(kind):
			case family.GetName() == "faultline_store_queries_total" && labels["status"] == status:
				queries = m.GetCounter().GetValue()
			case family.GetName() == "faultline_store_query_duration_seconds":
				measured = m.GetHistogram().GetSampleCount()
			}
		}
	}
	return queries, measured
}

func TestQueriesAreCountedByKindAndByHowTheyEnded(t *testing.T) {
	t.Parallel()
	for kind, problem := range map[source.Kind]source.ProblemKind{ // each kind once, so that cases do not count each other's
		source.Range: "", source.Lines: source.Timeout, source.TraceByID: source.Overloaded,
	} {
		answer := source.Answer{}
		status := "ok"
		if problem != "" {
			answer.Problem, status = &source.Problem{Kind: problem, Sentence: "No."}, string(problem)
		}
		got := source.Observed(answering(answer)).Ask(t.Context(), source.Question{Kind: kind, Text: "up"})
		assert.Equal(t, answer.Problem, got.Problem)
		queries, measured := counted(t, kind, status)
		assert.InDelta(t, 1, queries, 0, kind)
		assert.EqualValues(t, 1, measured, kind)
	}
}

func TestWhatWasNotSentHasNoDuration(t *testing.T) {
	t.Parallel()
	source.Observed(answering{Problem: &source.Problem{Kind: source.Unconfigured}}).Ask(t.Context(), source.Question{Kind: source.TraceSearch})
	queries, measured := counted(t, source.TraceSearch, string(source.Unconfigured))
	assert.InDelta(t, 1, queries, 0)
	assert.Zero(t, measured)
}

// Constants that a list forgets would all be exposed as "other".
func TestTheListsHoldAllKindsOfQuestionsAndProblems(t *testing.T) {
	t.Parallel()
	kinds, problems := []string{}, []string{}
	for _, k := range source.Kinds() {
		kinds = append(kinds, string(k))
	}
	for _, p := range source.ProblemKinds() {
		problems = append(problems, string(p))
	}
	assert.ElementsMatch(t, constants(t, "source.go", "Kind"), kinds)
	assert.ElementsMatch(t, constants(t, "problem.go", "ProblemKind"), problems)
}

// constants are the values of a file's constants of a type.
func constants(t *testing.T, file, kind string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var values []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, is := n.(*ast.ValueSpec)
		if !is || spec.Type == nil {
			return true
		}
		if name, is := spec.Type.(*ast.Ident); is && name.Name == kind {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			values = append(values, value)
		}
		return true
	})
	return values
}
