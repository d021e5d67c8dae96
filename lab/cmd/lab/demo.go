package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/host"
	"github.com/faultline-investigation/faultline/lab/plugin"
)

// files are the folders that the page is served from.
type files struct{ plugin, page string }

// demo brings the lab up, prints one investigation, and serves the page until it is told to stop.
func demo(ctx context.Context, s settings) error {
	if s.grafana != "" {
		return demoInGrafana(ctx, s)
	}
	return withPage(ctx, s, own, func(l *lab.Lab, page *host.Host) error {
		controls, err := l.Control(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = controls.Close() }() // it complains about a file that is in nobody's way
		var partly *uncheckedError
		if err := printLab(ctx, l, s.format); err != nil && !errors.As(err, &partly) {
			return err
		}
		fmt.Fprintf(os.Stderr, "\nThe page is at %s\nThe investigation: %s\n\n"+
			"The incident goes on. In another terminal, `go tool mage fix` applies its fix and `go tool mage relapse` takes it back.\n"+
			"Prometheus %s   Loki %s   Tempo %s\nCtrl-C ends the lab.\n",
			page.URL, page.Link(l.Instance().UID, l.Request()), l.Stack.Prometheus.URL, l.Stack.Loki.URL, l.Stack.Tempo.URL)
		return untilStopped(ctx, l)
	})
}

// own is the lab's own data source and no other.
func own(l *lab.Lab) ([]plugin.Instance, error) { return []plugin.Instance{l.Instance()}, nil }

// withPage brings the lab up and serves the page of its data sources while work goes on.
func withPage(ctx context.Context, s settings, sources func(*lab.Lab) ([]plugin.Instance, error), work func(*lab.Lab, *host.Host) error) (err error) {
	listener, err := host.Listen(ctx, s.listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // the page has closed it already where there was one
	l, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Stop()) }()
	instances, err := sources(l)
	if err != nil {
		return err
	}
	page, err := host.Start(listener, host.Options{Backend: l.Backend, Instances: instances, Alerts: []host.FiringAlert{firing(l)}, Plugin: s.files.plugin, Page: s.files.page})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, page.Close()) }()
	return work(l, page)
}

// firing is the scenario's alert as a rule of Grafana's would fire it: it had to hold for five minutes before it paged.
func firing(l *lab.Lab) host.FiringAlert {
	alert := l.Scenario.Alert()
	summary := fmt.Sprintf("%s of %s: %.1f %% of requests fail, the limit is %.0f %%", alert.Operation, alert.Service, 100*alert.Value, 100*alert.Threshold)
	return host.FiringAlert{Labels: alert.Labels, Annotations: map[string]string{"summary": summary}, Since: l.Generator.Alert(), Value: alert.Value}
}

// untilStopped waits until the lab is to end, or one of its stores has ended by itself.
func untilStopped(ctx context.Context, l *lab.Lab) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-l.Stack.Failed():
		return err
	}
}
