package resource

import (
	"context"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/casebook/alike"
	"github.com/faultline-investigation/faultline/pkg/casebook/practice"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

var practiceBody = body{most: entryBytes, what: "an answer to a practice", advice: `Send {"id": "...", "service": "...", "why": "...", "asked": [], "spent": {}}.`,
	smaller: "Say in fewer words why."}

// practise gives a case without anything that was found in it.
func (h *cases) practise(w http.ResponseWriter, r *http.Request, book *casebook.Casebook) {
	saved, err := readOnceKept(r.Context(), book, r.PathValue("id"), r.URL.Query().Get("wait") != "")
	if err != nil {
		refuseFor(w, err)
		return
	}
	if len(saved.Case.Steps) == 0 {
		refuse(w, http.StatusConflict, "There is nothing to practise on: the case's investigation has not come to its end.", "Wait for it, or investigate again.")
		return
	}
	answerWith(w, http.StatusOK, practice.Hidden(saved), nil)
}

// Grafana takes a second or more to keep what an investigation found, and the page asks as soon as that has ended.
const (
	keptWithin     = 15 * time.Second
	readAgainAfter = time.Second
)

// readOnceKept is a case, for those who wait once what was found is kept in it, or as it is when that has taken too long.
func readOnceKept(ctx context.Context, book *casebook.Casebook, id string, wait bool) (*incident.SavedCase, error) {
	saved, err := book.Read(ctx, id)
	for until := time.Now().Add(keptWithin); wait && err == nil && len(saved.Case.Steps) == 0 && time.Now().Before(until); {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(readAgainAfter):
		}
		saved, err = book.Read(ctx, id)
	}
	return saved, err
}

// reveal gives what one step found.
func (h *cases) reveal(w http.ResponseWriter, r *http.Request, book *casebook.Casebook) {
	saved, err := book.Read(r.Context(), r.PathValue("id"))
	if err != nil {
		refuseFor(w, err)
		return
	}
	step := practice.Revealed(saved, r.PathValue("phase")+"/"+r.PathValue("step"))
	if step == nil {
		refuse(w, http.StatusNotFound, "There is no such step to ask for.", "The practice lists those there are.")
		return
	}
	answerWith(w, http.StatusOK, step, nil)
}

// score compares an answer with the verdict and the truth. Who may write gets the sheet kept in the case's log.
func (h *cases) score(w http.ResponseWriter, r *http.Request, book *casebook.Casebook) {
	var answer incident.PracticeAnswer
	if !practiceBody.read(w, r, &answer) {
		return
	}
	if wrong := practice.Check(answer); wrong != "" {
		refuse(w, http.StatusBadRequest, wrong, practiceBody.advice)
		return
	}
	saved, err := book.Read(r.Context(), r.PathValue("id"))
	if err != nil {
		refuseFor(w, err)
		return
	}
	sheet := practice.Score(saved, answer, h.environment.Truth(), alike.EndOf(saved).Fix)
	if roleOf(backend.PluginConfigFromContext(r.Context()).User) >= editor {
		sheet.Kept = true
		if _, err := book.Practised(r.Context(), saved.ID, sheet, authorOf(r)); err != nil {
			refuseFor(w, err)
			return
		}
	}
	answerWith(w, http.StatusOK, sheet, nil)
}

// unseen is an event of an investigation that somebody practises on: that it goes on, and nothing of what it finds.
func unseen(e investigate.Event) (investigate.Event, bool) {
	switch e.Type {
	case investigate.Done:
		c := e.Case
		return investigate.Event{Type: e.Type, Case: &incident.Case{Version: c.Version, Environment: c.Environment, Subject: c.Subject, Window: c.Window,
			Started: c.Started, Steps: []incident.StepResult{}}}, true
	case investigate.StepEnded:
		return e, false
	default:
		return e, true
	}
}
