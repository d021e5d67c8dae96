package lab_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
)

// verdict is what Tempo's own parser says about a query.
type verdict struct {
	OK        bool
	Error     string
	Canonical string
	Strings   []string
}

func TestAnyStringInATraceQLQueryReadsBackAsThatValueAndNothingElse(t *testing.T) {
	t.Parallel()
	ask := tempoParser(t)
	plain := ask(t, traceql.Spans(traceql.Service("plain service"), traceql.SpanName("plain name"), traceql.Failed()))
	require.True(t, plain.OK, plain.Error)
	before, rest, _ := strings.Cut(plain.Canonical, "plain service")
	between, after, found := strings.Cut(rest, "plain name")
	require.True(t, found, plain.Canonical)
	awkward := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{`"`, "`", `\`, "\n", `" } || { name = "`, "}", "\x00", "\u2028", "\uFFFD", "日本"}))
	rapid.Check(t, func(rt *rapid.T) {
		service, name := awkward.Draw(rt, "service"), awkward.Draw(rt, "name")
		got := ask(rt, traceql.Spans(traceql.Service(service), traceql.SpanName(name), traceql.Failed()))
		require.True(rt, got.OK, got.Error)
		service, name = strings.ToValidUTF8(service, "\uFFFD"), strings.ToValidUTF8(name, "\uFFFD")
		require.Equal(rt, []string{service, name}, got.Strings)
		require.Equal(rt, before+service+between+name+after, got.Canonical, "the structure is that of the plain query")
	})
}

func TestAQueryForAttributesKeepsItsStructureWhateverTheyAreCalled(t *testing.T) {
	t.Parallel()
	ask := tempoParser(t)
	awkward := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{`a"`, "a b", "retry.attempt", "k8s.pod.name", `x) | select(name`, "a-b", "1st", "ü", ".", "a\\"}))
	rapid.Check(t, func(rt *rapid.T) {
		service, limit := awkward.Draw(rt, "service"), time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(rt, "limit"))
		query := traceql.WithSpansOf(traceql.Spans(traceql.Service("a"), traceql.NotLongerThan(limit), traceql.Passing()), "b", service)
		both := ask(rt, traceql.Spans(traceql.OfAny("a", service), traceql.BetweenServices()))
		require.True(rt, both.OK, both.Error)
		require.Equal(rt, []string{"a", strings.ToValidUTF8(service, "\uFFFD")}, both.Strings)
		name := incident.AttributeName{Name: awkward.Draw(rt, "attribute"), Resource: rapid.Bool().Draw(rt, "resource")}
		plain := ask(rt, query)
		require.True(rt, plain.OK, "%s: %s", query, plain.Error)
		require.Equal(rt, []string{"a", "b", strings.ToValidUTF8(service, "\uFFFD")}, plain.Strings)

		text := traceql.Selecting(query, name)
		selected := ask(rt, text)
		require.True(rt, selected.OK, "%s: %s", text, selected.Error)
		rest, found := strings.CutPrefix(selected.Canonical, plain.Canonical)
		require.True(rt, found, "%s became %s", plain.Canonical, selected.Canonical)
		if text == query {
			require.Empty(rt, rest, "an attribute that is hardly one is left out")
			return
		}
		require.Contains(rt, rest, name.Name)
		require.Equal(rt, 1, strings.Count(rest, "select("), rest)
	})
}

func TestQueriesThatAreLeftOpenAreTraceQLWhateverServicesAreCalled(t *testing.T) {
	t.Parallel()
	ask := tempoParser(t)
	awkward := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{`a"`, `" } || { name = "`, "}", "日本"}))
	rapid.Check(t, func(rt *rapid.T) {
		service, called := awkward.Draw(rt, "service"), awkward.Draw(rt, "called")
		apart := &incident.Apart{Within: incident.Scope{Namespace: called}, Attributes: map[incident.ScopePart]string{incident.Namespace: "k8s.namespace.name"}}
		own := traceql.Spans(append(traceql.Scoped(service, apart), traceql.Failed())...)
		for _, text := range []string{
			traceql.Spans(traceql.OtherThan(service), traceql.Calling(called)),
			traceql.WithoutBelow(own, traceql.Spans(traceql.Failed())),
		} {
			got := ask(rt, text)
			require.True(rt, got.OK, "%s: %s", text, got.Error)
			require.Contains(rt, got.Strings, strings.ToValidUTF8(service, "\uFFFD"))
		}
	})
}

