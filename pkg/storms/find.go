package storms

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jellydator/ttlcache/v3"

	"github.com/faultline-investigation/faultline/pkg/callgraph"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/storm"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	within       = 28 * time.Second // for the whole answer; many proxies give up after 30 s
	lastBegin    = 18 * time.Second // until which a round of investigations may begin
	atOnce       = 3                // investigations of one round
	mostOfAll    = 6                // investigations of one storm
	mostAlerts   = 500
	present      = 2 * time.Minute  // how far from now a moment may lie that Alertmanager, which has no memory, is asked about
	beforeAlerts = 10 * time.Minute // before the first alert, what is compared with ends: a rule averages over minutes, and waits
	rememberedIn = 15 * time.Minute
	mostStorms   = 20 // remembered at one time
)

// Environment is where storms are looked at; *environment.Environment is one.
type Environment interface {
	runs.Environment
	// Now is the moment up to which there is something to look at.
	Now() time.Time
}

// Storms looks at storms. It is safe for concurrent use.
type Storms struct {
	environment Environment
	runs        *runs.Runs
	known       *ttlcache.Cache[int64, *remembered] // the last storm of each organization
	look        look
}

// look investigates a service.
type look func(ctx context.Context, organization int64, subject incident.Subject, window incident.Window) (*incident.Case, error)

// New makes Storms of an environment. What it remembers ends with the runs.
func New(e Environment, r *runs.Runs) *Storms {
	s := &Storms{environment: e, runs: r, known: ttlcache.New(ttlcache.WithTTL[int64, *remembered](rememberedIn),
		ttlcache.WithCapacity[int64, *remembered](mostStorms), ttlcache.WithDisableTouchOnHit[int64, *remembered]())}
	s.look = s.run
	r.Sweep(s.known.DeleteExpired)
	return s
}

// Request is which alerts to explain.
type Request struct {
	At    time.Time      // zero for now
	Known []firing.Alert // alerts that others have read; their readers see all that the answer says
}

// Find looks for the causes of what fires, and calls notify with what is known so far whenever that is more. It takes half a minute at
// most; what has not ended then is said to be under way. The error is a *failure.Failure, or a *source.Problem where
// nothing could be read.
func (s *Storms) Find(ctx context.Context, organization int64, request Request, notify func(Storm)) (Storm, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	querier, err := s.environment.Querier(ctx, organization)
	if err != nil {
		return Storm{}, err
	}
	f := &finding{Storms: s, organization: organization, querier: querier, notify: notify, started: time.Now(), cases: map[string]*incident.Case{}}
	f.now = s.environment.Now().UTC().Truncate(time.Second)
	f.storm = Storm{At: f.now, Investigated: []Investigated{}, Problems: []string{}, Queries: []incident.Query{}}
	if !request.At.IsZero() && request.At.Before(f.now) {
		f.storm.At = request.At.UTC().Truncate(time.Second)
	}
	if err := f.readAlerts(ctx, request.Known); err != nil {
		return Storm{}, err
	}
	if err := f.readGraph(ctx); err != nil {
		return Storm{}, err
	}
	f.explain()
	f.investigate(ctx)
	f.storm.Done = true
	f.explain()
	return f.storm, nil
}

// finding is one storm while it is looked at.
type finding struct {
	*Storms

	organization int64
	querier      source.Querier
	notify       func(Storm)
	started      time.Time
	now          time.Time
	storm        Storm
	alerts       []storm.Alert
	graph        *storm.Graph
	cases        map[string]*incident.Case // by investigated service
	causes       []Cause
}

func (f *finding) most() time.Duration { return f.environment.Limits().QuestionTimeout }

// readAlerts reads what fires from all who know. The error says that nobody could be asked.
func (f *finding) readAlerts(ctx context.Context, known []firing.Alert) error {
	alerts, answers, err := firing.At(ctx, f.querier, f.most(), f.storm.At)
	if err != nil {
		return err
	}
	if alerts, begins, err := firing.Begun(ctx, f.querier, f.most(), f.storm.At, alerts); err == nil {
		known = append(slices.Clone(known), alerts...)
		answers = append(answers, begins...)
	}
	if f.now.Sub(f.storm.At) <= present {
		told, answer := firing.InAlertmanager(ctx, f.querier, f.most())
		known = append(known, told...)
		if answer.Problem == nil || answer.Problem.Kind != source.Unconfigured {
			answers = append(answers, answer)
		}
	}
	f.note(answers)
	if answers[0].Problem != nil && answers[1].Problem != nil && len(known) == 0 {
		return answers[0].Problem
	}
	known = slices.DeleteFunc(known, func(a firing.Alert) bool { return firing.Serviceless(a.Name) })
	f.storm.Alerts = append([]firing.Alert{}, firing.Joined(known)...)
	f.storm.LeftOut = max(0, len(f.storm.Alerts)-mostAlerts)
	f.storm.Alerts = f.storm.Alerts[:min(mostAlerts, len(f.storm.Alerts))]
	return nil
}

