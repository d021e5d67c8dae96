package grafana

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

const (
	folderUID   = "faultline-cases"
	folderTitle = "Investigations"
)

type folder struct {
	UID   string `json:"uid"`
	Title string `json:"title"`
}

// ensureFolder gives the uid of the folder of the cases, and makes it on first use: ours by its uid, or else one that
// people have given the same title.
func (g *Store) ensureFolder(ctx context.Context) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.folder != "" {
		return g.folder, nil
	}
	uid, err := g.findFolder(ctx)
	if err == nil && uid == "" {
		uid, err = g.makeFolder(ctx)
	}
	if err != nil {
		return "", explain(err)
	}
	g.folder = uid
	return uid, nil
}

func (g *Store) forgetFolder() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.folder = ""
}

// findFolder gives an empty uid when there is no such folder.
func (g *Store) findFolder(ctx context.Context) (string, error) {
	var found folder
	err := g.call(ctx, http.MethodGet, "/api/folders/"+folderUID, nil, &found)
	var answer *answerError
	// A token that may not see the folder gets 403, whether there is one or not; making it then says the same, or works.
	if errors.As(err, &answer) && (answer.status == http.StatusNotFound || answer.status == http.StatusForbidden) {
		return "", nil
	}
	return found.UID, err
}

func (g *Store) makeFolder(ctx context.Context) (string, error) {
	err := g.call(ctx, http.MethodPost, "/api/folders", folder{UID: folderUID, Title: folderTitle}, nil)
	var answer *answerError
	if !errors.As(err, &answer) || (answer.status != http.StatusConflict && answer.status != http.StatusPreconditionFailed) {
		return folderUID, err
	}
	// Somebody made it just now, or has another folder of that title.
	var found []folder
	if err := g.call(ctx, http.MethodGet, "/api/search?"+url.Values{"type": {"dash-folder"}, "query": {folderTitle}}.Encode(), nil, &found); err != nil {
		return "", err
	}
	for _, f := range found {
		if f.UID == folderUID || f.Title == folderTitle {
			return f.UID, nil
		}
	}
	return "", answer
}
