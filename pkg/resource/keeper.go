package resource

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	keepWithin = time.Minute     // for saving a case, whoever still waits for it
	waitToSay  = 5 * time.Second // for which an investigation's end waits to say where it is saved
)

// keeper saves an investigation while it runs: the case is opened with its first event, so that nothing that happens to
// the run can lose it, and what was found is kept with the last. It delays no finding.
type keeper struct {
	source string
	by     incident.Author
	ctx    context.Context //nolint:containedctx // outlives the client, and ends with keepWithin
	end    context.CancelFunc
	say    func(any)
	opened chan struct{}     // closed when it is known whether the case is kept
	kept   *casebook.Keeping // nil where it is not
	// investigation is the id that the log has of the run.
	investigation string
}

// savedEvent says in an investigation's stream where it is kept.
type savedEvent struct {
	Type string `json:"type"` // "saved"

	incident.OpenedCase
}

// unsavedEvent says why it is not.
type unsavedEvent struct {
	Type     string `json:"type"` // "unsaved"
	Sentence string `json:"sentence"`
	Advice   string `json:"advice"`
}

// newKeeper gives the keeper of a request that asked for one with save=true, or nil, which keeps nothing. Who may not save,
// or cannot, is told so and gets the investigation all the same.
func newKeeper(r *http.Request, e *environment.Environment) *keeper {
	if r.URL.Query().Get("save") != "true" {
		return nil
	}
	ctx, end := context.WithTimeout(context.WithoutCancel(r.Context()), keepWithin)
	return &keeper{source: e.UID(), by: authorOf(r), ctx: ctx, end: end, opened: make(chan struct{})}
}

// begin opens the case in the background once the run has started. Where the run is about an alert, the case's log says when
// that fired; its fingerprint is empty where nobody knows it.
func (k *keeper) begin(e *environment.Environment, started investigate.Event, fingerprint string, say func(any)) {
	if k == nil {
		return
	}
	c := started.Case
	k.say, k.investigation = say, started.Investigation
	go func() {
		defer close(k.opened)
		var opened incident.OpenedCase
		var err error
		if panicked := defect.Contain("opening a case", func() { opened, err = k.open(e, c) }); panicked != nil {
			err = panicked
		}
		if err != nil {
			k.logger().Warn("An investigation is not saved", "error", err)
			sentence, advice := sayOf(err)
			say(unsavedEvent{Type: "unsaved", Sentence: sentence, Advice: advice})
			return
		}
		say(savedEvent{Type: "saved", OpenedCase: opened})
		k.fired(c.Subject.Alert, fingerprint)
	}()
}

// fired writes down when the alert fired that led here.
func (k *keeper) fired(alert *incident.Alert, fingerprint string) {
	if alert == nil || alert.Began == nil {
		return
	}
	if err := k.kept.Fired(k.ctx, fingerprint, alert.Name, *alert.Began); err != nil {
		k.logger().Error("When the alert fired could not be written into the case's log", "case", k.kept.ID(), "error", err)
	}
}

// logger names the investigation in each of its lines.
func (k *keeper) logger() log.Logger {
	return backend.Logger.FromContext(k.ctx).With("investigation", k.investigation)
}

func (k *keeper) open(e *environment.Environment, c *incident.Case) (incident.OpenedCase, error) {
	plugin := backend.PluginConfigFromContext(k.ctx)
	if roleOf(plugin.User) < editor {
		return incident.OpenedCase{}, &casebook.Failure{Kind: casebook.Refused, Sentence: "This investigation is not saved: that needs the role Editor.",
			Advice: "A colleague who has it can open the same link."}
	}
	book, err := e.Casebook(k.ctx, plugin.OrgID)
	if err != nil {
		return incident.OpenedCase{}, err
	}
	kept, opened, err := book.Keep(k.ctx, k.source, c, k.by)
	k.kept = kept
	return opened, err
}

// settle waits a moment for the case to be opened, so that the end of the stream does not come before where it is kept.
func (k *keeper) settle() {
	if k == nil || k.say == nil {
		return
	}
	select {
	case <-k.opened:
	case <-time.After(waitToSay):
	}
}

// conclude keeps what was found. A run that was broken off is not kept over what an earlier one found.
func (k *keeper) conclude(c *incident.Case, whole bool) {
	if k == nil {
		return
	}
	defer k.end()
	if k.say == nil {
		return
	}
	<-k.opened
	if k.kept == nil || c == nil || !whole {
		return
	}
	if err := k.kept.Conclude(k.ctx, c); err != nil {
		k.logger().Error("What an investigation found could not be saved", "case", k.kept.ID(), "error", err)
	}
}

// sayOf gives what an error has to say to a person.
func sayOf(err error) (sentence, advice string) {
	var problem *source.Problem
	if errors.As(err, &problem) {
		return problem.Sentence, problem.Advice
	}
	if f := failure.Of(err); f != nil {
		return f.Sentence, f.Advice
	}
	return err.Error(), reportBug
}
