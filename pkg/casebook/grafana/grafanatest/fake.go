// Package grafanatest is a FAKE of the few addresses of Grafana's HTTP API that cases are kept through, for tests where no
// Grafana can be had. Statuses, bodies and the order of checks are those of Grafana 12.3.0's source; in particular it
// compares a dashboard's version first and writes it afterwards, so that of two writers at the same instant both can
// succeed. It holds one organization and knows one token.
package grafanatest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Token is the one that the fake accepts.
const Token = "a-token"

// Grafana is the fake; it is an http.Handler.
type Grafana struct {
	// WriteTakes is how long a write takes after its version was compared.
	WriteTakes time.Duration
	// Refuse, when set, answers instead of the fake: a status other than 0.
	Refuse func(*http.Request) int

	mux         *http.ServeMux
	mu          sync.Mutex
	folders     map[string]map[string]any
	dashboards  map[string]stored
	annotations []map[string]any
	conflicts   int
}

type stored struct {
	version   int64
	dashboard map[string]any
	folder    string
}

// New makes an empty Grafana.
func New() *Grafana {
	g := &Grafana{mux: http.NewServeMux(), folders: map[string]map[string]any{}, dashboards: map[string]stored{}}
	g.mux.HandleFunc("GET /api/org", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, map[string]any{"id": 1, "name": "Main Org."})
	})
	g.mux.HandleFunc("GET /api/folders/{uid}", g.readFolder)
	g.mux.HandleFunc("POST /api/folders", g.makeFolder)
	g.mux.HandleFunc("GET /api/dashboards/uid/{uid}", g.read)
	g.mux.HandleFunc("DELETE /api/dashboards/uid/{uid}", g.remove)
	g.mux.HandleFunc("POST /api/dashboards/db", g.save)
	g.mux.HandleFunc("GET /api/search", g.search)
	g.mux.HandleFunc("GET /api/access-control/user/permissions", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, map[string]any{}) })
	g.mux.HandleFunc("GET /api/annotations", g.listAnnotations)
	g.mux.HandleFunc("POST /api/annotations", g.annotate)
	g.mux.HandleFunc("PATCH /api/annotations/{id}", g.reannotate)
	return g
}

// ServeHTTP implements http.Handler.
func (g *Grafana) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+Token {
		answer(w, http.StatusUnauthorized, map[string]any{"message": "Invalid API key"})
		return
	}
	if g.Refuse != nil {
		if status := g.Refuse(r); status != 0 {
			answer(w, status, map[string]any{"message": "refused for the test"})
			return
		}
	}
	g.mux.ServeHTTP(w, r)
}

// Dashboard gives a dashboard as it is stored, and whether it is there.
func (g *Grafana) Dashboard(uid string) (map[string]any, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	d, there := g.dashboards[uid]
	return d.dashboard, there
}

// Put stores a dashboard as somebody else may have made it.
func (g *Grafana) Put(uid string, dashboard map[string]any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.dashboards[uid] = stored{version: 1, dashboard: dashboard}
}

// Annotations gives all annotations.
func (g *Grafana) Annotations() []map[string]any {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.annotations)
}

// Conflicts is how often a write met a newer version.
func (g *Grafana) Conflicts() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.conflicts
}

func (g *Grafana) readFolder(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f, there := g.folders[r.PathValue("uid")]; there {
		answer(w, 200, f)
		return
	}
	answer(w, 404, map[string]any{"message": "folder not found"})
}

func (g *Grafana) makeFolder(w http.ResponseWriter, r *http.Request) {
	var f map[string]any
	if json.NewDecoder(r.Body).Decode(&f) != nil {
		answer(w, 400, map[string]any{"message": "bad request data"})
		return
	}
	uid, _ := f["uid"].(string)
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, there := g.folders[uid]; there {
		answer(w, 412, map[string]any{"message": "the folder has been changed by someone else"})
		return
	}
	g.folders[uid] = f
	answer(w, 200, f)
}

func (g *Grafana) read(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	d, there := g.dashboards[r.PathValue("uid")]
	g.mu.Unlock()
	if !there {
		answer(w, 404, map[string]any{"message": "Dashboard not found"})
		return
	}
	answer(w, 200, struct {
		Meta      map[string]any `json:"meta"`
		Dashboard map[string]any `json:"dashboard"`
	}{map[string]any{"version": d.version, "folderUid": d.folder}, d.dashboard})
}

