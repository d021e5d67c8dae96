// Package resource serves the data source's HTTP resources: what the app's pages and the command line talk to.
package resource

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// New makes the handler of an environment's resources.
func New(e *environment.Environment) backend.CallResourceHandler { return handler(e, heartbeat) }

// handler makes the handler with a sign of life at every beat of a running investigation.
func handler(e *environment.Environment, beat time.Duration) backend.CallResourceHandler {
	mux := http.NewServeMux()
	mux.Handle("POST /investigations", &investigations{environment: e, beat: beat})
	mux.Handle("GET /services", &overview{environment: e})
	mux.HandleFunc("POST /report", writeReport)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "There is no resource "+r.Method+" "+r.URL.Path+".", "See the documentation for those there are.")
	})
	return httpadapter.New(mux)
}

const (
	failed    = "failed"
	reportBug = "Please report this as a bug of Faultline."
)

// failure is why a request got nothing, for a person.
type failure struct {
	Type     string `json:"type"` // always "failed", so that a stream's reader knows it too
	Sentence string `json:"sentence"`
	Advice   string `json:"advice"`
}

func refuse(w http.ResponseWriter, status int, sentence, advice string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A client that is gone needs no answer.
	_ = json.NewEncoder(w).Encode(failure{Type: failed, Sentence: sentence, Advice: advice})
}

// refuseFor answers with what an error has to say, and the status that fits it.
func refuseFor(w http.ResponseWriter, err error) {
	var invalid *investigate.InvalidRequest
	var unusable *environment.Unusable
	switch {
	case errors.As(err, &invalid):
		refuse(w, http.StatusBadRequest, invalid.Sentence, invalid.Advice)
	case errors.As(err, &unusable):
		refuse(w, http.StatusUnprocessableEntity, unusable.Sentence, unusable.Advice)
	default:
		refuse(w, http.StatusInternalServerError, err.Error(), reportBug)
	}
}
