package environment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
	"github.com/faultline-investigation/faultline/pkg/casebook/freeze"
	"github.com/faultline-investigation/faultline/pkg/casebook/grafana"
	"github.com/faultline-investigation/faultline/pkg/casebook/memory"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// sourceType is the id of the data source plugin, by which panels of saved cases name it.
const sourceType = "faultline-investigation-datasource"

// Cases are the settings of the casebook; zero values mean the defaults.
type Cases struct {
	Retention string `json:"retention,omitempty"` // after which closed cases are deleted, as Go writes durations, for example "8760h"; empty keeps them
}

func (c Cases) retention() (time.Duration, error) {
	if c.Retention == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(c.Retention)
	if err != nil || d < 24*time.Hour {
		return 0, fmt.Errorf("cases.retention is %q, which is not a duration of at least 24h such as 8760h", c.Retention)
	}
	return d, nil
}

// Truth is what really happened, for those who practise; nil where nobody has said it.
func (e *Environment) Truth() *incident.Truth {
	truth, err := e.settings.truth()
	if err != nil {
		return nil // Save & test names it
	}
	return truth
}

// Masks are what is taken out of texts that are kept or handed on. The error names the pattern of the settings that cannot be used.
func (e *Environment) Masks() (*freeze.Masks, error) { return freeze.NewMasks(e.settings.Masks) }

// Casebook gives the environment's cases, for a request of the given organization: in Grafana where a token is set, and
// otherwise in this process. It refuses with an Unusable *failure.Failure as Querier does.
func (e *Environment) Casebook(ctx context.Context, organization int64) (*casebook.Casebook, error) {
	if e.invalid != nil {
		return nil, &failure.Failure{Kind: failure.Unusable, Sentence: fmt.Sprintf("The settings of %s are wrong: %s.", e.settings.name, oneLine(e.invalid)),
			Advice: "Fix them on the data source's page."}
	}
	token := e.settings.secrets[tokenSecret]
	address := ""
	if token != "" {
		var err error
		if address = e.settings.GrafanaURL; address == "" {
			if address, err = rootURL(ctx); err != nil {
				return nil, err
			}
		}
		if err := e.admit(ctx, address, organization); err != nil {
			return nil, err
		}
	}
	e.opening.Lock()
	defer e.opening.Unlock()
	if e.book != nil {
		return e.book, nil
	}
	var store casebook.Store = memory.New()
	if token != "" {
		store = grafana.New(grafana.Options{URL: address, Token: token, Client: e.client, Source: dashboard.Source{Type: sourceType, UID: e.settings.uid}})
	}
	masks, err := e.Masks()
	retention, wrong := e.settings.Cases.retention()
	if err = errors.Join(err, wrong); err != nil { // already among what is invalid
		return nil, &failure.Failure{Kind: failure.Unusable, Sentence: oneLine(err) + ".", Advice: "Fix the data source's settings."}
	}
	e.book = casebook.New(store, casebook.Options{Masks: masks, Retention: retention})
	if e.living.Err() != nil { // of a request that was under way as the settings changed
		e.book.Close()
	}
	return e.book, nil
}
