package lab_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
)

func TestAwaitGoesOnAskingUntilAServerIsReady(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(server.Close)
	require.NoError(t, lab.Await(context.Background(), time.Minute, server.URL+"/ready"))
	require.EqualValues(t, 2, asked.Load())

	address, nobody := server.URL, context.Background()
	server.Close()
	require.ErrorContains(t, lab.Await(nobody, time.Millisecond, address+"/ready"), address+"/ready is not ready")
}
