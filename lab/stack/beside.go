package stack

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// besideGrace is how long what runs beside the servers may take to end: more than they, as it may have children to end.
const besideGrace = 5 * time.Second

// Beside is a program that is there already and runs beside the three servers: watched like them, and ended before them.
type Beside struct {
	Name   string // as people call it
	Binary string
	Args   []string
	Env    []string // beside PATH, HOME and their like
	Folder string   // its working directory, from Folder
	URL    string   // base of its API
	Ready  string   // what a ready one answers with 200, below URL
	Within time.Duration
}

// Folder makes a folder for a program's data, which goes away with the lab.
func (s *Stack) Folder(name string) (string, error) {
	path := filepath.Join(s.folder.path, name)
	if err := os.MkdirAll(path, 0o750); err != nil {
		return "", fmt.Errorf("cannot make a data folder for %s: %w", name, err)
	}
	return path, nil
}

// StartBeside starts a program and returns once it is ready. The stack ends it with its own servers; Failed tells when it ends
// by itself. An error is a *Failure where the program failed; it does not run then.
func (s *Stack) StartBeside(ctx context.Context, b Beside) (*Server, error) {
	server, err := startServer(launch{name: b.Name, binary: b.Binary, args: b.Args, env: b.Env, folder: b.Folder, url: b.URL,
		remedy: "see that it can be executed on this machine"}, s.watchdog)
	if err != nil {
		return nil, err
	}
	ready := []probe{{what: "readiness", method: http.MethodGet, url: b.URL + b.Ready, accepts: isOK}}
	if err := server.awaitReady(ctx, ready, b.Within); err != nil {
		_ = server.Kill() // what it has to say is said
		return nil, err
	}
	s.besideMu.Lock()
	defer s.besideMu.Unlock()
	s.beside = append(s.beside, server)
	go s.report(server)
	return server, nil
}

// stopBeside ends what runs beside the servers, while they still answer it.
func (s *Stack) stopBeside(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, besideGrace)
	defer cancel()
	s.besideMu.Lock()
	defer s.besideMu.Unlock()
	for _, server := range s.beside {
		if err := server.Stop(ctx); err != nil {
			return err
		}
	}
	return nil
}
