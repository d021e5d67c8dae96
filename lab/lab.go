// Package lab makes the real thing run on a bare machine: real stores, an incident loaded into them and going on live,
// and the plugin's real backend between.
package lab

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/lab/standin"
	"github.com/faultline-investigation/faultline/lab/telemetry"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Options set up a lab.
type Options struct {
	Scenario string        // name of the incident
	Unseen   bool          // somebody practises on it: nothing that is printed says which it is
	Names    string        // what its metrics are called, as lab/scenarios/names has it; empty: as usual
	Backend  string        // path of the plugin's backend binary
	Progress io.Writer     // told about everything that takes long
	Log      io.Writer     // the backend's log, and what goes wrong while it runs
	Stack    stack.Options // its Progress is set from here
}

// Lab is a running lab. Stop ends it.
type Lab struct {
	*Incident

	Stack   *stack.Stack
	Backend *plugin.Backend

	status *standin.StatusPage // of the hosts outside that the scenario's services call
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
	l := &Lab{Stack: servers}
	if err := l.begin(ctx, scenario, o); err != nil {
		return nil, errors.Join(err, l.Stop())
	}
	return l, nil
}

func (l *Lab) begin(ctx context.Context, scenario scenarios.Scenario, o Options) (err error) {
	if l.status, err = standin.ServeStatusPage(ctx); err != nil {
		return err
	}
	stores := Stores{Endpoints: l.endpoints(), Tempo: l.Stack.Tempo.URL}
	called := scenario.Name()
	if o.Unseen {
		called = unseen
	}
	if l.Incident, err = play(ctx, scenario, called, stores, o.Progress, o.Log); err != nil {
		return err
	}
	l.Backend, err = plugin.StartBeside(l.Stack, o.Backend, o.Log)
	return err
}

func (l *Lab) endpoints() telemetry.Endpoints {
	return telemetry.Endpoints{Traces: l.Stack.Tempo.OTLP, Metrics: l.Stack.Prometheus.OTLP, Logs: l.Stack.Loki.OTLP}
}

// patience is how long a store may take for one answer: the lab's share their machine with the pages, the browser and whatever else
// runs there.
const patience = time.Minute

// Instance is the data source that joins the lab's stores, reached directly.
func (l *Lab) Instance() plugin.Instance {
	at := func(s *stack.Server) map[string]string { return map[string]string{"url": s.URL} }
	return plugin.Instance{Organization: 1, UID: "faultline-lab", Name: "Lab", Settings: map[string]any{
		"metrics": at(l.Stack.Prometheus), "traces": at(l.Stack.Tempo), "logs": at(l.Stack.Loki), "externals": l.Externals(),
		"limits": map[string]string{"questionTimeout": patience.String()}}, Secrets: TruthSecret(l.truth())}
}

// unseen is what an incident is called that somebody practises on.
const unseen = "that you have not seen"

func (l *Lab) truth() incident.Truth {
	truth := l.Scenario.Truth()
	return incident.Truth{Service: truth.Service, Component: truth.Component, Cause: truth.Cause}
}

// TruthSecret are secrets of a data source that say what really happened, for those who practise: no page is told them.
func TruthSecret(truth incident.Truth) map[string]string {
	text, _ := json.Marshal(truth) // texts always have JSON
	return map[string]string{"practiceTruth": string(text)}
}

// Externals are the hosts outside that the scenario's services call, all with the lab's stand-in for their status pages.
func (l *Lab) Externals() []incident.External {
	externals := []incident.External{}
	if calling, does := l.Scenario.(interface{ Outside() map[string]string }); does {
		hosts := calling.Outside()
		for _, host := range slices.Sorted(maps.Keys(hosts)) {
			externals = append(externals, incident.External{Host: host, Name: hosts[host], StatusPage: l.status.URL, Internal: true})
		}
	}
	return externals
}

// Stop ends everything the lab started.
func (l *Lab) Stop() error {
	if l.Incident != nil {
		l.Incident.Stop()
	}
	if l.Backend != nil {
		l.Backend.Stop()
	}
	var err error
	if l.status != nil {
		err = l.status.Close()
	}
	return errors.Join(err, l.Stack.Stop(context.Background()))
}
