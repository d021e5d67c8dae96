package httpapi_test

import (
	"compress/gzip"
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

const page = `<!DOCTYPE html><html><title>Sign in</title></html>`

// failed checks that a question found no answer, and that nobody could take it for an empty one.
func failed(t *testing.T, answer source.Answer, kind source.ProblemKind, sentence, advice string) {
	t.Helper()
	require.NotNil(t, answer.Problem, "an answer of %d rows and no problem", answer.Rows())
	assert.Equal(t, kind, answer.Problem.Kind)
	assert.Equal(t, answer.Question.Kind.Signal(), answer.Problem.Signal)
	assert.Contains(t, answer.Problem.Sentence, sentence)
	assert.Contains(t, answer.Problem.Advice, advice)
	assert.Zero(t, answer.Rows())
	assert.Equal(t, answer.Problem.Sentence, answer.Query().Problem)
}

func TestEveryRefusalIsSortedWhateverWasAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler          http.HandlerFunc
		kind             source.ProblemKind
		sentence, advice string
	}{
		"401": {saying(401, ""), source.Refused, "refused the question with 401.", "Check the token or password"},
		"403 in Grafana's words": {saying(403, `{"accessErrorId":"ACE1","message":"You'll need additional permissions","title":"Access denied"}`),
			source.Refused, "with 403: You'll need additional permissions.", "may query this store"},
		"404 of a data source": {saying(404, `{"message":"Unable to find datasource","id":"x"}`),
			source.NotFound, "at this address (404: Unable to find datasource).", "Check the store's address"},
		"404 with a page":     {saying(404, page), source.NotFound, "at this address (404).", "Check the store's address"},
		"405":                 {saying(405, ""), source.Rejected, "rejected the question with 405.", "try it in Explore"},
		"429":                 {saying(429, "too many outstanding requests"), source.Overloaded, "(429: too many outstanding requests)", "Try again in a moment"},
		"500 with words":      {saying(500, "disk\nfull.\n"), source.ServerError, "failed with 500: disk full.", "the store's own log"},
		"502":                 {saying(502, ""), source.Unreachable, "The proxy before", "Check that the store runs"},
		"503":                 {saying(503, "Ingester not ready"), source.Overloaded, "not ready (503: Ingester not ready)", "Try again in a moment"},
		"504":                 {saying(504, ""), source.Timeout, "gave up waiting for it (504)", "time limit"},
		"a redirect":          {redirect("https://login.example.com/start?next=secret"), source.BadAnswer, "redirect (302) to https://login.example.com/start.", "login page"},
		"a login page":        {saying(200, page), source.BadAnswer, "not its API's format: it is a web page.", "login page"},
		"a body cut short":    {cutShort, source.Unreachable, "broke off its answer: unexpected EOF.", "Check that it runs"},
		"a very long message": {saying(500, strings.Repeat("ä", 5000)), source.ServerError, strings.Repeat("ä", 200) + "….", "the store's own log"},
		"binary noise":        {saying(400, "\xff\xfe\x00"), source.Rejected, "with 400: ?", "try it in Explore"},
	} {
		for _, q := range everyKind() {
			t.Run(name+" to "+string(q.Kind), func(t *testing.T) {
				t.Parallel()
				failed(t, querierAt(t, server(t, c.handler).URL).Ask(t.Context(), q), c.kind, c.sentence, c.advice)
			})
		}
	}
}

func TestAnApiThatNotEveryStoreHasIsNamed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{404, 501} {
		for kind, what := range map[source.Kind]string{source.Exemplars: "has no exemplars", source.AlertRules: "has no alert rules"} {
			for _, q := range everyKind() {
				if q.Kind == kind {
					failed(t, querierAt(t, server(t, saying(status, "")).URL).Ask(t.Context(), q), source.NotFound, what, "keep none, and then there is nothing to do")
				}
			}
		}
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func cutShort(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = w.Write([]byte(`{"status":"suc`))
}

func TestAnAnswerThatBreaksOffIsAskedForOnceMore(t *testing.T) {
	t.Parallel()
	var asked []string
	url := server(t, func(w http.ResponseWriter, r *http.Request) {
		assert.NoError(t, r.ParseForm())
		if asked = append(asked, r.Form.Get("query")); len(asked) == 1 {
			cutShort(w, r)
			return
		}
		saying(200, `{"status":"success","data":{"resultType":"vector","result":[]}}`)(w, r)
	}).URL
	answer := querierAt(t, url).Ask(t.Context(), instant)
	require.Nil(t, answer.Problem)
	require.Len(t, asked, 2)
	assert.NotEmpty(t, asked[0])
	assert.Equal(t, asked[0], asked[1], "the same question")
}

func TestAnAnswerThatBreaksOffTwiceIsGivenUp(t *testing.T) {
	t.Parallel()
	for _, q := range []source.Question{instant, logLines} {
		t.Run(string(q.Kind), func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			url := server(t, func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				cutShort(w, r)
			}).URL
			failed(t, querierAt(t, url).Ask(t.Context(), q), source.Unreachable, "broke off its answer: unexpected EOF.", "Check that it runs")
			assert.EqualValues(t, 2, asked.Load())
		})
	}
}

