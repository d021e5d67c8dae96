package httpapi_test

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

var fixed = httpapi.Store{URL: "http://store.example", Name: "store"}

// always answers every request with the same body, and with a status other than 200 where one is given.
type always struct {
	body   *[]byte
	status int
	header http.Header
}

// RoundTrip implements http.RoundTripper.
func (a always) RoundTrip(r *http.Request) (*http.Response, error) {
	header := a.header
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: cmp.Or(a.status, http.StatusOK), Header: header, Body: io.NopCloser(bytes.NewReader(*a.body)), ContentLength: int64(len(*a.body)), Request: r}, nil
}

func seed(tb testing.TB, name string) []byte {
	tb.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

// FuzzRefusals reads whatever a store or a proxy before it says instead of an answer: the problem is one line of text with an advice.
func FuzzRefusals(f *testing.F) {
	for i, body := range []string{`{"status":"error","errorType":"bad_data","error":"1:8: parse error"}`, "too many outstanding requests", "<html>Log in</html>", `{"message":"Invalid API key"}`,
		`{"error":["x"]}`, "\xff\x00\x1b[31mred", strings.Repeat("long ", 200), ""} {
		for _, status := range []uint16{302, 400, 401, 404, 422, 429, 500, 502, 503, 504} {
			f.Add(uint8(i), status, []byte(body), "https://login.example/?secret=1") // #nosec G115 -- a few
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, status uint16, body []byte, location string) {
		failing := always{body: &body, status: 300 + int(status)%300, header: http.Header{"Location": {location}}}
		querier, err := httpapi.New(httpapi.Options{Metrics: fixed, Logs: fixed, Traces: fixed, AnswerBytes: 1 << 20, Client: &http.Client{Transport: failing,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}})
		require.NoError(t, err)
		problem := querier.Ask(t.Context(), everyKind()[int(kind)%len(everyKind())]).Problem
		require.NotNil(t, problem)
		require.NotEqual(t, source.Defect, problem.Kind)
		require.NotEmpty(t, problem.Advice)
		require.True(t, utf8.ValidString(problem.Sentence))
		require.NotContains(t, problem.Sentence, "\n")
		require.NotContains(t, problem.Sentence, "\x1b", "a terminal would obey it")
		require.Less(t, len(problem.Sentence), 2000)
	})
}
