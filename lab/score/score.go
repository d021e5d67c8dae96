// Package score replays recorded incidents through the real backend and real stores, and says how often the true service
// was ranked first, and why.
package score

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/progress"
	"github.com/faultline-investigation/faultline/lab/recordings"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/lab/telemetry"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// window is how much time before an alert an investigation is given.
const window = time.Hour

// patience is how long a store may take for one answer: what is scored is the diagnosis, and not how busy this machine is.
const patience = "1m"

// Options set up a scoring.
type Options struct {
	Recordings string        // folder that is searched for recordings
	Backend    string        // path of the plugin's backend binary
	Quiet      bool          // also investigate stretches without a fault
	Progress   io.Writer     // told about everything that takes long
	Log        io.Writer     // the backend's log
	Stack      stack.Options // its Progress is set from here
}

// Result is everything that a scoring found out; SCORE_JSON holds it.
type Result struct {
	Recordings []Loaded   `json:"recordings"`
	Incidents  []Incident `json:"incidents"`
	Summary    Summary    `json:"summary"`
	Quiet      *Quiet     `json:"quiet,omitempty"`
	Problems   []string   `json:"problems"` // what could not be read or scored at all
}

// failed notes the incidents of a recording that were not reached. They count as not found.
func (r *Result) failed(of *recordings.Recording, because error) {
	r.Problems = append(r.Problems, fmt.Sprintf("recording %s: %s", of.Name(), because))
	for i := range of.Incidents {
		one := &of.Incidents[i]
		if !one.Truth.Nothing() && !slices.ContainsFunc(r.Incidents, func(known Incident) bool { return known.Recording == of.Name() && known.ID == one.ID }) {
			r.Incidents = append(r.Incidents, notInvestigated(of.Name(), one, because.Error()))
		}
	}
}

// notInvestigated is an incident of which nothing can be said.
func notInvestigated(recording string, one *recordings.Incident, because string) Incident {
	return Incident{Recording: recording, ID: one.ID, Fault: one.Truth.Fault, Truth: one.Truth.Service, Ranked: []string{}, Because: []string{},
		Verdict: incident.NoClearCause, Sentence: "Not investigated: " + because, Problem: because}
}

// Loaded is a recording as it was loaded.
type Loaded struct {
	Name         string   `json:"name"`
	Title        string   `json:"title"`
	ShiftSeconds float64  `json:"shiftSeconds"` // by how much every time was moved
	Spans        int      `json:"spans"`
	Lines        int      `json:"lines"`
	Samples      int      `json:"samples"`
	Derived      int      `json:"derivedSamples"`
	Refused      []string `json:"refused,omitempty"` // reasons of stores for not taking something
	LoadSeconds  float64  `json:"loadSeconds"`
}

// Incident is how one incident was judged.
type Incident struct {
	Recording            string         `json:"recording"`
	ID                   string         `json:"id"`
	Fault                string         `json:"fault"`
	Truth                string         `json:"truth"`
	Ranked               []string       `json:"ranked"` // services, best first, each once
	Place                int            `json:"place"`  // of the true service, from 1; 0 where it is not among them
	Verdict              incident.Level `json:"verdict"`
	Sentence             string         `json:"sentence"`
	OnsetErrorSeconds    *float64       `json:"onsetErrorSeconds"` // found minus true; null where none was found
	AnalysisMilliseconds int64          `json:"analysisMilliseconds"`
	StoreMilliseconds    int64          `json:"storeMilliseconds"`
	Questions            int            `json:"questions"`
	Because              []string       `json:"because"`           // of the first candidate
	RightReason          *bool          `json:"rightReason"`       // null where the first is wrong, or nothing is known of the fault's kind
	Problem              string         `json:"problem,omitempty"` // why it could not be investigated

	Case *incident.Case `json:"-"`
}

// Investigator answers what an alert asks. It is all that the truth could leak through, and takes no truth.
type Investigator interface {
	Investigate(ctx context.Context, request investigate.Request) (*incident.Case, error)
}

// Run scores every recording below the folder, one after the other, each in stores of its own.
func Run(ctx context.Context, o Options) (*Result, error) {
	found, broken, err := recordings.Find(o.Recordings)
	if err != nil {
		return nil, err
	}
	result := &Result{Recordings: []Loaded{}, Incidents: []Incident{}, Problems: []string{}}
	for _, err := range broken {
		result.Problems = append(result.Problems, err.Error())
	}
	if o.Quiet {
		result.Quiet = &Quiet{Runs: []QuietRun{}}
	}
	for _, r := range found {
		if err := scoreOne(ctx, o, r, result); err != nil {
			if ctx.Err() != nil {
				return nil, fmt.Errorf("recording %s: %w", r.Name(), err)
			}
			result.failed(r, err)
		}
	}
	result.Summary = summarise(result.Incidents)
	return result, nil
}

func scoreOne(ctx context.Context, o Options, r *recordings.Recording, into *Result) (err error) {
	o.Stack.Progress = o.Progress
	o.Stack.OnlyPast = true // a recording may hold a trace's spans in several places, which are pushed seconds apart
	servers, err := stack.Start(ctx, o.Stack)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, servers.Stop(context.Background())) }()
	// Moved by whole minutes it meets the steps and averages of questions as it did before, whatever the second is.
	shift := r.EndingAt(time.Now()).WholeMinutes()
	loaded, err := Load(ctx, r, shift, servers, o.Progress)
	if err != nil {
		return err
	}
	into.Recordings = append(into.Recordings, loaded)
	if err := replayAll(ctx, o, r, servers, shift, into); err != nil {
		return err
	}
	if !o.Quiet {
		return nil
	}
	return withBackend(o, servers, func(backend Backend) error {
		return progress.New(o.Progress).During("investigating quiet stretches of "+r.Name(), func() error { return into.Quiet.replay(ctx, backend, r, shift) })
	})
}