func (g *Grafana) remove(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, there := g.dashboards[r.PathValue("uid")]; !there {
		answer(w, 404, map[string]any{"message": "Dashboard not found"})
		return
	}
	delete(g.dashboards, r.PathValue("uid"))
	answer(w, 200, map[string]any{"message": "deleted"})
}

func (g *Grafana) save(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Dashboard map[string]any `json:"dashboard"`
		FolderUID string         `json:"folderUid"`
		Overwrite bool           `json:"overwrite"`
	}
	if json.NewDecoder(r.Body).Decode(&asked) != nil || asked.Dashboard == nil {
		answer(w, 400, map[string]any{"message": "bad request data"})
		return
	}
	uid, _ := asked.Dashboard["uid"].(string)
	version, _ := asked.Dashboard["version"].(float64)
	g.mu.Lock()
	existing, there := g.dashboards[uid]
	_, hasFolder := g.folders[asked.FolderUID]
	stale := there && existing.version != int64(version) && !asked.Overwrite
	if stale {
		g.conflicts++
	}
	g.mu.Unlock()
	switch {
	case asked.FolderUID != "" && !hasFolder:
		answer(w, 400, map[string]any{"message": "folder not found"})
		return
	case stale:
		answer(w, 412, map[string]any{"status": "version-mismatch", "message": "The dashboard has been changed by someone else"})
		return
	}
	time.Sleep(g.WriteTakes)
	g.mu.Lock()
	defer g.mu.Unlock()
	next := g.dashboards[uid].version + 1
	asked.Dashboard["version"] = next
	g.dashboards[uid] = stored{version: next, dashboard: asked.Dashboard, folder: asked.FolderUID}
	answer(w, 200, map[string]any{"uid": uid, "version": next, "status": "success"})
}

func (g *Grafana) search(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	hits := []map[string]any{}
	g.mu.Lock()
	defer g.mu.Unlock()
	if asked.Get("type") == "dash-folder" {
		for _, f := range g.folders {
			hits = append(hits, f)
		}
		answer(w, 200, hits)
		return
	}
	for uid, d := range g.dashboards {
		if uids := asked["dashboardUIDs"]; len(uids) > 0 && !slices.Contains(uids, uid) {
			continue
		}
		title, _ := d.dashboard["title"].(string)
		if hasAll(d.dashboard["tags"], asked["tag"]) && strings.Contains(strings.ToLower(title), strings.ToLower(asked.Get("query"))) {
			hits = append(hits, map[string]any{"uid": uid, "title": title, "url": "/d/" + uid, "tags": d.dashboard["tags"]})
		}
	}
	slices.SortFunc(hits, func(a, b map[string]any) int {
		x, _ := a["title"].(string)
		y, _ := b["title"].(string)
		if asked.Get("sort") == "alpha-asc" {
			return cmp.Compare(x, y)
		}
		return cmp.Compare(y, x)
	})
	if limit, err := strconv.Atoi(asked.Get("limit")); err == nil && len(hits) > limit {
		hits = hits[:limit]
	}
	answer(w, 200, hits)
}

func hasAll(tags any, wanted []string) bool {
	list, _ := tags.([]any)
	for _, w := range wanted {
		if !slices.ContainsFunc(list, func(tag any) bool { return tag == w }) {
			return false
		}
	}
	return true
}

func (g *Grafana) listAnnotations(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	found := []map[string]any{}
	for _, a := range g.annotations {
		if hasAll(a["tags"], r.URL.Query()["tags"]) {
			found = append(found, a)
		}
	}
	answer(w, 200, found)
}

func (g *Grafana) annotate(w http.ResponseWriter, r *http.Request) {
	var a map[string]any
	_ = json.NewDecoder(r.Body).Decode(&a)
	g.mu.Lock()
	defer g.mu.Unlock()
	a["id"] = len(g.annotations) + 1
	g.annotations = append(g.annotations, a)
	answer(w, 200, map[string]any{"message": "Annotation added", "id": a["id"]})
}

func (g *Grafana) reannotate(w http.ResponseWriter, r *http.Request) {
	var change map[string]any
	_ = json.NewDecoder(r.Body).Decode(&change)
	id, err := strconv.Atoi(r.PathValue("id"))
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil || id < 1 || id > len(g.annotations) {
		answer(w, 404, map[string]any{"message": "Annotation not found"})
		return
	}
	for key, value := range change {
		if key != "id" {
			g.annotations[id-1][key] = value
		}
	}
	answer(w, 200, map[string]any{"message": "Annotation patched"})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone needs no answer
}
