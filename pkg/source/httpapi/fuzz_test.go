package httpapi_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

var fixed = httpapi.Store{URL: "http://store.example", Name: "store"}

// always answers every request with the same body.
type always struct{ body *[]byte }

// RoundTrip implements http.RoundTripper.
func (a always) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(*a.body)), ContentLength: int64(len(*a.body)), Request: r}, nil
}

func seed(tb testing.TB, name string) []byte {
	tb.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return body
}
