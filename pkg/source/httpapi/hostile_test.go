package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

// answeredWith asks a question of a store that answers with a body.
func answeredWith(t *testing.T, q source.Question, body string) source.Answer {
	t.Helper()
	return querierAt(t, server(t, saying(http.StatusOK, body)).URL).Ask(t.Context(), q)
}

// field is a field of Protocol Buffers that holds a message.
func field(number protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), content)
}

// nested is a trace whose span has an attribute of lists in lists, or of maps in maps. It is built from the outside in, since from the inside
// out a million levels would be copied a million times.
func nested(levels int, maps bool) []byte {
	path := []protowire.Number{5, 1} // list of an AnyValue, and its values
	if maps {
		path = []protowire.Number{6, 1, 2} // pairs, a pair, and its value
	}
	var heads [][]byte
	size := 0
	for range levels {
		for i := len(path) - 1; i >= 0; i-- {
			head := protowire.AppendVarint(protowire.AppendTag(nil, path[i], protowire.BytesType), uint64(size)) // #nosec G115 -- sizes
			heads = append(heads, head)
			size += len(head)
		}
	}
	value := make([]byte, 0, size)
	for i := len(heads) - 1; i >= 0; i-- {
		value = append(value, heads[i]...)
	}
	pair := append(field(1, []byte("key")), field(2, value)...)
	return field(1, field(2, field(2, field(9, pair))))
}

func TestATraceNestedMoreDeeplyThanAStackIsRefused(t *testing.T) {
	t.Parallel()
	for _, maps := range []bool{false, true} {
		answer := answeredWith(t, traceByID, string(nested(1_500_000, maps)))
		failed(t, answer, source.BadAnswer, "an attribute is nested more than 32 levels deep", "Check that the address")
	}
	answer := answeredWith(t, traceByID, string(nested(20, false)))
	if answer.Problem != nil {
		require.NotContains(t, answer.Problem.Sentence, "levels", "what is nested a little is read")
	}
}

func TestATraceOfCountlessSmallPartsIsRefused(t *testing.T) {
	t.Parallel()
	empty := field(2, nil)
	spans := field(1, field(2, []byte(strings.Repeat(string(empty), 4<<20))))
	failed(t, answeredWith(t, traceByID, string(spans)), source.BadAnswer, "the trace would take more than 256 MiB in memory", "Check that the address")
}

func TestATraceThatIsNoMessageIsABadAnswer(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"\x0b\x0b\x0b", "\x0a\xff\xff\xff\xff\x7f", strings.Repeat("\x0a", 1000), "\x0a\x02\x12"} {
		require.Equal(t, source.BadAnswer, answeredWith(t, traceByID, body).Problem.Kind, "%q", body)
	}
}

func TestJSONOfCountlessSmallPartsOrDeepNestingIsRefused(t *testing.T) {
	t.Parallel()
	for _, q := range everyKind() {
		if q.Kind == source.TraceByID {
			continue
		}
		for says, part := range map[string]string{
			"far smaller, parts":               "[" + strings.Repeat("{},", 1<<20) + "{}]",
			"smaller, parts":                   "[" + strings.Repeat("0,", 1<<20) + "0]",
			"nested more than 100 levels deep": strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20),
		} {
			failed(t, answeredWith(t, q, `{"status":"success","data":`+part+`}`), source.BadAnswer, says, "Check that the address")
		}
	}
}