// replayAll investigates the incidents one after the other. One that fails is noted, and the next has a new backend.
func replayAll(ctx context.Context, o Options, r *recordings.Recording, servers *stack.Stack, shift recordings.Shift, into *Result) error {
	reporter := progress.New(o.Progress)
	for next := 0; next < len(r.Incidents); {
		if r.Incidents[next].Truth.Nothing() { // what is said of it counts among the quiet times
			next++
			continue
		}
		err := withBackend(o, servers, func(backend Backend) (err error) {
			for err == nil && next < len(r.Incidents) && !r.Incidents[next].Truth.Nothing() {
				one := &r.Incidents[next]
				next++
				var judged Incident
				err = reporter.During(fmt.Sprintf("investigating %s (%d of %d)", one.ID, next, len(r.Incidents)), func() (err error) {
					judged, err = Replay(ctx, backend, r.Name(), one, shift)
					return err
				})
				into.Incidents = append(into.Incidents, judged)
			}
			return err
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			into.Problems = append(into.Problems, fmt.Sprintf("recording %s: %s", r.Name(), err))
		}
	}
	return nil
}

func withBackend(o Options, servers *stack.Stack, do func(Backend) error) error {
	started, err := plugin.StartBeside(servers, o.Backend, o.Log)
	if err != nil {
		return err
	}
	defer started.Stop()
	return do(Backend{started, InstanceOf(servers)})
}

// Load pushes a recording into the stores, moved in time, and waits until all of it can be searched.
func Load(ctx context.Context, r *recordings.Recording, shift recordings.Shift, servers *stack.Stack, out io.Writer) (Loaded, error) {
	began := time.Now()
	loading := recordings.NewLoading(r, shift, telemetry.Endpoints{Traces: servers.Tempo.OTLP, Metrics: servers.Prometheus.OTLP, Logs: servers.Loki.OTLP})
	settling, err := lab.Unsettled(ctx, servers.Tempo.URL)
	if err != nil {
		return Loaded{}, err
	}
	loading.Sliced = settling.Pushed
	var counts recordings.Loaded
	err = progress.New(out).During("loading "+r.Name(), func() (err error) {
		if counts, err = loading.Run(ctx); err != nil {
			return err
		}
		return settling.Settle(ctx, counts.Traces)
	})
	if err != nil {
		return Loaded{}, fmt.Errorf("it could not be loaded: %w", err)
	}
	loaded := Loaded{Name: r.Name(), Title: r.Title, ShiftSeconds: time.Duration(shift).Seconds(), Spans: counts.Spans, Lines: counts.Lines,
		Samples: counts.Points, Derived: counts.Derived, Refused: counts.Refused, LoadSeconds: math.Round(time.Since(began).Seconds()*10) / 10}
	_, err = fmt.Fprintf(out, "Loaded %s: %d spans, %d log lines, %d samples and %d derived ones in %.1f s; every time moved by %s.\n", loaded.Name,
		loaded.Spans, loaded.Lines, loaded.Samples, loaded.Derived, loaded.LoadSeconds, time.Duration(shift).Round(time.Second))
	return loaded, err
}

// Backend is a running backend with the data source that joins the stores.
type Backend struct {
	*plugin.Backend
	Instance plugin.Instance
}

// Investigate asks the backend, as the page does.
func (b Backend) Investigate(ctx context.Context, request investigate.Request) (*incident.Case, error) {
	return b.Backend.Investigate(ctx, b.Instance, request, func(investigate.Event) {})
}

// InstanceOf is the data source that joins stores, reached directly.
func InstanceOf(servers *stack.Stack) plugin.Instance {
	at := func(s *stack.Server) map[string]string { return map[string]string{"url": s.URL} }
	return plugin.Instance{Organization: 1, UID: "faultline-score", Name: "Recording", Settings: map[string]any{
		"metrics": at(servers.Prometheus), "traces": at(servers.Tempo), "logs": at(servers.Loki),
		"limits": map[string]string{"questionTimeout": patience}}}
}

// RequestFor is the investigation that an alert asks for: the service, and the hour up to the alert. It sees the alert alone.
func RequestFor(alert recordings.Alert, shift recordings.Shift) investigate.Request {
	at := shift.Time(alert.At)
	return investigate.Request{Subject: incident.Subject{Service: alert.Service}, Window: incident.Window{From: at.Add(-window), To: at}}
}

// Replay investigates one incident from its alert, and then compares the result with the truth. With an error it still gives
// the incident, as one that was not investigated.
func Replay(ctx context.Context, investigator Investigator, recording string, one *recordings.Incident, shift recordings.Shift) (Incident, error) {
	if fault := one.Fault(); fault != "" {
		return notInvestigated(recording, one, fault), nil
	}
	c, err := investigator.Investigate(ctx, RequestFor(one.Alert, shift))
	if err != nil {
		return notInvestigated(recording, one, err.Error()), err
	}
	return judge(recording, one, shift, c), nil
}