func TestWhatIsNotTheAPIIsABadAnswer(t *testing.T) {
	t.Parallel()
	text := []source.Question{instant, ranged, metricNames, logLabels, logLines, logCount, traceSearch}
	for name, body := range map[string]string{
		"nothing": "", "an empty object": "{}", "broken JSON": `{"status":"success","data":`, "a list": "[]",
		"another API": `{"version":"1.2.3"}`, "words": "pong",
	} {
		for _, q := range text {
			t.Run(name+" to "+string(q.Kind), func(t *testing.T) {
				t.Parallel()
				failed(t, querierAt(t, server(t, saying(200, body)).URL).Ask(t.Context(), q), source.BadAnswer, "not its API's format: ", "Check that the address")
			})
		}
	}
}

func TestAnAnswerOfAnotherShapeIsABadAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		question source.Question
		body     string
	}{
		"a text where numbers were asked for": {instant, `{"status":"success","data":{"resultType":"string","result":[1,"x"]}}`},
		"numbers where lines were asked for":  {logLines, string(recorded(t, "loki-count.json"))},
		"lines where a count was asked for":   {logCount, string(recorded(t, "loki-lines.json"))},
		"a trace that begins at no time":      {traceSearch, `{"traces":[{"traceID":"1","startTimeUnixNano":"noon"}]}`},
		"protobuf garbage":                    {traceByID, "\x0a\xff\xff\xff\xff\x0f garbage"},
		"a trace without spans":               {traceByID, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed(t, querierAt(t, server(t, saying(200, c.body)).URL).Ask(t.Context(), c.question), source.BadAnswer, "not its API's format: ", "Check that the address")
		})
	}
}

func TestARejectedQueryIsToldInTheStoresOwnWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		question source.Question
		status   int
		body     string
		sentence string
	}{
		{instant, 400, string(recorded(t, "prometheus-400.json")),
			`Prometheus (metrics-1) rejected the question with 400: invalid parameter "query": 1:5: parse error: unclosed left parenthesis.`},
		{instant, 200, `{"status":"error","errorType":"execution","error":"many-to-many matching not allowed"}`,
			"Prometheus (metrics-1) rejected the question: many-to-many matching not allowed."},
		{logLines, 400, string(recorded(t, "loki-400.txt")),
			"Loki (logs-1) rejected the question with 400: parse error at line 1, col 15: syntax error: unexpected $end, expecting STRING."},
		{logLabels, 200, `{"status":"error","error":"limits exceeded"}`, "Loki (logs-1) rejected the question: limits exceeded."},
		{traceSearch, 400, string(recorded(t, "tempo-400.txt")),
			"Tempo (traces-1) rejected the question with 400: invalid TraceQL query: parse error at line 1, col 12: syntax error: unexpected }."},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			t.Parallel()
			answer := querierAt(t, server(t, saying(c.status, c.body)).URL).Ask(t.Context(), c.question)
			failed(t, answer, source.Rejected, "", "try it in Explore")
			assert.Equal(t, c.sentence, answer.Problem.Sentence)
		})
	}
}

func TestAStoreThatIsNotThereIsUnreachable(t *testing.T) {
	t.Parallel()
	s := server(t, saying(200, ""))
	s.Close()
	failed(t, querierAt(t, s.URL).Ask(t.Context(), instant), source.Unreachable,
		"Prometheus (metrics-1) could not be reached: connection refused.", "Check that it runs")
}

// stalled is a server that answers nothing until its client has left; it tells when a request came.
func stalled(t *testing.T) (url string, arrived <-chan struct{}) {
	t.Helper()
	came := make(chan struct{}, 1)
	s := server(t, func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // a server sees that its client has left only once the body is read
		came <- struct{}{}
		<-r.Context().Done()
	})
	return s.URL, came
}

