package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/grafana"
	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// preparedWithin is how long a Grafana that is just starting may take to be there and to take its provisioning files.
const preparedWithin = 5 * time.Minute

// readyWithin is how long stores that are just starting may take.
const readyWithin = 5 * time.Minute

// Where load expects stores that the command line does not name.
const (
	usualPrometheus = "http://localhost:9090"
	usualLoki       = "http://localhost:3100"
	usualTempo      = "http://localhost:3200"
)

// target is what load plays an incident into, beside the stores: what somebody else runs.
type target struct {
	tempoOTLP string

	grafana   string
	workspace string
	pager     string
}

func targetOf(flags *flag.FlagSet) *target {
	var t target
	flags.StringVar(&t.tempoOTLP, "tempo-otlp", "http://localhost:4318", "load: address of Tempo's OTLP receiver")
	flags.StringVar(&t.grafana, "grafana-url", "", "load: address of a Grafana to make organizations and tokens in; GF_SECURITY_ADMIN_USER "+
		"and GF_SECURITY_ADMIN_PASSWORD name its administrator")
	flags.StringVar(&t.workspace, "workspace", "", "load: that Grafana's working directory, for tokens and the link to provisioning files")
	flags.StringVar(&t.pager, "pager", "", "load: where to listen for notifications, for example :8080")
	return &t
}

// load plays an incident into stores that run elsewhere, and goes on until it is told to stop.
func load(ctx context.Context, s settings, t target) (err error) {
	scenario, err := scenarios.Lookup(s.scenario)
	if err != nil {
		return err
	}
	if t.grafana != "" && t.workspace == "" {
		return errors.New("-workspace is missing: give the working directory of the Grafana at -grafana-url")
	}
	if t.pager != "" {
		pager, err := grafana.Listen(ctx, t.pager, os.Stderr)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, pager.Close()) }()
	}
	prometheus, loki := cmp.Or(s.recording.stores.Prometheus, usualPrometheus), cmp.Or(s.recording.stores.Loki, usualLoki)
	tempo := cmp.Or(s.recording.stores.Tempo, usualTempo)
	stores := lab.Stores{Tempo: tempo, Endpoints: telemetry.Endpoints{Metrics: prometheus + "/api/v1/otlp/v1/metrics",
		Logs: loki + "/otlp/v1/logs", Traces: t.tempoOTLP + "/v1/traces"}}
	if err := lab.Await(ctx, readyWithin, prometheus+"/-/ready", loki+"/ready", tempo+"/ready"); err != nil {
		return err
	}
	incident, err := lab.Play(ctx, scenario, stores, os.Stderr, os.Stderr)
	if err != nil {
		return err
	}
	defer incident.Stop()
	if t.grafana != "" {
		if err := t.prepare(ctx, s.provisioning); err != nil {
			return err
		}
	}
	controls, err := incident.Control(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = controls.Close() }() // it complains about a file that is in nobody's way
	fmt.Fprintln(os.Stderr, "The incident goes on until this is stopped.")
	<-ctx.Done()
	return nil
}

func (t target) prepare(ctx context.Context, provisioning string) error {
	if err := lab.Await(ctx, readyWithin, t.grafana+"/api/health"); err != nil {
		return err
	}
	client := &grafana.Client{URL: t.grafana, User: either("GF_SECURITY_ADMIN_USER", grafana.Administrator),
		Password: either("GF_SECURITY_ADMIN_PASSWORD", grafana.Administrator)}
	if err := grafana.Prepare(ctx, client, grafana.Workspace{Folder: t.workspace, Provisioning: provisioning}, preparedWithin); err != nil {
		return err
	}
	if err := client.MakeLogins(ctx); err != nil {
		return err
	}
	for _, organization := range []int64{grafana.First, grafana.Second} {
		health, err := client.Health(ctx, organization)
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "Organization %d: %s\n", organization, health)
	}
	return nil
}

// either is an environment variable, or what is usual where it is not set.
func either(name, usual string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return usual
}
