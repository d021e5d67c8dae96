// Package grafana keeps cases as dashboards of Grafana: org-scoped, permissioned, versioned, in Grafana's own database, and
// readable without the app.
package grafana

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Options say which Grafana, and as whom.
type Options struct {
	URL    string           // where this process reaches Grafana
	Token  string           // of a service account with the role Editor
	Client *http.Client     // must not follow redirects, which could carry the token elsewhere
	Source dashboard.Source // the data source that panels of cases ask
}

// Store is a casebook.Store in Grafana.
type Store struct {
	o      Options
	mu     sync.Mutex
	folder string // uid, once it is known
}

// New makes a store. It asks nothing yet.
func New(o Options) *Store {
	o.URL = strings.TrimRight(o.URL, "/")
	return &Store{o: o}
}

// Lasts implements casebook.Store.
func (*Store) Lasts() bool { return true }

// full is Grafana's answer about one dashboard.
type full struct {
	Meta struct {
		Version int64 `json:"version"`
	} `json:"meta"`
	Dashboard json.RawMessage `json:"dashboard"`
}

// Read implements casebook.Store.
func (g *Store) Read(ctx context.Context, id string) (*incident.SavedCase, casebook.Revision, error) {
	var found full
	if err := g.call(ctx, http.MethodGet, dashboardPath(id), nil, &found); err != nil {
		return nil, "", missing(err, id)
	}
	s, err := dashboard.Read(found.Dashboard)
	if err != nil {
		return nil, "", unreadable(id, err)
	}
	if s.ID != id { // a copy of a case is read, and is a case of its own from then on
		s.ID, s.Copied = id, true
	}
	return s, revisionOf(found.Meta.Version), nil
}

func unreadable(id string, err error) error {
	var newer *incident.NewerVersion
	if errors.As(err, &newer) {
		return &casebook.Failure{Kind: casebook.Unreadable, Sentence: "The case " + id + " was written by a newer Faultline.", Advice: "Update Faultline to work on it."}
	}
	return &casebook.Failure{Kind: casebook.Unreadable, Sentence: fmt.Sprintf("The case %s cannot be read: %s.", id, err),
		Advice: "Restore an earlier version of its dashboard: its settings list them."}
}

func revisionOf(version int64) casebook.Revision {
	return casebook.Revision(strconv.FormatInt(version, 10))
}

// saving is the body of POST /api/dashboards/db.
type saving struct {
	Dashboard *dashboard.Dashboard `json:"dashboard"`
	FolderUID string               `json:"folderUid"`
	Message   string               `json:"message"`
	Overwrite bool                 `json:"overwrite"`
}

// Write implements casebook.Store.
func (g *Store) Write(ctx context.Context, s *incident.SavedCase, was casebook.Revision) error {
	document, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encoding the case: %w", err)
	}
	if err := casebook.CheckSize(document); err != nil {
		return err
	}
	version := int64(0)
	if was != "" {
		if version, err = strconv.ParseInt(string(was), 10, 64); err != nil {
			return fmt.Errorf("revision of the case: %w", err)
		}
	}
	folder, err := g.ensureFolder(ctx)
	if err != nil {
		return err
	}
	err = g.call(ctx, http.MethodPost, "/api/dashboards/db", saving{Dashboard: dashboard.Of(s, g.o.Source, version), FolderUID: folder, Message: message(s)}, nil)
	var answer *answerError
	if errors.As(err, &answer) {
		switch {
		case answer.status == http.StatusPreconditionFailed, answer.status == http.StatusConflict:
			return casebook.WrittenBetween(s.ID)
		case answer.status == http.StatusNotFound, answer.status == http.StatusBadRequest && strings.Contains(strings.ToLower(answer.message), "folder"):
			g.forgetFolder() // it was deleted; the next try makes it anew
			return &casebook.Failure{Kind: casebook.Unavailable, Sentence: "The folder of the cases has gone.", Advice: "Try again: it is made anew."}
		}
	}
	return explain(err)
}

// message is what Grafana's list of versions shows.
func message(s *incident.SavedCase) string {
	if len(s.Entries) == 0 {
		return "Saved"
	}
	last := s.Entries[len(s.Entries)-1]
	return fmt.Sprintf("%s: %s", last.By.Name, last.Kind)
}

// Revision implements casebook.Store. Of Grafana's answer it understands no more than the part before the dashboard; the rest
// is read all the same, since Grafana logs an error for an answer that is left.
func (g *Store) Revision(ctx context.Context, id string) (casebook.Revision, error) {
	body, err := g.open(ctx, http.MethodGet, dashboardPath(id), nil)
	if err != nil {
		return "", missing(err, id)
	}
	defer func() { _ = body.Close() }()
	version, err := versionIn(json.NewDecoder(body))
	_, _ = io.Copy(io.Discard, io.LimitReader(body, mostAnswer))
	if err != nil {
		return "", notGrafana(err)
	}
	return revisionOf(version), nil
}

// versionIn reads an answer about a dashboard as far as its version.
func versionIn(answer *json.Decoder) (int64, error) {
	if _, err := answer.Token(); err != nil {
		return 0, err
	}
	for answer.More() {
		key, err := answer.Token()
		if err != nil {
			return 0, err
		}
		if key != "meta" {
			var skipped json.RawMessage
			if err := answer.Decode(&skipped); err != nil {
				return 0, err
			}
			continue
		}
		var found full
		err = answer.Decode(&found.Meta)
		return found.Meta.Version, err
	}
	return 0, errors.New("there is no meta")
}

// Exists implements casebook.Store. Grafana logs an error for a dashboard that is read and not there, and none for one that is
// searched for.
func (g *Store) Exists(ctx context.Context, id string) (bool, error) {
	var hits []hit
	if err := g.call(ctx, http.MethodGet, "/api/search?"+url.Values{"dashboardUIDs": {id}}.Encode(), nil, &hits); err != nil {
		return false, explain(err)
	}
	for _, h := range hits {
		if h.UID == id {
			return true, nil
		}
	}
	return false, nil
}

// Delete implements casebook.Store.
func (g *Store) Delete(ctx context.Context, id string) error {
	return missing(g.call(ctx, http.MethodDelete, dashboardPath(id), nil, nil), id)
}

func dashboardPath(id string) string { return "/api/dashboards/uid/" + url.PathEscape(id) }