func TestTimesInAnotherUnitAreABadAnswerAndNeverNothing(t *testing.T) {
	t.Parallel()
	for _, ns := range []string{"1795417139421395", "1795417139421", "1795417139"} {
		searched := answeredWith(t, traceSearch, fmt.Sprintf(`{"traces":[{"traceID":"1","startTimeUnixNano":"%s","durationMs":2}]}`, ns))
		failed(t, searched, source.BadAnswer, "the time of a trace lies in the year 1970", "Check that the address")
		lines := answeredWith(t, logLines, fmt.Sprintf(`{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[["%s","text"]]}]}}`, ns))
		failed(t, lines, source.BadAnswer, "the time of a log line lies in the year 1970", "Check that the address")
	}
	for _, at := range []string{"1795417139421", "1795417139421395000", "0", "-5"} {
		for _, q := range []source.Question{instant, logCount} {
			vector := answeredWith(t, q, fmt.Sprintf(`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[%s,"1"]}]}}`, at))
			require.NotNil(t, vector.Problem, at)
			require.Equal(t, source.BadAnswer, vector.Problem.Kind)
			require.Empty(t, vector.Series)
		}
		matrix := answeredWith(t, ranged, fmt.Sprintf(`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[%s,"1"]]}]}}`, at))
		require.Equal(t, source.BadAnswer, matrix.Problem.Kind, at)
	}
}

func TestValuesThatCannotBeComputedWithAreLeftOutWithAWarning(t *testing.T) {
	t.Parallel()
	at := alert.Unix()
	answer := answeredWith(t, ranged, fmt.Sprintf(`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[%d,"1.7e308"],[%d,"-1.7e308"],[%d,"1"]]}]}}`, at, at, at))
	require.Nil(t, answer.Problem)
	require.Len(t, answer.Series[0].Points, 1)
	require.Equal(t, []string{"2 of its values are beyond what can be computed with and were left out"}, answer.Warnings)
	vector := answeredWith(t, instant, fmt.Sprintf(`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[%d,"1e308"]}]}}`, at))
	require.Empty(t, vector.Series)
	require.NotEmpty(t, vector.Warnings)
}

func TestATraceThatASearchListsTwiceIsThereOnce(t *testing.T) {
	t.Parallel()
	one := fmt.Sprintf(`{"traceID":"%%s","startTimeUnixNano":"%d","durationMs":2}`, alert.UnixNano()-1)
	list := []string{fmt.Sprintf(one, "a"), fmt.Sprintf(one, "b"), fmt.Sprintf(one, "0a"), fmt.Sprintf(one, "a")}
	answer := answeredWith(t, traceSearch, `{"traces":[`+strings.Join(list, ",")+`]}`)
	require.Nil(t, answer.Problem)
	require.Len(t, answer.Traces, 2)
	nameless := answeredWith(t, traceSearch, `{"traces":[`+fmt.Sprintf(one, "")+`]}`)
	failed(t, nameless, source.BadAnswer, "a trace in the list has no id", "Check that the address")
}

func TestANullWhereSomethingBelongsIsABadAnswer(t *testing.T) {
	t.Parallel()
	success := func(data string) string { return `{"status":"success","data":` + data + `}` }
	result := func(kind, list string) string { return success(`{"resultType":"` + kind + `","result":` + list + `}`) }
	for body, questions := range map[string][]source.Question{
		result("vector", `[null]`): {instant, logCount},
		result("matrix", `[null]`): {ranged},
		result("vector", `[{"metric":{},"histogram":[1795417139,{"count":"1","sum":"1","buckets":[null]}]}]`):    {instant},
		result("matrix", `[{"metric":{},"histograms":[[1795417139,{"count":"1","sum":"1","buckets":[null]}]]}]`): {ranged},
		result("matrix", `[{"metric":{},"histograms":[[1795417139,null]]}]`):                                     {ranged},
		result("scalar", `null`):                             {instant},
		result("streams", `[null]`):                          {logLines},
		result("streams", `[{"stream":{},"values":[null]}]`): {logLines},
		success(`[null]`):                                    {metricNames, metricLabels, logLabels, exemplars},
		success(`[{"exemplars":[null]}]`):                    {exemplars},
		success(`{"groups":[null]}`):                         {alertRules},
		success(`{"groups":[{"rules":[null]}]}`):             {alertRules},
		`{"traces":[null]}`:                                  {traceSearch},
	} {
		for _, q := range questions {
			answer := answeredWith(t, q, body)
			require.NotNil(t, answer.Problem, "%s of %s", body, q.Kind)
			assert.Equal(t, source.BadAnswer, answer.Problem.Kind, "%s of %s", body, q.Kind)
			assert.Zero(t, answer.Rows(), body)
		}
	}
}