// note keeps the queries of answers, and what may be missing because of them.
func (f *finding) note(answers []source.Answer) {
	for _, a := range answers {
		f.storm.Queries = append(f.storm.Queries, a.Query())
		switch {
		case a.Problem != nil:
			f.storm.Problems = append(f.storm.Problems, fmt.Sprintf("Alerts of %s were not checked: %s", a.Question.Name, a.Problem.Error()))
		case a.Truncated || len(a.Warnings) > 0:
			f.storm.Problems = append(f.storm.Problems, fmt.Sprintf("The answer about alerts of %s is incomplete.", a.Question.Name))
		}
	}
}

// readGraph reads who calls whom, and places the alerts.
func (f *finding) readGraph(ctx context.Context) error {
	reader := callgraph.Reader{Querier: f.querier, Naming: f.environment.Naming(), Most: f.most()}
	first := f.storm.At
	for _, a := range f.fresh() {
		if a.Began.To.Before(first) && !a.Began.To.IsZero() {
			first = a.Began.To
		}
	}
	reading, err := reader.Metrics(ctx, f.storm.At, first.Add(-beforeAlerts))
	if err != nil {
		return err
	}
	f.take(reading)
	calls := reading.Calls
	f.graph = storm.NewGraph(calls)
	services := map[string]bool{}
	for _, a := range f.storm.Alerts {
		if a.Subject.Service != "" && !f.graph.Has(a.Subject.Service) {
			services[a.Subject.Service] = true
		}
	}
	if len(services) > 0 {
		traced := reader.Traces(ctx, slices.Sorted(maps.Keys(services)), incident.Window{From: f.storm.At.Add(-time.Hour), To: f.storm.At})
		f.take(traced)
		f.graph = storm.NewGraph(append(calls, traced.Calls...))
	}
	for _, a := range f.storm.Alerts {
		f.alerts = append(f.alerts, storm.Alert{ID: a.ID, Service: a.Subject.Service, Scope: a.Subject.Scope, Began: a.Began})
	}
	return nil
}

func (f *finding) take(r callgraph.Reading) {
	for _, a := range r.Answers {
		f.storm.Queries = append(f.storm.Queries, a.Query())
	}
	f.storm.Problems = append(f.storm.Problems, r.Problems...)
}

// fresh are the alerts that belong to what happens now: those whose beginning is known. What has fired for hours is explained last.
func (f *finding) fresh() []firing.Alert {
	fresh := slices.DeleteFunc(slices.Clone(f.storm.Alerts), func(a firing.Alert) bool { return a.Began.From.IsZero() })
	if len(fresh) == 0 {
		return f.storm.Alerts
	}
	return fresh
}

// investigate investigates in rounds: the deepest of the services whose alerts are not explained yet. Those that stand for others come
// before those that stand for themselves.
func (f *finding) investigate(ctx context.Context) {
	for len(f.cases) < mostOfAll && ctx.Err() == nil && time.Since(f.started) < lastBegin {
		next := f.next()
		if len(next) == 0 {
			return
		}
		f.round(ctx, next[:min(len(next), atOnce, mostOfAll-len(f.cases))])
		f.explain()
	}
	if next := f.next(); len(next) > 0 {
		f.storm.Problems = append(f.storm.Problems, fmt.Sprintf("%s not investigated: %s. A storm is given %d investigations, and half a minute.",
			wording.Counted(len(next), "more service was", "more services were"), wording.List(next[:min(len(next), atOnce)]), mostOfAll))
	}
}

// next are the services to investigate: first for alerts that began lately.
func (f *finding) next() []string {
	left := f.unnamed()
	var fresh, others []storm.Alert
	for i, a := range f.alerts {
		switch _, begun := f.cases[a.Service]; {
		case begun || !left[a.ID] || a.Service == "":
		case f.storm.Alerts[i].Began.From.IsZero():
			others = append(others, a)
		default:
			fresh = append(fresh, a)
		}
	}
	next := f.graph.Deepest(fresh)
	if len(next) == 0 {
		next = f.graph.Deepest(others)
	}
	var services []string
	for _, d := range next {
		if d.Reached > 1 || next[0].Reached == 1 {
			services = append(services, d.Service)
		}
	}
	return services
}

// unnamed are the alerts for which no investigation has named a cause yet.
func (f *finding) unnamed() map[string]bool {
	left, named := map[string]bool{}, map[string]bool{}
	for _, c := range f.causes {
		named[c.ID] = c.Level != incident.NoClearCause
	}
	for _, a := range f.alerts {
		left[a.ID] = true
	}
	for _, e := range f.storm.Explained {
		if named[e.Cause] {
			delete(left, e.Alert)
		}
	}
	return left
}

// subjectOf is what to investigate of a service, and when: around the first of its alerts.
func (f *finding) subjectOf(service string) (incident.Subject, incident.Window) {
	var first *firing.Alert
	for i, a := range f.storm.Alerts {
		if a.Subject.Service == service && (first == nil || a.Began.To.Before(first.Began.To) && !a.Began.To.IsZero()) {
			first = &f.storm.Alerts[i]
		}
	}
	if first == nil || first.Began.To.IsZero() || f.storm.At.Sub(first.Began.To) > time.Hour {
		return incident.Subject{Service: service}, links.Around(f.storm.At, f.storm.At)
	}
	return incident.Subject{Service: service, Scope: first.Subject.Scope}, links.Around(first.Began.To, f.storm.At)
}

// sayOf is an error for a person.
func sayOf(err error) string {
	if known := failure.Of(err); known != nil {
		return known.Sentence
	}
	return err.Error()
}
