package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/faultline-investigation/faultline/lab/audit"
	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// auditOnce investigates as investigateOnce does, and prints what an independent reading of the same stores says of every number.
func auditOnce(ctx context.Context, s settings) (err error) {
	if s.elsewhere() {
		return auditStores(ctx, s)
	}
	l, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Stop()) }()
	stores := audit.Stores{Prometheus: l.Stack.Prometheus.URL, Tempo: l.Stack.Tempo.URL, Loki: l.Stack.Loki.URL}
	return auditAndPrint(ctx, l.Backend, l.Instance(), l.Request(), stores)
}

func auditStores(ctx context.Context, s settings) error {
	return withStores(s, func(backend *plugin.Backend, instance plugin.Instance, request investigate.Request) error {
		stores := s.recording.stores
		return auditAndPrint(ctx, backend, instance, request, audit.Stores{Prometheus: stores.Prometheus, Tempo: stores.Tempo, Loki: stores.Loki})
	})
}

func auditAndPrint(ctx context.Context, backend *plugin.Backend, instance plugin.Instance, request investigate.Request, stores audit.Stores) error {
	c, err := investigated(ctx, backend, instance, request)
	if err != nil {
		return err
	}
	rows, err := audit.Run(ctx, stores, c)
	if err != nil {
		return err
	}
	fmt.Println(c.Verdict.Sentence)
	if err := audit.Print(os.Stdout, rows); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	if failed := audit.Failed(rows); len(failed) > 0 {
		return fmt.Errorf("%d numbers are not what the stores hold", len(failed))
	}
	return nil
}
