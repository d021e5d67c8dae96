package environment

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAnAppThatWasDisabledStaysSoUntilGrafanaSaysOtherwise(t *testing.T) {
	t.Parallel()
	var says atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(says.Load().(string)))
	}))
	t.Cleanup(server.Close)
	now := noon
	s := appSwitch{clock: func() time.Time { return now }}
	for _, c := range []struct {
		says    string
		refuses bool
	}{
		{"<html>", false},
		{`{"id":"faultline-investigation-app","enabled":false}`, true},
		{"<html>", true},
		{`{"id":"faultline-investigation-app","enabled":true}`, false},
	} {
		says.Store(c.says)
		err := s.check(t.Context(), server.Client(), server.URL, "token")
		require.Equal(t, c.refuses, err != nil, c.says)
		now = now.Add(switchFor)
	}
}
