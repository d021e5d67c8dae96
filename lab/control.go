package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Controls lets other commands reach a running lab: it serves the two things that can be done to a scenario, and keeps a
// file that says where.
type Controls struct {
	server *http.Server
	file   string
	url    string
}

// register is what the file holds.
type register struct {
	URL string `json:"url"`
}

const controlTimeout = 5 * time.Second

// Control opens the incident's controls. The incident opened last is the one that Send reaches.
func (i *Incident) Control(ctx context.Context) (*Controls, error) {
	file, err := registerFile()
	if err != nil {
		return nil, err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("controls of the lab: %w", err)
	}
	c := &Controls{file: file, url: "http://" + listener.Addr().String(),
		server: &http.Server{Handler: i.controlHandler(), ReadHeaderTimeout: controlTimeout}}
	go func() { _ = c.server.Serve(listener) }() // ends with Close
	content, err := json.Marshal(register{URL: c.url})
	if err == nil {
		err = os.WriteFile(file, content, 0o600)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("controls of the lab: %w", err), c.server.Close())
	}
	return c, nil
}

func (i *Incident) controlHandler() http.Handler {
	mux := http.NewServeMux()
	for verb, apply := range map[string]func(time.Time) time.Time{"fix": i.Generator.Fix, "relapse": i.Generator.Relapse} {
		mux.HandleFunc("POST /"+verb, func(w http.ResponseWriter, _ *http.Request) {
			at := apply(time.Now())
			_, _ = fmt.Fprintf(w, "%s: %s at %s UTC.\n", i.titled(), verb, at.UTC().Format(time.TimeOnly))
		})
	}
	return mux
}

// titled is the scenario's title, unless somebody practises on it.
func (i *Incident) titled() string {
	if i.called == unseen {
		return "The incident " + unseen
	}
	return i.Scenario.Title()
}

// Close ends the controls and removes the file, unless it is another lab's by now.
func (c *Controls) Close() error {
	closed := c.server.Close()
	content, err := os.ReadFile(c.file)
	var r register
	if err != nil || json.Unmarshal(content, &r) != nil || r.URL != c.url {
		return closed
	}
	return errors.Join(closed, os.Remove(c.file))
}

// Send tells the running lab to do something, "fix" or "relapse", and gives its answer.
func Send(ctx context.Context, verb string) (string, error) {
	const none = "no lab is running: start one with `go tool mage demo`"
	file, err := registerFile()
	if err != nil {
		return "", err
	}
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", errors.New(none)
	}
	var r register
	if err != nil || json.Unmarshal(content, &r) != nil {
		return "", fmt.Errorf("%s cannot be read: delete it and start the lab again", file)
	}
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL+"/"+verb, nil)
	if err != nil {
		return "", fmt.Errorf("controls of the lab: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", errors.New(none)
	}
	defer func() { _ = resp.Body.Close() }()
	said, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the lab could not %s: status %d, %s", verb, resp.StatusCode, said)
	}
	return string(said), nil
}

// registerFile is where the running lab says how it is reached.
func registerFile() (string, error) {
	cache := os.Getenv("FAULTLINE_CACHE")
	if cache == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("there is no cache folder: set FAULTLINE_CACHE to one: %w", err)
		}
		cache = filepath.Join(user, "faultline", "lab")
	}
	if err := os.MkdirAll(cache, 0o700); err != nil { // #nosec G703 -- whoever sets FAULTLINE_CACHE names it
		return "", fmt.Errorf("the cache folder cannot be made: %w", err)
	}
	return filepath.Join(cache, "running.json"), nil
}
