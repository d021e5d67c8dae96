package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/progress"
	"github.com/faultline-investigation/faultline/lab/recordings"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// subject is what the command line says of the service to investigate in stores that run elsewhere.
type subject struct {
	service, operation string
	scope              incident.Scope
}

func (s *subject) flags(flags *flag.FlagSet) {
	flags.StringVar(&s.service, "service", "", "service to investigate in the stores of -prometheus, -tempo and -loki")
	flags.StringVar(&s.operation, "operation", "", "its operation as spans name it, for example \"POST /api/checkout\"; all of them unless set")
	flags.StringVar(&s.scope.Namespace, "namespace", "", "its namespace, where services of several have this name")
	flags.StringVar(&s.scope.Environment, "environment", "", "its environment, likewise")
	flags.StringVar(&s.scope.Cluster, "cluster", "", "its cluster, likewise")
}

// investigateStores investigates a service in stores that run elsewhere, and prints that.
func investigateStores(ctx context.Context, s settings) error {
	return withStores(s, func(backend *plugin.Backend, instance plugin.Instance, request investigate.Request) error {
		return investigateAndPrint(ctx, backend, instance, request, s.format)
	})
}

// withStores starts the backend, and nothing else, for what the command line asks of stores that run elsewhere.
func withStores(s settings, work func(*plugin.Backend, plugin.Instance, investigate.Request) error) error {
	if err := s.check(); err != nil {
		return err
	}
	request, err := s.request(time.Now())
	if err != nil {
		return err
	}
	instance, err := instanceOf(s.recording.stores)
	if err != nil {
		return err
	}
	backend, err := plugin.Start(s.backend, os.Stderr)
	if err != nil {
		return err
	}
	defer backend.Stop()
	return work(backend, instance, request)
}

// elsewhere says that the command line speaks of stores that run elsewhere.
func (s settings) elsewhere() bool {
	return s.recording.stores != (recordings.Stores{}) || s.subject != (subject{}) || s.recording.from != "" || s.recording.to != ""
}

// request is the investigation that the command line asks for: of the hour up to now unless it names another time.
func (s settings) request(now time.Time) (investigate.Request, error) {
	if s.subject.service == "" {
		return investigate.Request{}, errors.New("set SERVICE to the service to investigate, as its traces and metrics name it")
	}
	to, err := timeOr(s.recording.to, now.UTC().Truncate(time.Second))
	if err != nil {
		return investigate.Request{}, fmt.Errorf("TO: %w", err)
	}
	from, err := timeOr(s.recording.from, to.Add(-time.Hour))
	if err != nil {
		return investigate.Request{}, fmt.Errorf("FROM: %w", err)
	}
	return investigate.Request{Subject: incident.Subject{Scope: s.subject.scope, Service: s.subject.service, Operation: s.subject.operation},
		Window: incident.Window{From: from, To: to}}, nil
}

// instanceOf is a data source that joins the stores. A user and password in an address become basic authentication.
func instanceOf(stores recordings.Stores) (plugin.Instance, error) {
	if stores == (recordings.Stores{}) {
		return plugin.Instance{}, errors.New("set PROMETHEUS, TEMPO and LOKI to the stores' addresses, or some of them")
	}
	joined, secrets := map[string]any{}, map[string]string{}
	for _, store := range []struct{ signal, variable, address string }{
		{"metrics", "PROMETHEUS", stores.Prometheus}, {"traces", "TEMPO", stores.Tempo}, {"logs", "LOKI", stores.Loki}} {
		if store.address == "" {
			continue
		}
		at, err := url.Parse(store.address)
		if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
			return plugin.Instance{}, fmt.Errorf("%s is %q, which is not an address such as http://localhost:9090", store.variable, store.address)
		}
		user := at.User.Username()
		if password, set := at.User.Password(); set {
			secrets[store.signal+"Password"] = password
		}
		at.User = nil
		joined[store.signal] = map[string]string{"url": at.String(), "user": user}
	}
	return plugin.Instance{Organization: 1, UID: "faultline-stores", Name: "Stores", Settings: joined, Secrets: secrets}, nil
}

// investigateAndPrint runs one investigation, says on standard error that it does, and prints the case in a format.
func investigateAndPrint(ctx context.Context, backend *plugin.Backend, instance plugin.Instance, request investigate.Request, format string) error {
	c, err := investigated(ctx, backend, instance, request)
	if err != nil {
		return err
	}
	if err := formats[format](os.Stdout, c); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	return unlooked(c)
}

// investigated runs one investigation and shows on standard error that it is under way.
func investigated(ctx context.Context, backend *plugin.Backend, instance plugin.Instance, request investigate.Request) (*incident.Case, error) {
	var c *incident.Case
	err := progress.New(os.Stderr).During("investigating "+request.Subject.Service, func() (err error) {
		c, err = backend.Investigate(ctx, instance, request, func(investigate.Event) {})
		return err
	})
	return c, err
}
