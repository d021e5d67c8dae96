package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/grafana"
	"github.com/faultline-investigation/faultline/lab/host"
)

// demoInGrafana brings the lab up with a real Grafana in the place of the page, prints one investigation, and goes on until it
// is told to stop.
func demoInGrafana(ctx context.Context, s settings) (err error) {
	listener, err := host.Listen(ctx, s.listen)
	if err != nil {
		return err
	}
	// Grafana takes the port itself; until then it is known to be free and this machine's own.
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return fmt.Errorf("port for Grafana: %w", err)
	}
	pager, err := grafana.Listen(ctx, "127.0.0.1:0", os.Stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pager.Close()) }()
	options, err := s.grafanaOptions(address, pager.URL)
	if err != nil {
		return err
	}
	l, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Stop()) }()
	g, err := grafana.Start(ctx, l.Stack, options)
	if err != nil {
		return err
	}
	controls, err := l.Control(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = controls.Close() }() // it complains about a file that is in nobody's way
	var partly *uncheckedError
	if err := printLab(ctx, l, s.format); err != nil && !errors.As(err, &partly) {
		return err
	}
	sayWhere(ctx, l, g)
	return untilStopped(ctx, l)
}

func (s settings) grafanaOptions(address, pager string) (grafana.Options, error) {
	o := grafana.Options{Home: s.grafana, Address: address, Plugin: s.files.plugin, Provisioning: s.provisioning, Pager: pager}
	for _, folder := range []*string{&o.Home, &o.Plugin, &o.Provisioning} {
		whole, err := filepath.Abs(*folder)
		if err != nil {
			return o, fmt.Errorf("folder %s: %w", *folder, err)
		}
		*folder = whole
	}
	return o, nil
}

// sayWhere prints links and logins, and what Save & test says in each organization.
func sayWhere(ctx context.Context, l *lab.Lab, g *grafana.Grafana) {
	out := os.Stderr
	fmt.Fprintf(out, "\nGrafana is at %s\n", g.URL)
	for _, organization := range []int64{grafana.First, grafana.Second} {
		health, err := g.Client.Health(ctx, organization)
		if err != nil {
			health = err.Error()
		}
		fmt.Fprintf(out, "Organization %d: %s\n  The investigation: %s\n  Dashboard: %s/d/faultline-incident-overview?orgId=%d\n",
			organization, health, g.Link(organization, l.Request()), g.URL, organization)
	}
	fmt.Fprintf(out, "Logins, with the login as password: %s", grafana.Administrator)
	for _, login := range grafana.Logins() {
		fmt.Fprintf(out, ", %s (%s of organization %d)", login.Name, strings.ToLower(login.Role), login.Organization)
	}
	fmt.Fprintf(out, "\n\nThe incident goes on. In another terminal, `go tool mage fix` applies its fix and `go tool mage relapse` takes it back.\n"+
		"The alert fires within two minutes; its notification is printed here.\n"+
		"Prometheus %s   Loki %s   Tempo %s\nCtrl-C ends the lab.\n",
		l.Stack.Prometheus.URL, l.Stack.Loki.URL, l.Stack.Tempo.URL)
}
