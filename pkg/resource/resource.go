// Package resource serves the data source's HTTP resources: what the app's pages and the command line talk to.
package resource

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/storms"
)

// New makes the handler of an environment's resources, of the alerts that it is told of, of storms of them, and of what assistants ask.
func New(e *environment.Environment, told *alerts.Inbox, all *storms.Storms, assistants http.Handler) backend.CallResourceHandler {
	return handler(e, told, all, assistants, heartbeat)
}

// handler makes the handler with a sign of life at every beat of a running investigation.
func handler(e *environment.Environment, told *alerts.Inbox, all *storms.Storms, assistants http.Handler, beat time.Duration) backend.CallResourceHandler {
	mux := routes(e, told, all, assistants, beat)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "There is no resource "+r.Method+" "+r.URL.Path+".", "See the documentation for those there are.")
	})
	return whileWaitedFor(httpadapter.New(mux))
}

// whileWaitedFor keeps back what is sent to a client that is gone: nobody reads it, and the plugin protocol logs an error.
func whileWaitedFor(next backend.CallResourceHandler) backend.CallResourceHandler {
	return backend.CallResourceHandlerFunc(func(ctx context.Context, r *backend.CallResourceRequest, sender backend.CallResourceResponseSender) error {
		return next.CallResource(ctx, r, backend.CallResourceResponseSenderFunc(func(answer *backend.CallResourceResponse) error {
			if gone(ctx) {
				return nil
			}
			err := sender.Send(answer)
			if gone(ctx) { // meanwhile
				return nil
			}
			return err
		}))
	})
}

func gone(ctx context.Context) bool { return ctx.Err() != nil }

// router is a multiplexer that knows what it serves.
type router struct {
	*http.ServeMux

	patterns []string
}

// Handle adds a resource under its method and path.
func (r *router) Handle(pattern string, handler http.Handler) {
	r.patterns = append(r.patterns, pattern)
	r.ServeMux.Handle(pattern, handler)
}

// Patterns lists the methods and paths of all resources, as http.ServeMux writes them.
func Patterns() []string { return routes(nil, nil, nil, http.NotFoundHandler(), heartbeat).patterns }

func routes(e *environment.Environment, told *alerts.Inbox, all *storms.Storms, assistants http.Handler, beat time.Duration) *router {
	mux := &router{ServeMux: http.NewServeMux()}
	streams := newStreamRegistry()
	webhook := inbox{told, e, watchStorms(e, told, all)}
	mux.Handle("POST /investigations", &investigations{environment: e, told: told, beat: beat, streams: streams})
	mux.Handle("DELETE /streams/{stream}", &cancelStream{environment: e, streams: streams})
	mux.Handle("GET /conventions", &conventions{environment: e})
	(&cases{environment: e, beat: beat, streams: streams, watches: &watches{environment: e, every: watchEvery, running: map[string]time.Time{}}}).register(mux)
	mux.Handle("POST /alerts", http.HandlerFunc(webhook.receive))
	mux.Handle("GET /alerts/{fingerprint}", http.HandlerFunc(webhook.show))
	mux.Handle("POST /storms", &stormed{environment: e, told: told, storms: all, beat: beat, streams: streams})
	mux.Handle("POST /inhibition", &inhibited{environment: e})
	mux.Handle("GET /services", &overview{environment: e})
	mux.Handle("GET /operations", requested{Survey{Environment: e}})
	mux.Handle("GET /readiness", ready{Survey{Environment: e}})
	mux.Handle("POST /report", written{e})
	mux.Handle("POST /mcp", assisted{e, assistants})
	for _, method := range []string{http.MethodGet, http.MethodDelete} { // clients try them, and go on without where they are not allowed
		mux.ServeMux.Handle(method+" /mcp", assisted{e, assistants})
	}
	return mux
}

const (
	failed    = "failed"
	reportBug = "Please report this as a bug of Faultline."
)

// refusal is why a request got nothing, for a person.
type refusal struct {
	Type     string `json:"type"` // always "failed", so that a stream's reader knows it too
	Sentence string `json:"sentence"`
	Advice   string `json:"advice"`
}

func refuse(w http.ResponseWriter, status int, sentence, advice string) {
	reply(w, status, refusal{Type: failed, Sentence: sentence, Advice: advice})
}

// refuseFor answers with what an error has to say, and the status that fits it.
func refuseFor(w http.ResponseWriter, err error) {
	sentence, advice := sayOf(err)
	refuse(w, statusOf(err), sentence, advice)
}

// statuses are the kinds of failure as HTTP says them.
var statuses = map[failure.Kind]int{failure.Invalid: http.StatusBadRequest, failure.NotFound: http.StatusNotFound, failure.Conflict: http.StatusConflict,
	failure.Refused: http.StatusForbidden, failure.Unusable: http.StatusUnprocessableEntity, failure.Busy: http.StatusServiceUnavailable,
	failure.Unavailable: http.StatusServiceUnavailable, failure.TooLarge: http.StatusRequestEntityTooLarge, failure.Unreadable: http.StatusUnprocessableEntity}

func statusOf(err error) int {
	var problem *source.Problem
	if errors.As(err, &problem) {
		return http.StatusBadGateway
	}
	if f := failure.Of(err); f != nil {
		return statuses[f.Kind]
	}
	return http.StatusInternalServerError
}
