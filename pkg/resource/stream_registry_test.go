package resource

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// following is a case's stream of events with a name of its own; who looks on is told once it has begun.
func following(t *testing.T, resources backend.CallResourceHandler, login string) (ended <-chan error) {
	t.Helper()
	begun, end := make(chan struct{}), make(chan error, 1)
	begin := sync.OnceFunc(func() { close(begun) })
	page := &client{sent: func(r *backend.CallResourceResponse) {
		if strings.Contains(string(r.Body), `"here"`) {
			begin()
		}
	}}
	go func() {
		end <- resources.CallResource(t.Context(), request(login, "GET", "cases/x/events?stream=mine", ""), page)
	}()
	<-begun
	return end
}

func deleteStream(t *testing.T, resources backend.CallResourceHandler, login string) {
	t.Helper()
	page := &client{}
	require.NoError(t, resources.CallResource(t.Context(), request(login, "DELETE", "streams/mine", ""), page))
	assert.Equal(t, http.StatusOK, page.responses[0].Status)
}

func TestAStreamEndsWhenItsReaderSaysSoAndNobodyElse(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	as(t, e, "Editor", "POST", "cases", newCase)
	resources := resourcesOf(t, e, never)
	viewers := following(t, resources, "Viewer")
	editors := following(t, resources, "Editor")
	deleteStream(t, resources, "Viewer")
	require.NoError(t, <-viewers)
	select {
	case <-editors:
		require.Fail(t, "a stream was ended by somebody else")
	default:
	}
	deleteStream(t, resources, "Editor")
	require.NoError(t, <-editors)
}

func TestWhoLeavesBeforeTheStreamBeginsHasLeft(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	as(t, e, "Editor", "POST", "cases", newCase)
	resources := resourcesOf(t, e, never)
	deleteStream(t, resources, "Viewer")
	page := &client{}
	require.NoError(t, resources.CallResource(t.Context(), request("Viewer", "GET", "cases/x/events?stream=mine", ""), page))
	require.Len(t, page.responses, 1)
	assert.Equal(t, http.StatusOK, page.responses[0].Status)
}

func TestAnInvestigationEndsWhenItsReaderSaysSo(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 100)
	stores := func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		arrived <- struct{}{}
		<-r.Context().Done()
	}
	resources := resourcesOf(t, directly(t, stores), never)
	asked := request("Viewer", "POST", "investigations?stream=mine", checkout)
	ended := make(chan error, 1)
	page := &client{}
	go func() { ended <- resources.CallResource(t.Context(), asked, page) }()
	<-arrived
	deleteStream(t, resources, "Viewer")
	require.NoError(t, <-ended)
	types := page.types(t)
	require.Equal(t, "left", types[len(types)-1])
}

func TestNothingIsSentToAClientThatIsGone(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(t.Context())
	leave()
	page := &client{}
	require.NoError(t, resourcesOf(t, directly(t, emptyStores), never).CallResource(ctx, request("Viewer", "GET", "nothing", ""), page))
	assert.Empty(t, page.responses)
}