func TestAStoreThatStallsTimesOut(t *testing.T) {
	t.Parallel()
	url, _ := stalled(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	failed(t, querierAt(t, url).Ask(ctx, logLines), source.Timeout, "Loki (logs-1) did not answer within ", "limits.questionTimeout")
}

func TestACanceledQuestionSaysSo(t *testing.T) {
	t.Parallel()
	url, arrived := stalled(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	failed(t, querierAt(t, url).Ask(ctx, instant), source.Canceled, "canceled before Prometheus (metrics-1) answered", "Start it again")
}

func TestAnAnswerAboveTheSizeLimitIsTooLarge(t *testing.T) {
	t.Parallel()
	body := recorded(t, "prometheus-instant.json")
	plain := saying(200, string(body))
	packed := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		packer := gzip.NewWriter(w)
		_, _ = packer.Write(body)
		_ = packer.Close()
	}
	limit := func(n int) func(*httpapi.Options) { return func(o *httpapi.Options) { o.AnswerBytes = int64(n) } }
	for name, handler := range map[string]http.HandlerFunc{"plain": plain, "compressed": packed} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := server(t, handler).URL
			assert.Nil(t, querierAt(t, url, limit(len(body))).Ask(t.Context(), instant).Problem)
			failed(t, querierAt(t, url, limit(len(body)-1)).Ask(t.Context(), instant), source.TooLarge,
				"answered with more than "+strconv.Itoa(len(body)-1)+" bytes", "limits.answerBytes")
		})
	}
	failed(t, querierAt(t, server(t, saying(200, strings.Repeat("x", 2<<20+1))).URL, limit(2<<20)).Ask(t.Context(), instant),
		source.TooLarge, "answered with more than 2 MiB.", "limits.answerBytes")
}

func TestATraceThatTheStoreDoesNotHaveIsNotAWrongAddress(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"silent": "", "in words": "trace not found"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed(t, querierAt(t, server(t, saying(404, body)).URL).Ask(t.Context(), traceByID), source.NotFound,
				"Tempo (traces-1) does not have trace 1663855e13f045d.", "older than the store keeps")
		})
	}
}

func TestAWrongTraceIDIsNeverSent(t *testing.T) {
	t.Parallel()
	url := server(t, func(http.ResponseWriter, *http.Request) { t.Error("the store was asked") }).URL
	for _, id := range []string{"", "zzz", "../../admin", "1 or 1", strings.Repeat("a", 33)} {
		q := traceByID
		q.Text = id
		failed(t, querierAt(t, url).Ask(t.Context(), q), source.BadQuestion, "is not a trace id", "32 hexadecimal digits")
	}
}

func TestAQuestionThatLacksSomethingIsADefectAndNeverSent(t *testing.T) {
	t.Parallel()
	url := server(t, func(http.ResponseWriter, *http.Request) { t.Error("the store was asked") }).URL
	for name, q := range map[string]source.Question{
		"no way to ask for":   {Kind: "guess", Window: last},
		"has no step":         {Kind: source.Range, Text: "up", Window: last},
		"has no limit":        {Kind: source.Lines, Text: "{}", Window: last},
		`"traces" has no lim`: {Name: "traces", Kind: source.TraceSearch, Text: "{}", Window: last},
	} {
		failed(t, querierAt(t, url).Ask(t.Context(), q), source.Defect, strings.TrimSpace(name), "report this as a bug")
	}
}

func TestNothingWhereAPartShouldBeIsABadAnswer(t *testing.T) {
	t.Parallel()
	vector := func(parts string) string {
		return `{"status":"success","data":{"resultType":"vector","result":[` + parts + `]}}`
	}
	matrix := func(parts string) string {
		return `{"status":"success","data":{"resultType":"matrix","result":[` + parts + `]}}`
	}
	for _, c := range []struct {
		question source.Question
		body     string
	}{
		{instant, vector(`null`)},
		{instant, vector(`{"metric":{},"histogram":[1,{"count":"1","sum":"1","buckets":[null]}]}`)},
		{instant, `{"status":"success","data":{"resultType":"scalar","result":null}}`},
		{instant, `{"status":"success","data":null}`},
		{ranged, matrix(`null`)},
		{ranged, matrix(`{"metric":{},"histograms":[null]}`)},
		{ranged, matrix(`{"metric":{},"histograms":[[1,null]]}`)},
		{logCount, vector(`null`)},
		{logLines, `{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[null]}]}}`},
		{logLines, `{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[["1",null]]}]}}`},
	} {
		t.Run(c.body, func(t *testing.T) {
			t.Parallel()
			answer := querierAt(t, server(t, saying(http.StatusOK, c.body)).URL).Ask(t.Context(), c.question)
			failed(t, answer, source.BadAnswer, "not its API's format", "Check that the address")
		})
	}
}
