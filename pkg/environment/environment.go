package environment

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/grafana/grafana-plugin-sdk-go/config"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/relay"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
	"github.com/faultline-investigation/faultline/pkg/source/shipped"
	"github.com/faultline-investigation/faultline/pkg/source/statuspage"
)

// Environment is one data source instance, ready to be asked. It is safe for concurrent use.
type Environment struct {
	settings Settings
	invalid  error // what is wrong with the settings; nothing is asked then
	// recording answers in the stores' place; nil where there are stores.
	recording *shipped.Recording
	client    *http.Client
	guard     guard
	app       appSwitch
	pages     *statuspage.Querier
	// relay passes alerts on; nil where no receiver is set, and where relayInvalid says what is wrong with those that are.
	relay        *relay.Relay
	relayInvalid error

	memory rememberedNames // of the names that the stores have

	opening sync.Mutex         // of what follows, so that nothing begins once Dispose has
	book    *casebook.Casebook // nil until somebody asks for it
	working defect.Group
	living  context.Context //nolint:containedctx // ends with Dispose what outlives requests
	die     context.CancelFunc
}

// doors leads each question to whom it is for.
type doors struct{ stores, pages source.Querier }

// Ask implements source.Querier.
func (d doors) Ask(ctx context.Context, q source.Question) source.Answer {
	if q.Kind == source.StatusPage {
		return d.pages.Ask(ctx, q)
	}
	return d.stores.Ask(ctx, q)
}

// New makes an environment of an instance's settings. Settings that are wrong still make one: its health check and every
// use of it say what is wrong. The error would be about the process and not about the settings; there is none today.
func New(ctx context.Context, instance backend.DataSourceInstanceSettings) (*Environment, error) {
	e := &Environment{}
	e.living, e.die = context.WithCancel(context.Background())
	if e.settings, e.invalid = ReadSettings(instance); e.invalid == nil {
		e.client, e.invalid = clientOf(ctx, instance)
	}
	if e.invalid == nil && e.settings.Recording != "" {
		e.recording, e.invalid = shipped.Open(e.settings.Recording)
	}
	e.relay, e.relayInvalid = relayOf(instance)
	e.memory.clock = e.Now
	var pages []statuspage.Page
	for _, external := range e.settings.Externals {
		pages = append(pages, statuspage.Page{Address: external.StatusPage, Internal: external.Internal})
	}
	e.pages = statuspage.New(pages...)
	return e, nil
}

// clientOf makes the client for Grafana and the stores. Of what Grafana keeps about any data source it takes over how
// connections are made, and nothing that would be sent along: credentials belong to one store each.
func clientOf(ctx context.Context, instance backend.DataSourceInstanceSettings) (*http.Client, error) {
	options, err := instance.HTTPClientOptions(ctx)
	if err != nil {
		return nil, fmt.Errorf("the connection settings cannot be read: %w", err)
	}
	options.BasicAuth, options.Header, options.SigV4, options.ForwardHTTPHeaders = nil, nil, nil, false
	timeouts := httpclient.DefaultTimeoutOptions
	timeouts.Timeout = 0 // each question has its own
	options.Timeouts = &timeouts
	client, err := httpclient.New(options)
	if err != nil {
		return nil, fmt.Errorf("the connection settings cannot be used: %w", err)
	}
	// A redirect could carry the token to whom it is not meant for.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client, nil
}

// Dispose ends what the environment does in the background. Grafana's SDK calls it when settings have changed.
func (e *Environment) Dispose() {
	e.opening.Lock()
	e.die()
	book := e.book
	e.opening.Unlock()
	if e.relay != nil {
		e.relay.Close()
	}
	_ = e.working.Wait() // what panicked has its line in the log
	if book != nil {
		book.Close()
	}
}

// Go does work that outlives the request that began it; its context ends with Dispose.
func (e *Environment) Go(work func(context.Context)) {
	e.opening.Lock()
	defer e.opening.Unlock()
	if e.living.Err() == nil {
		e.working.Go("background work", func() { work(e.living) })
	}
}