func TestCallsThatWaitAreAskedForWhateverTheServicesAreCalled(t *testing.T) {
	t.Parallel()
	ask := tempoParser(t)
	waiting := func(from, to string) string {
		return traceql.Parent(traceql.Spans(traceql.Service(from), traceql.Client(), traceql.LongerThan(time.Second)), traceql.Spans(traceql.Service(to), traceql.NotLongerThan(time.Second)))
	}
	plain := ask(t, traceql.Either(waiting("a", "b"), waiting("c", "d")))
	require.True(t, plain.OK, plain.Error)
	rapid.Check(t, func(rt *rapid.T) {
		from, to := rapid.String().Draw(rt, "from"), rapid.String().Draw(rt, "to")
		for _, text := range []string{waiting(from, to), traceql.Either(waiting(from, to), waiting(to, from)),
			traceql.WithAlso(traceql.Either(waiting(from, to), waiting(to, from)), traceql.Service("shop"))} {
			got := ask(rt, traceql.MostRecent(text))
			require.True(rt, got.OK, "%s: %s", text, got.Error)
			require.Subset(rt, got.Strings, []string{strings.ToValidUTF8(from, "\uFFFD"), strings.ToValidUTF8(to, "\uFFFD")})
		}
	})
}

func TestWhatHappensWithinAnOperationIsAskedForWhateverItIsCalled(t *testing.T) {
	t.Parallel()
	ask := tempoParser(t)
	rapid.Check(t, func(rt *rapid.T) {
		service, operation := rapid.String().Draw(rt, "service"), rapid.String().Draw(rt, "operation")
		got := ask(rt, traceql.MostRecent(traceql.WithinOperation(operation, traceql.Service(service))))
		require.True(rt, got.OK, got.Error)
		require.Equal(rt, 1, strings.Count(got.Canonical, "select("), got.Canonical)
		require.Subset(rt, got.Strings, []string{strings.ToValidUTF8(service, "\uFFFD"), strings.ToValidUTF8(operation, "\uFFFD")})
	})
}

func TestAQueryForTheSpansOfTracesKeepsItsStructureWhateverAttributesAreCalled(t *testing.T) {
	t.Parallel()
	ask := tempoParser(t)
	plain := ask(t, traceql.WithAllSpans(traceql.Spans(traceql.Service("a"), traceql.Failed())))
	require.True(t, plain.OK, plain.Error)
	rapid.Check(t, func(rt *rapid.T) {
		name := incident.AttributeName{Name: rapid.String().Draw(rt, "attribute"), Resource: rapid.Bool().Draw(rt, "resource")}
		query := traceql.WithAllSpans(traceql.Spans(traceql.Service("a"), traceql.Failed()))
		if rapid.Bool().Draw(rt, "large") {
			query = traceql.WithSpansThat(traceql.Spans(traceql.Service("a"), traceql.Failed()), traceql.LongerThan(time.Second))
		}
		text := traceql.MostRecent(traceql.SelectingStructure(query, name))
		selected := ask(rt, text)
		require.True(rt, selected.OK, "%s: %s", text, selected.Error)
		require.Equal(rt, 1, strings.Count(selected.Canonical, "select("), selected.Canonical)
		require.Equal(rt, []string{"a"}, selected.Strings)
	})
}

// tempoParser starts the program that reads queries with Tempo's parser, and gives a way to ask it.
func tempoParser(t *testing.T) func(require.TestingT, string) verdict {
	t.Helper()
	program, err := stack.BuildTraceQLParser(context.Background(), stack.Options{Progress: os.Stderr})
	require.NoError(t, err)
	cmd := exec.Command(program)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		require.NoError(t, in.Close())
		_, _ = io.Copy(io.Discard, out)
		require.NoError(t, cmd.Wait())
	})
	lines := bufio.NewReader(out)
	return func(t require.TestingT, query string) verdict {
		require.NoError(t, json.NewEncoder(in).Encode(map[string]string{"query": query}))
		line, err := lines.ReadBytes('\n')
		require.NoError(t, err)
		var v verdict
		require.NoError(t, json.Unmarshal(line, &v))
		return v
	}
}

func TestQueriesForWhatWasAnsweredAreTraceQL(t *testing.T) {
	t.Parallel()
	ask := tempoParser(t)
	requests := traceql.Spans(traceql.Service("a"), traceql.Answered(401, 16, 429))
	for _, query := range []string{requests, traceql.WithSpansThat(requests, traceql.NotAccepted()), traceql.Spans(traceql.Service("a"), traceql.ClientErrors()),
		traceql.Selecting(traceql.WithSpansOf(traceql.Spans(traceql.SpanName("b"), traceql.Accepted()), "a"), incident.AttributeName{Name: "region"})} {
		read := ask(t, traceql.MostRecent(query))
		require.True(t, read.OK, "%s: %s", query, read.Error)
	}
}
