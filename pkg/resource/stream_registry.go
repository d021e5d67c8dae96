package resource

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/jellydator/ttlcache/v3"

	"github.com/faultline-investigation/faultline/pkg/environment"
)

// streamRegistry knows the streams that are open, and ends those whose readers leave. A reader that just breaks its connection off ends its stream too, but then
// Grafana logs an error and counts a request that failed with status 500, for every page that somebody leaves. So readers
// give their streams a name, in the parameter stream, and say when they leave: the stream then ends as any answer does.
type streamRegistry struct {
	mu   sync.Mutex
	open map[string]*openStream
	left *ttlcache.Cache[string, struct{}] // those who left before their stream began
}

// openStream can be ended.
type openStream struct{ cancel context.CancelFunc }

const (
	streamName = "stream"
	leftFor    = time.Minute // a request does not come later after its reader has left
	mostLeft   = 1000        // remembered at one time; the oldest go first
)

func newStreamRegistry() *streamRegistry {
	return &streamRegistry{open: map[string]*openStream{}, left: ttlcache.New(ttlcache.WithTTL[string, struct{}](leftFor),
		ttlcache.WithCapacity[string, struct{}](mostLeft), ttlcache.WithDisableTouchOnHit[string, struct{}]())}
}

// register gives the context of a stream: it ends with the request, with the returned function, or when its reader leaves.
func (s *streamRegistry) register(r *http.Request) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(r.Context())
	name := r.URL.Query().Get(streamName)
	if name == "" {
		return ctx, cancel
	}
	name = named(r, name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left.Get(name) != nil {
		cancel()
		return ctx, cancel
	}
	mine := &openStream{cancel: cancel}
	s.open[name] = mine
	return ctx, func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.open[name] == mine { // and not another stream that was given the same name
			delete(s.open, name)
		}
	}
}

// cancelStream answers DELETE /streams/{stream}: it ends a stream, one of this person alone. A stream that is not there is no error: it
// has ended, or another replica of Grafana has it, and then its reader breaks it off.
type cancelStream struct {
	environment *environment.Environment
	streams     *streamRegistry
}

func (h *cancelStream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Whoever may not ask this environment has no stream of it either.
	if _, err := h.environment.Querier(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID); err != nil {
		refuseFor(w, err)
		return
	}
	h.streams.cancel(named(r, r.PathValue(streamName)))
	answerWith(w, http.StatusOK, struct{}{}, nil)
}

// cancel ends a stream, or has it end at once where it has not begun yet.
func (s *streamRegistry) cancel(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stream, open := s.open[name]; open {
		stream.cancel()
		return
	}
	s.left.Set(name, struct{}{}, ttlcache.DefaultTTL)
}

// named keeps people from ending each other's streams, and those of the same login in another organization.
func named(r *http.Request, stream string) string {
	return fmt.Sprintf("%d\x00%s\x00%s", backend.PluginConfigFromContext(r.Context()).OrgID, authorOf(r).Login, stream)
}
