package statuspage_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/statuspage"
)

// pages are what status pages tell.
func pages() [][]byte {
	return [][]byte{
		[]byte(`{"status":{"indicator":"major","description":"Partial outage"},"incidents":[{"name":"Charges fail","impact":"major","status":"investigating","created_at":"2025-01-21T11:40:00Z","started_at":"2025-01-21T11:30:00Z"}]}`),
		[]byte(`{"incidents":[null,{"name":"x","created_at":"-0001-01-01T00:00:00Z","resolved_at":null}]}`),
		[]byte(`<!DOCTYPE html><html><body>All is well</body></html>`),
	}
}

// FuzzPages reads whatever a status page tells.
func FuzzPages(f *testing.F) {
	for _, body := range pages() {
		f.Add(body)
	}
	read := reading(f)
	f.Fuzz(read)
}

func TestDamagedPagesAreReadOrRefused(t *testing.T) {
	t.Parallel()
	read := reading(t)
	provoke.Each(t, 300, pages(), func(body []byte) { read(t, body) })
}

// reading has a page tell something, and checks what is made of it: it can be written as JSON, and a problem is named.
func reading(tb testing.TB) func(t *testing.T, body []byte) {
	tb.Helper()
	var told []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(told) }))
	tb.Cleanup(server.Close)
	querier := statuspage.New(statuspage.Page{Address: server.URL, Internal: true})
	return func(t *testing.T, body []byte) {
		t.Helper()
		told = body
		answer := querier.Ask(t.Context(), source.Question{Kind: source.StatusPage, Text: server.URL, Window: incident.Window{From: noon.AddDate(0, 0, -1), To: noon}})
		if _, err := json.Marshal(answer); err != nil {
			t.Fatal(err)
		}
		if (answer.Problem == nil) == (answer.Status == nil) || answer.Problem != nil && (answer.Problem.Sentence == "" || answer.Problem.Advice == "") {
			t.Fatalf("%+v %+v", answer.Problem, answer.Status)
		}
	}
}