func TestManyLargeAnswersAtOnceAreAllReadAFewAtATime(t *testing.T) {
	t.Parallel()
	var result strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&result, `,{"metric":{"pod":"%0100d"},"value":[%d,"1"]}`, i, alert.Unix())
	}
	body := `{"status":"success","data":{"resultType":"vector","result":[` + result.String()[1:] + `]}}`
	querier := querierAt(t, server(t, saying(http.StatusOK, body)).URL)
	var asking sync.WaitGroup
	for range 20 {
		asking.Go(func() {
			answer := querier.Ask(t.Context(), instant)
			assert.Nil(t, answer.Problem)
			assert.Len(t, answer.Series, 20_000)
		})
	}
	asking.Wait()
}

// recordedBodies are what real stores sent, and what is hostile.
func recordedBodies(tb testing.TB) [][]byte {
	tb.Helper()
	bodies := [][]byte{[]byte(`{"status":"success","data":{"resultType":"vector","result":[null]}}`), []byte(`{"traces":[{"traceID":"1","startTimeUnixNano":"1"}]}`), nested(40, true)}
	for _, file := range []string{"prometheus-instant.json", "prometheus-range.json", "prometheus-metric-names.json", "prometheus-exemplars.json", "prometheus-rules.json",
		"prometheus-instant-scalar.json", "loki-lines.json", "loki-count.json", "loki-labels.json", "tempo-search.json", "tempo-names.json", "tempo-trace.pb"} {
		bodies = append(bodies, seed(tb, file))
	}
	return bodies
}

// FuzzAnswers reads whatever a store sends: nothing panics, and what is read can be written as JSON.
func FuzzAnswers(f *testing.F) {
	for i := range everyKind() {
		for _, body := range recordedBodies(f) {
			f.Add(uint8(i), body)
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, content []byte) {
		soundAnswer(t, everyKind()[int(kind)%len(everyKind())], content)
	})
}

func TestDamagedAnswersOfEveryKindAreReadOrRefused(t *testing.T) {
	t.Parallel()
	for _, q := range everyKind() {
		t.Run(string(q.Kind), func(t *testing.T) {
			t.Parallel()
			provoke.Each(t, 400, recordedBodies(t), func(body []byte) { soundAnswer(t, q, body) })
		})
	}
}

// soundAnswer checks what is read of a body.
func soundAnswer(t *testing.T, q source.Question, body []byte) {
	t.Helper()
	querier, err := httpapi.New(httpapi.Options{Metrics: fixed, Logs: fixed, Traces: fixed, AnswerBytes: 1 << 20, Client: &http.Client{Transport: always{body: &body}}})
	require.NoError(t, err)
	answer := querier.Ask(t.Context(), q)
	if answer.Problem != nil && answer.Rows() > 0 {
		t.Fatal("an answer with a problem has rows")
	}
	if answer.Problem != nil && (answer.Problem.Kind == source.Defect || answer.Problem.Sentence == "" || answer.Problem.Advice == "") {
		t.Fatalf("%+v", answer.Problem)
	}
	if _, err := json.Marshal(answer); err != nil {
		t.Fatal(err)
	}
	for _, s := range answer.Series {
		if q.Kind != source.Range && len(s.Points) != 1 {
			t.Fatal("a series of a moment has not one point")
		}
	}
	for _, trace := range answer.Traces {
		checkSpans(t, trace.Spans)
	}
	if answer.Trace != nil {
		checkSpans(t, answer.Trace.Spans)
	}
}

func checkSpans(t *testing.T, spans []incident.Span) {
	t.Helper()
	for _, s := range spans {
		if s.Duration < 0 {
			t.Fatal("a span ends before it starts")
		}
	}
}
