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

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/lab/stack"
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
