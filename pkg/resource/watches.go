package resource

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/watch"
)

const watchEvery = 10 * time.Second

// watches are the recoveries that this process watches: one for each case whose fix was applied, however many look on. A
// watch keeps nothing that is not in the case's log or in the stores, so that the next who opens the case takes it up
// again after a restart.
type watches struct {
	environment *environment.Environment
	every       time.Duration

	mu      sync.Mutex
	running map[string]time.Time // case to the fix since which it is watched
}

// consider watches a case whose log says that a fix was applied and not yet that it stayed so. The state of the request
// is used for the stores' door only.
func (k *watches) consider(ctx context.Context, book *casebook.Casebook, s *incident.SavedCase) {
	since, due := toWatch(s)
	if !due || k.ofAnother(s) || k.environment.Recorded() {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.running[s.ID].Equal(since) {
		return
	}
	querier, err := k.environment.Querier(ctx, backend.PluginConfigFromContext(ctx).OrgID)
	if err != nil {
		return // the page shows why when it investigates
	}
	k.running[s.ID] = since
	k.environment.Go(func(ctx context.Context) {
		k.run(ctx, book, s, since, querier)
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.running[s.ID].Equal(since) {
			delete(k.running, s.ID)
		}
	})
}

// ofAnother says that a case was investigated in another environment, whose numbers are not in the stores of this one.
func (k *watches) ofAnother(s *incident.SavedCase) bool {
	return s.Case.Environment != k.environment.Name()
}

// toWatch gives the fix since which a case is to be watched.
func toWatch(s *incident.SavedCase) (time.Time, bool) {
	fix := s.Last(incident.EntryFixApplied)
	if fix == nil || time.Since(fix.When()) > watch.Longest {
		return time.Time{}, false
	}
	switch s.State() {
	case incident.CaseWatched:
		return fix.When(), true
	case incident.CaseRecovered:
		recovered := s.Last(incident.EntryRecovered)
		return fix.When(), recovered.Recovery == nil || time.Since(recovered.Recovery.Since) < watch.Over
	default:
		return time.Time{}, false
	}
}

// run looks until the recovery has stayed, was left again, or nobody waits for it any more. What it finds goes into the log
// with ids made of the fix, so that several processes that watch write one entry.
func (k *watches) run(ctx context.Context, book *casebook.Casebook, s *incident.SavedCase, since time.Time, querier source.Querier) {
	w := watch.New(s.Case, since, querier)
	ticker := time.NewTicker(k.every)
	defer ticker.Stop()
	for {
		v := w.Look(ctx, time.Now())
		if ctx.Err() != nil {
			return
		}
		book.PublishWatch(s.ID, v.State)
		k.record(ctx, book, s.ID, since, v)
		if v.State.Stage == incident.StageOver || v.State.Stage == incident.StageRelapsed || time.Since(since) > watch.Longest {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		// Somebody may have closed the case, or applied another fix.
		if now, err := book.Read(ctx, s.ID); err == nil {
			if again, due := toWatch(now); !due || !again.Equal(since) {
				return
			}
		}
	}
}

func (k *watches) record(ctx context.Context, book *casebook.Casebook, id string, since time.Time, v watch.Verdict) {
	write := func(kind incident.EntryKind, r *incident.Recovery) {
		if r == nil {
			return
		}
		entry := incident.Entry{ID: fmt.Sprintf("%s-%d", kind, since.Unix()), Kind: kind, Text: v.State.Sentence, Recovery: r}
		if _, err := book.Record(ctx, id, entry); err != nil {
			backend.Logger.FromContext(ctx).Error("What a watch found could not be saved; it is tried again", "case", id, "error", err)
		}
	}
	write(incident.EntryRecovered, v.Recovered)
	write(incident.EntryRelapsed, v.Relapsed)
}

// watch gives how far a case's recovery is, looked at now.
func (h *cases) watch(w http.ResponseWriter, r *http.Request, book *casebook.Casebook) {
	saved, err := book.Read(r.Context(), r.PathValue("id"))
	if err != nil {
		refuseFor(w, err)
		return
	}
	fix := saved.Last(incident.EntryFixApplied)
	if fix == nil {
		refuse(w, http.StatusConflict, "No fix has been applied, so there is no recovery to watch.", "Write the entry \"fix applied\" when you have.")
		return
	}
	if h.watches.ofAnother(saved) {
		refuse(w, http.StatusConflict, "The case is of the environment "+quoted(saved.Case.Environment)+", whose numbers are not in the stores of this one.",
			"Open it through the data source of that environment.")
		return
	}
	if h.environment.Recorded() {
		refuse(w, http.StatusConflict, "This environment is a recording, which ends at the alert: there is no recovery in it.",
			"To watch one, use an environment with live stores.")
		return
	}
	if time.Since(fix.When()) > watch.Longest {
		refuse(w, http.StatusConflict, "The fix was applied longer ago than a recovery is watched.", "What was seen then stands in the case's log. To see the numbers of now, investigate again.")
		return
	}
	querier, err := h.environment.Querier(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID)
	if err != nil {
		refuseFor(w, err)
		return
	}
	h.watches.consider(r.Context(), book, saved)
	answerWith(w, http.StatusOK, watch.New(saved.Case, fix.When(), querier).Look(r.Context(), time.Now()).State, nil)
}
