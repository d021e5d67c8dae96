package lab

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/faultline-investigation/faultline/lab/progress"
	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/telemetry"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

const (
	seed      = 1047 // the same telemetry every time
	liveEvery = 5 * time.Second
	hour      = time.Hour
)

// Stores are where an incident is played into: the lab's own, or any others that take OTLP.
type Stores struct {
	telemetry.Endpoints

	Tempo string // base address of Tempo's API
}

// Incident is a scenario being played: its history is in the stores, and it goes on live. Stop ends it.
type Incident struct {
	Scenario  scenarios.Scenario
	Generator scenarios.Generator

	called   string // what the incident is called in what is printed
	stopLive context.CancelFunc
	live     chan struct{} // closed when nothing is emitted any more
}

// Play loads a scenario up to its alert, which fires now, and goes on emitting it until Stop. Out is told about what takes
// long, and log about what goes wrong later.
func Play(ctx context.Context, scenario scenarios.Scenario, stores Stores, out, log io.Writer) (*Incident, error) {
	return play(ctx, scenario, scenario.Name(), stores, out, log)
}

// play is Play with what the incident is called in what is printed.
func play(ctx context.Context, scenario scenarios.Scenario, called string, stores Stores, out, log io.Writer) (*Incident, error) {
	i := &Incident{called: called, Scenario: scenario, Generator: scenario.Start(time.Now(), seed), live: make(chan struct{})}
	if err := i.load(ctx, stores, out); err != nil {
		return nil, err
	}
	// The incident outlives ctx until Stop, so that the last questions of a canceled run still find it.
	liveCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	i.stopLive = stop
	go func() {
		defer close(i.live)
		// Live only returns when its context ends; what fails before that is reported as it happens.
		_ = telemetry.Live(liveCtx, i.Generator, stores.Endpoints, liveEvery, func(err error) {
			_, _ = fmt.Fprintf(log, "live telemetry: %s\n", err)
		})
	}()
	return i, nil
}

func (i *Incident) load(ctx context.Context, stores Stores, out io.Writer) error {
	settling, err := Unsettled(ctx, stores.Tempo)
	if err != nil {
		return err
	}
	var volume telemetry.Volume
	err = progress.New(out).During("loading the incident "+i.called, func() (err error) {
		if err = i.loadPast(ctx, stores.Endpoints); err != nil {
			return fmt.Errorf("the days before the incident could not be loaded: %w", err)
		}
		if volume, err = telemetry.Load(ctx, i.Generator, stores.Endpoints, settling.Pushed); err != nil {
			return fmt.Errorf("the incident could not be loaded: %w", err)
		}
		return settling.Settle(ctx, volume.Traces)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Loaded %s: %d spans, %d samples, %d log lines.\n", i.called,
		volume.Spans, volume.Points, volume.Lines)
	return err
}

// loadPast loads the metrics of earlier days, where the scenario has any.
func (i *Incident) loadPast(ctx context.Context, endpoints telemetry.Endpoints) error {
	scenario, has := i.Scenario.(story.Remembered)
	if !has {
		return nil
	}
	for _, day := range scenario.Past(i.Generator.Alert(), seed) {
		if _, err := telemetry.Load(ctx, telemetry.MetricsOf(day), endpoints, nil); err != nil {
			return err
		}
	}
	return nil
}

// Request is the investigation that the scenario's alert asks for: the hour up to it.
func (i *Incident) Request() investigate.Request {
	alert, at := i.Scenario.Alert(), i.Generator.Alert()
	return investigate.Request{Subject: incident.Subject{Service: alert.Service, Operation: alert.Operation},
		Window: incident.Window{From: at.Add(-hour), To: at}}
}

// Stop ends the telemetry. What the stores hold stays.
func (i *Incident) Stop() {
	i.stopLive()
	<-i.live
}
