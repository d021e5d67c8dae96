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

// findFolder gives an empty uid when there is no such folder. It is searched for, since Grafana logs an error for a folder
// that is asked for by its uid and not there.
func (g *Store) findFolder(ctx context.Context) (string, error) {
	found, err := g.titled(ctx)
	for _, f := range found {
		if f.UID == folderUID {
			return f.UID, nil
		}
	}
	return "", err
}

// titled gives the folders whose titles are like that of the cases' folder, as far as the token may see them.
func (g *Store) titled(ctx context.Context) (found []folder, err error) {
	err = g.call(ctx, http.MethodGet, "/api/search?"+url.Values{"type": {"dash-folder"}, "query": {folderTitle}}.Encode(), nil, &found)
	return found, err
}

func (g *Store) makeFolder(ctx context.Context) (string, error) {
	err := g.call(ctx, http.MethodPost, "/api/folders", folder{UID: folderUID, Title: folderTitle}, nil)
	var answer *answerError
	if !errors.As(err, &answer) || (answer.status != http.StatusConflict && answer.status != http.StatusPreconditionFailed) {
		return folderUID, err
	}
	// Somebody has made it just now, or renamed it, or has another folder of that title.
	var ours folder
	if g.call(ctx, http.MethodGet, "/api/folders/"+folderUID, nil, &ours) == nil {
		return ours.UID, nil
	}
	found, err := g.titled(ctx)
	if err != nil {
		return "", err
	}
	for _, f := range found {
		if f.Title == folderTitle {
			return f.UID, nil
		}
	}
	return "", answer
}
