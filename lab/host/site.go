package host

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"github.com/faultline-investigation/faultline/lab/plugin"
)

const appID = "faultline-investigation-app"

// site is everything that is served, below its guard.
type site struct {
	Options

	app, source manifest

	mu       sync.Mutex
	contents []Content // the newest first
	page     []byte
}

// newSite reads the plugin's manifests. The error names what has not been built.
func newSite(o Options) (*site, error) {
	for _, file := range []string{filepath.Join(o.Plugin, "module.js"), filepath.Join(o.Page, "build", "host.js")} {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s is missing: run this through `go tool mage demo`, which builds it", file)
		}
	}
	app, err := readManifest(filepath.Join(o.Plugin, "plugin.json"))
	if err != nil {
		return nil, err
	}
	source, err := readManifest(filepath.Join(o.Plugin, "datasource", "plugin.json"))
	if err != nil {
		return nil, err
	}
	s := &site{Options: o, app: app, source: source}
	return s, s.add(o.Content)
}

// add has the page be about more, first of all.
func (s *site) add(c Content) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	contents := append([]Content{c}, s.contents...)
	var instances []plugin.Instance
	for _, known := range contents {
		instances = append(instances, known.Instances...)
	}
	page, err := render(maps.Clone(s.app), maps.Clone(s.source), instances)
	if err != nil {
		return err
	}
	s.contents, s.page = contents, page
	return nil
}

// metrics are those of the newest backend, at Grafana's own address for them.
func (s *site) metrics(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	b := s.contents[0].Backend
	s.mu.Unlock()
	b.ServeMetrics(w, r)
}

func (s *site) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /public/plugins/"+appID+"/", http.StripPrefix("/public/plugins/"+appID+"/", files(s.Plugin)))
	mux.Handle("GET /public/", http.StripPrefix("/public/", files(s.Page)))
	mux.HandleFunc("GET /a/"+appID, s.showPage)
	mux.HandleFunc("GET /a/"+appID+"/", s.showPage)
	mux.Handle("GET /{$}", http.RedirectHandler("/a/"+appID, http.StatusFound))
	mux.HandleFunc("/api/datasources/uid/{uid}/resources/{path...}", s.resource)
	mux.HandleFunc("GET /api/datasources/uid/{uid}/health", s.health)
	mux.HandleFunc("POST /api/ds/query", s.query)
	mux.HandleFunc("GET /api/prometheus/grafana/api/v1/alerts", s.alerts)
	mux.HandleFunc("GET /lab/notice", s.notice)
	mux.HandleFunc("GET /metrics/plugins/"+plugin.ID, s.metrics)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "The lab has no "+r.URL.Path+"; it answers for Faultline's data sources only.")
	})
	return mux
}

func (s *site) showPage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	s.mu.Lock()
	page := s.page
	s.mu.Unlock()
	_, _ = w.Write(page)
}

// served is a data source and the backend that answers for it.
type served struct {
	*plugin.Backend
	plugin.Instance
}

// instance is the data source with the uid; where there is none it has answered so already.
func (s *site) instance(w http.ResponseWriter, uid string) (served, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.contents {
		for _, i := range c.Instances {
			if i.UID == uid {
				return served{Backend: c.Backend, Instance: i}, true
			}
		}
	}
	refuse(w, http.StatusNotFound, "Data source not found")
	return served{}, false
}

// files serves a folder's files and lists none; a browser asks each time whether they have changed.
func files(folder string) http.Handler {
	serve := http.FileServer(http.Dir(folder))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if info, err := os.Stat(filepath.Join(folder, filepath.FromSlash(filepath.Clean("/"+r.URL.Path)))); err != nil || info.IsDir() { // #nosec G703 -- cleaned, it stays below the folder
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		serve.ServeHTTP(w, r)
	})
}

// refuse answers as Grafana's API does when something is wrong.
func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"message": message})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone needs no answer
}
