package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/faultline-investigation/faultline/lab/progress"
)

var alertmanagerProgram = program{
	name: "Alertmanager", file: "alertmanager", folder: "stores",
	pkg: "./cmd/alertmanager", duration: "about 1 min",
}

// StartAlertmanager builds Alertmanager once into the cache and starts it alone, with a configuration as its own program takes it. Alerts
// are posted to /api/v2/alerts below the server's URL. The stack, which holds nothing else, has to be stopped.
func StartAlertmanager(ctx context.Context, o Options, configuration string) (*Stack, *Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, nil, err
	}
	if err := checkPlatform(); err != nil {
		return nil, nil, err
	}
	binary, err := builder{root: o.Root, cache: o.Cache, progress: progress.New(o.Progress)}.ensure(ctx, alertmanagerProgram)
	if err != nil {
		return nil, nil, err
	}
	// Go takes a test's result from its cache while the files are as they were that the test itself has looked at.
	if _, err := os.ReadDir(filepath.Join(o.Root, "lab", "stack", alertmanagerProgram.folder, "cmd", "alertmanager")); err != nil {
		return nil, nil, fmt.Errorf("the program of Alertmanager is missing; check out the whole repository: %w", err)
	}
	s, err := prepare(o)
	if err != nil {
		return nil, nil, err
	}
	server, err := s.alertmanager(ctx, binary, configuration)
	if err != nil {
		return nil, nil, errors.Join(err, s.Stop(context.Background()))
	}
	return s, server, nil
}

func (s *Stack) alertmanager(ctx context.Context, binary, configuration string) (*Server, error) {
	folder, err := s.Folder(alertmanagerProgram.file)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(folder, "alertmanager.yaml")
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		return nil, fmt.Errorf("cannot write the configuration of Alertmanager: %w", err)
	}
	for range tries {
		ports, portErr := choosePorts(alertmanagerProgram.name, []int{0})
		if portErr != nil {
			return nil, portErr
		}
		var server *Server
		server, err = s.StartBeside(ctx, Beside{Name: alertmanagerProgram.name, Binary: binary, Folder: folder, URL: address(ports[0]), Ready: "/-/ready",
			Args:   []string{"--config.file=" + file, fmt.Sprintf("--web.listen-address=%s:%d", loopback, ports[0])},
			Within: s.options.ReadyWithin})
		if !lostPort(err) {
			return server, err
		}
	}
	return nil, err
}
