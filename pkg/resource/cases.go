package resource

import (
	"net/http"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	caseBytes  = 12 << 20 // of a case as a page sends it, before it is thinned
	entryBytes = 128 << 10
)

var (
	newCaseBody = body{most: caseBytes, what: "a case to be opened", advice: `Send {"case": {...}}, the case document.`,
		smaller: "Investigate a shorter window."}
	entryBody = body{most: entryBytes, what: "an entry of a case", advice: `Send {"id": "...", "kind": "note", "text": "..."}.`,
		smaller: "Write it in several entries, or link to a document."}
)

// cases answers everything below /cases. Viewers read, Editors write, and Admins delete.
type cases struct {
	environment *environment.Environment
	beat        time.Duration
	watches     *watches
	streams     *streamRegistry
}

func (h *cases) register(mux *router) {
	mux.Handle("GET /cases", h.with(viewer, h.list))
	mux.Handle("POST /cases", h.with(editor, h.open))
	mux.Handle("GET /cases/{id}", h.with(viewer, h.read))
	mux.Handle("DELETE /cases/{id}", h.with(admin, h.remove))
	mux.Handle("POST /cases/{id}/entries", h.with(editor, h.append))
	mux.Handle("GET /cases/{id}/watch", h.with(viewer, h.watch))
	mux.Handle("GET /cases/{id}/before", h.with(viewer, h.before))
	mux.Handle("GET /cases/{id}/practice", h.with(viewer, h.practise))
	mux.Handle("GET /cases/{id}/practice/{phase}/{step}", h.with(viewer, h.reveal))
	mux.Handle("POST /cases/{id}/practice", h.with(viewer, h.score))
	mux.Handle("GET /cases/{id}/report", h.with(viewer, h.report))
	mux.Handle("GET /cases/{id}/events", h.with(viewer, h.events))
}

// with opens the casebook for those who have the role.
func (h *cases) with(least role, serve func(http.ResponseWriter, *http.Request, *casebook.Casebook)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !allowed(w, r, least) {
			return
		}
		book, err := h.environment.Casebook(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID)
		if err != nil {
			refuseFor(w, err)
			return
		}
		serve(w, r, book)
	})
}

func (h *cases) list(w http.ResponseWriter, r *http.Request, book *casebook.Casebook) {
	asked := r.URL.Query()
	limit, _ := strconv.Atoi(asked.Get("limit")) // what is no number means the usual
	list, err := book.List(r.Context(), casebook.Filter{Service: asked.Get("service"), State: incident.CaseState(asked.Get("state")),
		Verdict: incident.Level(asked.Get("verdict")), Text: asked.Get("text"), Limit: limit})
	answerWith(w, http.StatusOK, list, err)
}

func (h *cases) open(w http.ResponseWriter, r *http.Request, book *casebook.Casebook) {
	var asked incident.NewCase
	if !newCaseBody.read(w, r, &asked) {
		return
	}
	asked.Case.Environment = h.environment.Name()
	opened, err := book.Open(r.Context(), asked.ID, h.environment.UID(), &asked.Case, authorOf(r))
	if err == nil && len(asked.Case.Steps) > 0 {
		err = book.ConcludeFor(r.Context(), opened.ID, &asked.Case, authorOf(r))
	}
	status := http.StatusCreated
	if opened.Joined {
		status = http.StatusOK
	}
	answerWith(w, status, opened, err)
}

func (h *cases) read(w http.ResponseWriter, r *http.Request, book *casebook.Casebook) {
	saved, err := book.Read(r.Context(), r.PathValue("id"))
	answerWith(w, http.StatusOK, saved, err)
}

// before gives the earlier cases that a case is like.
func (h *cases) before(w http.ResponseWriter, r *http.Request, book *casebook.Casebook) {
	found, err := book.Before(r.Context(), r.PathValue("id"))
	answerWith(w, http.StatusOK, found, err)
}

func (h *cases) remove(w http.ResponseWriter, r *http.Request, book *casebook.Casebook) {
	answerWith(w, http.StatusOK, struct{}{}, book.Delete(r.Context(), r.PathValue("id")))
}

func (h *cases) append(w http.ResponseWriter, r *http.Request, book *casebook.Casebook) {
	var asked incident.NewEntry
	if !entryBody.read(w, r, &asked) {
		return
	}
	taken, err := book.Append(r.Context(), r.PathValue("id"), asked, authorOf(r))
	if err == nil && taken.Entry.Kind == incident.EntryFixApplied {
		h.takeUp(r, book)
	}
	answerWith(w, http.StatusOK, taken, err)
}

// events streams what happens to a case until the client goes away.
func (h *cases) events(w http.ResponseWriter, r *http.Request, book *casebook.Casebook) {
	h.takeUp(r, book)
	ctx, cancel := h.streams.register(r)
	defer cancel()
	stream := newStream(w, cancel)
	stop := stream.beatEvery(h.beat)
	defer stop()
	err := book.Follow(ctx, r.PathValue("id"), authorOf(r), func(e incident.CaseEvent) { stream.send(e) })
	if err != nil && ctx.Err() == nil { // who has left before the first event needs no reason
		refuseFor(w, err)
	}
	if ctx.Err() != nil {
		stop()
		stream.farewell()
	}
}

// takeUp watches a case's recovery if there is one to watch. That it cannot is told by the request that it comes with.
func (h *cases) takeUp(r *http.Request, book *casebook.Casebook) {
	if saved, err := book.Read(r.Context(), r.PathValue("id")); err == nil {
		h.watches.consider(r.Context(), book, saved)
	}
}

// answerWith writes a value as JSON, or what an error has to say.
func answerWith(w http.ResponseWriter, status int, value any, err error) {
	if err != nil {
		refuseFor(w, err)
		return
	}
	reply(w, status, value)
}
