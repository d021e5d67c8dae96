package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/host"
	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/lab/stack"
)

// files are the folders that the page is served from.
type files struct{ plugin, page string }

// demo brings the lab up, prints one investigation, and serves the page until it is told to stop.
func demo(ctx context.Context, s settings) error {
	if s.grafana != "" {
		return demoInGrafana(ctx, s)
	}
	if err := s.check(); err != nil {
		return err
	}
	recorded, err := s.recordedFirst(ctx)
	if err != nil {
		return err
	}
	if recorded {
		return demoRecorded(ctx, s, s.stores == "recorded")
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
		sayLive(page, l)
		return untilStopped(ctx, l)
	})
}

// sayLive prints where the page of the live incident is, and what can be done with it.
func sayLive(page *host.Host, l *lab.Lab) {
	fmt.Fprintf(os.Stderr, "\nThe page is at %s\nThe investigation: %s\n\n"+
		"The incident goes on. In another terminal, `go tool mage fix` applies its fix and `go tool mage relapse` takes it back.\n"+
		"Prometheus %s   Loki %s   Tempo %s\nCtrl-C ends the lab.\n",
		page.URL, page.Link(l.Instance().UID, l.Request()), l.Stack.Prometheus.URL, l.Stack.Loki.URL, l.Stack.Tempo.URL)
}

// recordedFirst says whether to begin with the recording: when asked to, or when the stores still have to be built.
func (s settings) recordedFirst(ctx context.Context) (bool, error) {
	switch s.stores {
	case "recorded":
		if s.scenario != recordedScenario || s.names != "" {
			return false, fmt.Errorf("there is a recording of the %s alone: leave SCENARIO and NAMES out, or set STORES=live", recordedScenario)
		}
		return true, nil
	case "live":
		return false, nil
	case "":
		if s.scenario != recordedScenario || s.names != "" {
			return false, nil
		}
		built, err := stack.Built(ctx, stack.Options{})
		return !built, err
	}
	return false, fmt.Errorf("STORES is %q: set it to recorded or live, or leave it out to begin with the recording until the stores are built", s.stores)
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
	page, err := host.Start(listener, host.Options{Content: host.Content{Backend: l.Backend, Instances: instances, Alerts: []host.FiringAlert{firing(l)}}, Plugin: s.files.plugin, Page: s.files.page})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, page.Close()) }()
	return work(l, page)
}

// firing is the scenario's alert as a rule of Grafana's would fire it: it had to hold for five minutes before it paged.
func firing(l *lab.Lab) host.FiringAlert { return alertOf(l.Scenario.Alert(), l.Generator.Alert()) }

func alertOf(alert scenarios.Alert, since time.Time) host.FiringAlert {
	summary := fmt.Sprintf("%s of %s: %.1f%% of requests fail, the limit is %.0f%%", alert.Operation, alert.Service, 100*alert.Value, 100*alert.Threshold)
	return host.FiringAlert{Labels: alert.Labels, Annotations: map[string]string{"summary": summary}, Since: since, Value: alert.Value}
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
