package stack

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type judgement struct {
	OK        bool     `json:"ok"`
	Error     string   `json:"error"`
	Canonical string   `json:"canonical"`
	Strings   []string `json:"strings"`
}

// parser starts TraceQL's official parser and returns a way to ask it.
func parser(t *testing.T) func(query string) (judgement, error) {
	t.Helper()
	path, err := BuildTraceQLParser(context.Background(), Options{Progress: os.Stderr})
	require.NoError(t, err)
	program := exec.Command(path)
	input, err := program.StdinPipe()
	require.NoError(t, err)
	output, err := program.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	t.Cleanup(func() {
		assert.NoError(t, input.Close())
		assert.NoError(t, program.Wait())
	})
	questions, answers := json.NewEncoder(input), json.NewDecoder(output)
	return func(query string) (judgement, error) {
		var j judgement
		if err := questions.Encode(map[string]string{"query": query}); err != nil {
			return j, err
		}
		return j, answers.Decode(&j)
	}
}

func TestTheOfficialTraceQLParserFindsEveryStringFromLeftToRight(t *testing.T) {
	t.Parallel()
	ask := parser(t)
	for query, strings := range map[string][]string{
		`{ resource.service.name = "a\"b" && (.x =~ "y.*" || name != "z") } >> { status = error } | by(span.k)`: {`a"b`, "y.*", "z"},
		"{ .a = `1` } | compare({ .b = \"2\" })": {"1", "2"},
		`{ .a = 1 } | count() > 2`:               {},
	} {
		judged, err := ask(query)
		require.NoError(t, err)
		assert.True(t, judged.OK, judged.Error)
		assert.Equal(t, strings, judged.Strings, query)
	}
}

func TestTheOfficialTraceQLParserSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	ask := parser(t)
	for query, complaint := range map[string]string{
		`{ .a = "open }`: "literal not terminated",
		`{ name = 1 }`:   "must operate on the same type",
		`{`:              "unexpected $end",
	} {
		judged, err := ask(query)
		require.NoError(t, err)
		assert.False(t, judged.OK, query)
		assert.Contains(t, judged.Error, complaint)
		assert.Empty(t, judged.Canonical)
	}
}

func TestTheOfficialTraceQLParserReadsBackAnyQuotedString(t *testing.T) {
	t.Parallel()
	ask := parser(t)
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		judged, err := ask("{ .a = " + strconv.Quote(value) + " }")
		require.NoError(t, err)
		require.True(t, judged.OK, judged.Error)
		require.Equal(t, []string{value}, judged.Strings)
	})
}
