package main

import (
	"context"
	"fmt"
	"net"
	"os"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/host"
	"github.com/faultline-investigation/faultline/lab/plugin"
)

// serve brings the lab up and serves the page without investigating anything, for browser tests: beside the lab's own
// data source there is one whose log store is down, one whose metrics store never answers, and one that is a recording. One line
// of standard output says where.
func serve(ctx context.Context, s settings) error {
	silent, err := neverAnswering(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = silent.Close() }() // nobody waits for it any more
	down, err := nobodyThere(ctx)
	if err != nil {
		return err
	}
	sources := func(l *lab.Lab) ([]plugin.Instance, error) {
		return []plugin.Instance{l.Instance(),
			without(l, "logs", "lab-logs-down", "Lab, logs down", down),
			without(l, "metrics", "lab-metrics-silent", "Lab, metrics silent", "http://"+silent.Addr().String()),
			{Organization: 1, UID: "lab-recording", Name: "Lab, recording", Settings: map[string]any{"recording": recordedScenario}}}, nil
	}
	return withPage(ctx, s, sources, func(l *lab.Lab, page *host.Host) error {
		fmt.Fprintf(os.Stdout, "investigation: %s\n", page.Link(l.Instance().UID, l.Request()))
		return untilStopped(ctx, l)
	})
}

// without is the lab's data source with another address for one store.
func without(l *lab.Lab, signal, uid, name, address string) plugin.Instance {
	i := l.Instance()
	stores := map[string]any{signal: map[string]string{"url": address}}
	if settings, ok := i.Settings.(map[string]any); ok {
		for key, value := range settings {
			if key != signal {
				stores[key] = value
			}
		}
	}
	i.UID, i.Name, i.Settings = uid, name, stores
	return i
}

// neverAnswering accepts connections and says nothing. The kernel accepts them, so that nothing needs to run.
func neverAnswering(ctx context.Context) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("a store that never answers: %w", err)
	}
	return listener, nil
}

// nobodyThere is an address where nothing listens.
func nobodyThere(ctx context.Context) (string, error) {
	listener, err := neverAnswering(ctx)
	if err != nil {
		return "", err
	}
	return "http://" + listener.Addr().String(), listener.Close()
}
