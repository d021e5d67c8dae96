// Package lab makes the real thing run on a bare machine: real stores, an incident loaded into them and going on live,
// and the plugin's real backend between.
package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/progress"
	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/lab/standin"
	"github.com/faultline-investigation/faultline/lab/telemetry"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

const (
	seed      = 1047 // the same telemetry every time
	liveEvery = 5 * time.Second
	hour      = time.Hour
)

// Options set up a lab.
type Options struct {
	Scenario string        // name of the incident
	Names    string        // what its metrics are called, as lab/scenarios/names has it; empty: as usual
	Backend  string        // path of the plugin's backend binary
	Progress io.Writer     // told about everything that takes long
	Log      io.Writer     // the backend's log, and what goes wrong while it runs
	Stack    stack.Options // its Progress is set from here
}

// Lab is a running lab. Stop ends it.
type Lab struct {
	Stack     *stack.Stack
	Backend   *plugin.Backend
	Scenario  scenarios.Scenario
	Generator scenarios.Generator

	status   *standin.StatusPage // of the hosts outside that the scenario's services call
	stopLive context.CancelFunc
	live     chan struct{} // closed when nothing is emitted any more
}

// Start builds what is missing, starts the stores, loads the incident up to its alert, which fires now, goes on emitting
// it, and starts the backend. On an error nothing is left running.
func Start(ctx context.Context, o Options) (*Lab, error) {
	scenario, err := scenarios.Lookup(o.Scenario)
	if err != nil {
		return nil, err
	}
	if scenario, err = scenarios.Named(scenario, o.Names); err != nil {
		return nil, err
	}
	o.Stack.Progress = o.Progress
	servers, err := stack.Start(ctx, o.Stack)
	if err != nil {
		return nil, err
	}
	l := &Lab{Stack: servers, Scenario: scenario, live: make(chan struct{})}
	if err := l.begin(ctx, o); err != nil {
		close(l.live)
		return nil, errors.Join(err, l.Stop())
	}
	return l, nil
}

func (l *Lab) begin(ctx context.Context, o Options) error {
	var err error
	if l.status, err = standin.ServeStatusPage(ctx); err != nil {
		return err
	}
	l.Generator = l.Scenario.Start(time.Now(), seed)
	if err := l.load(ctx, o.Progress); err != nil {
		return err
	}
	if l.Backend, err = plugin.Start(o.Backend, o.Log); err != nil {
		return err
	}
	l.Stack.Watch(l.Backend.PID())
	// The incident outlives ctx until Stop, so that the last questions of a cancelled run still find it.
	liveCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stopLive = stop
	go func() {
		defer close(l.live)
		// Live only returns when its context ends; what fails before that is reported as it happens.
		_ = telemetry.Live(liveCtx, l.Generator, l.endpoints(), liveEvery, func(err error) {
			_, _ = fmt.Fprintf(o.Log, "live telemetry: %s\n", err)
		})
	}()
	return nil
}

func (l *Lab) load(ctx context.Context, out io.Writer) error {
	var volume telemetry.Volume
	err := progress.New(out).During("loading the incident "+l.Scenario.Name(), func() (err error) {
		if volume, err = telemetry.Load(ctx, l.Generator, l.endpoints(), nil); err != nil {
			return fmt.Errorf("the incident could not be loaded: %w", err)
		}
		return Settle(ctx, l.Stack)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Loaded %s: %d spans, %d samples, %d log lines.\n", l.Scenario.Name(),
		volume.Spans, volume.Points, volume.Lines)
	return err
}

func (l *Lab) endpoints() telemetry.Endpoints {
	return telemetry.Endpoints{Traces: l.Stack.Tempo.OTLP, Metrics: l.Stack.Prometheus.OTLP, Logs: l.Stack.Loki.OTLP}
}

// Instance is the data source that joins the lab's stores, reached directly.
func (l *Lab) Instance() plugin.Instance {
	at := func(s *stack.Server) map[string]string { return map[string]string{"url": s.URL} }
	return plugin.Instance{Organisation: 1, UID: "faultline-lab", Name: "Lab", Settings: map[string]any{
		"metrics": at(l.Stack.Prometheus), "traces": at(l.Stack.Tempo), "logs": at(l.Stack.Loki), "externals": l.Externals()}}
}

// Externals are the hosts outside that the scenario's services call, all with the lab's stand-in for their status pages.
func (l *Lab) Externals() []incident.External {
	externals := []incident.External{}
	if calling, does := l.Scenario.(interface{ Outside() map[string]string }); does {
		hosts := calling.Outside()
		for _, host := range slices.Sorted(maps.Keys(hosts)) {
			externals = append(externals, incident.External{Host: host, Name: hosts[host], StatusPage: l.status.URL})
		}
	}
	return externals
}

// Request is the investigation that the scenario's alert asks for: the hour up to it.
func (l *Lab) Request() investigate.Request {
	alert, at := l.Scenario.Alert(), l.Generator.Alert()
	return investigate.Request{Subject: incident.Subject{Service: alert.Service, Operation: alert.Operation},
		Window: incident.Window{From: at.Add(-hour), To: at}}
}

// Stop ends everything the lab started.
func (l *Lab) Stop() error {
	if l.stopLive != nil {
		l.stopLive()
	}
	<-l.live
	if l.Backend != nil {
		pid := l.Backend.PID()
		l.Backend.Stop()
		l.Stack.Unwatch(pid)
	}
	var err error
	if l.status != nil {
		err = l.status.Close()
	}
	return errors.Join(err, l.Stack.Stop(context.Background()))
}
