package resource

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

const (
	requestBytes = 1 << 20
	heartbeat    = 10 * time.Second // proxies give up on streams that are silent for long
)

// investigations answers POST /investigations: it runs an investigation and streams its events, a line of JSON each.
// When the client goes away, the run is cancelled. With ?save=true it is kept as a case.
type investigations struct {
	environment *environment.Environment
	beat        time.Duration
}

func (h *investigations) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request investigate.Request
	body := r.Body
	if body == nil { // a request that came over the plugin protocol without one
		body = http.NoBody
	}
	decoder := json.NewDecoder(io.LimitReader(body, requestBytes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&request); err != nil {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("The request is not a JSON object with subject and window: %s.", err),
			`Send {"subject": {"service": "..."}, "window": {"from": "...", "to": "..."}}.`)
		return
	}
	querier, err := h.environment.Querier(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID)
	if err != nil {
		refuseFor(w, err)
		return
	}
	request.Environment, request.Naming, request.Knowledge = h.environment.Name(), h.environment.Naming(), h.environment.Knowledge()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	stream := newStream(w, cancel)
	stop := stream.beatEvery(h.beat)
	defer stop()
	keeper := newKeeper(r, h.environment)
	notify := func(e investigate.Event) {
		if e.Type == investigate.Done {
			keeper.settle()
			stop() // nothing comes after it
		}
		stream.send(e)
		if e.Type == investigate.Started {
			keeper.begin(h.environment, e.Case, stream.send)
		}
	}
	found, err := investigate.Run(ctx, request, querier, investigate.Options{Limits: h.environment.Limits()}, notify)
	if err != nil {
		refuseFor(w, err)
	}
	keeper.conclude(found, ctx.Err() == nil)
}