// UID is the environment's data source instance.
func (e *Environment) UID() string { return e.settings.uid }

// Now is the moment up to which there is something to look at: the present, or the last moment of a recording.
func (e *Environment) Now() time.Time {
	if e.recording != nil {
		return e.recording.At()
	}
	return time.Now()
}

// Window is the time to investigate for somebody who asks for w: of a recording the one that there is, whatever is asked for.
func (e *Environment) Window(w incident.Window) incident.Window {
	if e.recording != nil {
		return e.recording.Window
	}
	return w
}

// Recorded says that a recording answers in the stores' place.
func (e *Environment) Recorded() bool { return e.recording != nil }

// Name is what people call the environment.
func (e *Environment) Name() string { return e.settings.name }

// Limits are the limits of a run in this environment.
func (e *Environment) Limits() investigate.Limits {
	limits, err := e.settings.runLimits()
	if err != nil { // already among what is invalid
		return investigate.DefaultLimits()
	}
	return limits
}

// Querier opens the doors to the stores for a request of the given organization. It refuses with an Unusable *failure.Failure when the
// settings are wrong or the token is another organization's.
//
// It tells the names in the stores from what was found out in the last minutes.
func (e *Environment) Querier(ctx context.Context, organization int64) (source.Querier, error) {
	return e.querier(ctx, organization, false)
}

// querier is Querier; with fresh, names are asked for again.
func (e *Environment) querier(ctx context.Context, organization int64, fresh bool) (source.Querier, error) {
	if e.invalid != nil {
		return nil, &failure.Failure{Kind: failure.Unusable, Sentence: fmt.Sprintf("The settings of %s are wrong: %s.", e.settings.name, oneLine(e.invalid)),
			Advice: "Fix them on the data source's page."}
	}
	if e.recording != nil {
		return e.recording, nil
	}
	grafana, err := e.grafanaURL(ctx)
	if err != nil {
		return nil, err
	}
	if e.settings.throughGrafana() {
		if err := e.admit(ctx, grafana, organization); err != nil {
			return nil, err
		}
	}
	stores, err := httpapi.New(httpapi.Options{
		Metrics: e.settings.address(source.Metrics, grafana),
		Logs:    e.settings.address(source.Logs, grafana),
		Traces:  e.settings.address(source.Traces, grafana),
		Grafana: e.settings.grafana(grafana), Alertmanager: e.settings.address(source.Alertmanager, grafana),
		Client: e.client, AnswerBytes: e.settings.Limits.AnswerBytes,
	})
	if err != nil {
		return nil, err
	}
	return source.Observed(source.Guarded(doors{stores: remembering{Querier: stores, memory: &e.memory, fresh: fresh}, pages: e.pages})), nil
}

// admit refuses with an Unusable *failure.Failure a token of another organization, and everything where the app is disabled.
func (e *Environment) admit(ctx context.Context, grafana string, organization int64) error {
	token := e.settings.secrets[tokenSecret]
	if err := e.guard.check(ctx, e.client, grafana, token, organization); err != nil {
		return err
	}
	return e.app.check(ctx, e.client, grafana, token)
}

// grafanaURL is where this process reaches Grafana: the setting, or else Grafana's own root_url.
func (e *Environment) grafanaURL(ctx context.Context) (string, error) {
	if e.settings.GrafanaURL != "" || !e.settings.throughGrafana() {
		return e.settings.GrafanaURL, nil
	}
	return rootURL(ctx)
}

// rootURL is where Grafana says that it is.
func rootURL(ctx context.Context) (string, error) {
	root, err := config.GrafanaConfigFromContext(ctx).AppURL()
	if err != nil || root == "" {
		return "", &failure.Failure{Kind: failure.Unusable, Sentence: "It is not known where Grafana is.", Advice: "Set grafanaUrl in the data source's settings."}
	}
	return root, nil
}

func bearer(token string) http.Header {
	return http.Header{"Authorization": {"Bearer " + token}}
}

func basic(user, password string) http.Header {
	if user == "" {
		return nil
	}
	return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))}}
}
