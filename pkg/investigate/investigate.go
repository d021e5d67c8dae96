// Package investigate runs the steps of an investigation: each as soon as what it needs is known, so that the whole
// takes as long as the longest chain of questions that depend on each other.
package investigate

import (
	"context"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Limits bound what a run asks of the stores.
type Limits struct {
	Concurrency     int           // questions at the stores at one time
	Questions       int           // questions of a whole run
	QuestionTimeout time.Duration // for one answer
	Bytes           int64         // of all answers of a run; 0 means that of DefaultLimits
}

// DefaultLimits are the limits where no others are set.
func DefaultLimits() Limits {
	return Limits{Concurrency: 8, Questions: 80, QuestionTimeout: 10 * time.Second, Bytes: 256 << 20}
}

// Options set up a run.
type Options struct {
	Limits Limits           // the zero value means DefaultLimits
	Steps  []phase.Step     // nil means All, with the request's checks
	Now    func() time.Time // nil means the clock
	// Longest is for how long the run may go on; 0 means the constant Longest.
	Longest time.Duration
}

// Longest is for how long a run may go on where Options set no other time. It is far more than the stores take for the longest
// chain of queries, each within its own time.
const Longest = 5 * time.Minute

// Run investigates. It calls notify for every event, one at a time and from the caller's goroutine, and gives the case
// when every step has ended. A canceled ctx ends the run early, and so does the time that a run may take: what was not looked
// at by then is not checked, and says so. The only error is an Invalid *failure.Failure; nothing has been notified then.
func Run(ctx context.Context, request Request, querier source.Querier, o Options, notify func(Event)) (*incident.Case, error) {
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits()
	}
	if o.Limits.Bytes == 0 {
		o.Limits.Bytes = DefaultLimits().Bytes
	}
	if o.Steps == nil {
		o.Steps = All(request.Knowledge.Checks...)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	request, err := request.complete(o.Now())
	if err != nil {
		return nil, err
	}
	o.Steps = within(request.Subject.Scope, request.among(o.Steps))
	if o.Longest == 0 {
		o.Longest = Longest
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Longest, &overlong{o.Longest})
	defer cancel()
	ctx, observation := observe(ctx, request)
	r := newRun(ctx, request, querier, o, notify)
	r.observation = observation
	defer r.asker.end()
	defer func() { observation.ended(ctx, r.facts, r.stores) }() // where something panics
	r.start()
	r.loop()
	return r.finish(), nil
}

// run is the state of one investigation. Only the caller's goroutine touches it; questions come back over a channel.
type run struct {
	ctx     context.Context //nolint:containedctx // a run lives as long as its context, and no longer
	notify  func(Event)
	asker   *asker
	began   time.Time
	facts   *incident.Case
	steps   []*running
	answers chan arrived
	sent    map[string]time.Duration // of each distinct question, how long the chain before it took the stores
	doubts  map[incident.Fact]doubt  // why a fact that is known may lack something

	observation *observation
	stores      int // steps that could not look because a store, or Faultline, failed
}

// running is a step with what has become of it.
type running struct {
	phase.Step
	began   time.Time
	started bool
	told    bool                 // that it is waiting for answers
	result  *incident.StepResult // nil until the step has ended
	order   []string             // names of its questions
	answers source.Answers
	rounds  int           // of further questions
	inVain  string        // title of the step that found none of what this one needs
	chain   time.Duration // how long the stores took for the longest chain of questions that it waited for, and for its own

	ctx  context.Context //nolint:containedctx // of its queries, in the trace of the run
	span trace.Span
}

// arrived is an answer for a step.
type arrived struct {
	step   *running
	answer source.Answer
}

func newRun(ctx context.Context, request Request, querier source.Querier, o Options, notify func(Event)) *run {
	r := &run{ctx: ctx, notify: notify, asker: newAsker(querier, o.Limits), began: time.Now(), answers: make(chan arrived), sent: map[string]time.Duration{}, doubts: map[incident.Fact]doubt{}}
	r.facts = &incident.Case{Version: incident.DocumentVersion, Environment: request.Environment, Naming: request.Naming, Subject: request.Subject,
		Window: request.Window, Knowledge: request.Knowledge, Started: o.Now().UTC(), Steps: []incident.StepResult{},
		Verdict: incident.Verdict{Level: incident.NoClearCause, Sentence: "No verdict yet.", Statement: "No verdict yet.", Candidates: []incident.Candidate{},
			Chain: []incident.Link{}, Normal: []string{}, Unchecked: []string{}}}
	for _, s := range o.Steps {
		r.steps = append(r.steps, &running{Step: s})
	}
	return r
}

func (r *run) start() {
	plan := make([]PlannedStep, len(r.steps))
	for i, s := range r.steps {
		plan[i] = PlannedStep{Phase: s.Phase, ID: s.ID, Title: s.Title}
	}
	snapshot := *r.facts
	r.notify(Event{Type: Started, Case: &snapshot, Plan: plan, Investigation: r.observation.id})
}

// loop starts what can start and takes answers until every step has ended.
func (r *run) loop() {
	for {
		for r.advance() {
		}
		if r.unanswered() == 0 {
			return
		}
		r.tellRunning()
		a := <-r.answers
		a.step.answers[a.answer.Question.Name] = a.answer
		a.step.chain = max(a.step.chain, r.sent[keyOf(a.answer.Question)]+a.answer.Elapsed)
		if len(a.step.answers) == len(a.step.order) {
			r.goOn(a.step)
		}
	}
}

// advance starts or ends the first step that can be; it says whether there was one.
func (r *run) advance() bool {
	for _, s := range r.steps {
		if s.started || s.result != nil {
			continue
		}
		if fact, missing := r.unmet(s); missing {
			s.chain = r.chainBefore(s)
			reading, inVain := r.because(fact)
			s.inVain = inVain
			r.end(s, reading)
			return true
		}
		if r.ready(s) {
			r.begin(s)
			return true
		}
	}
	return false
}

// tellRunning says which steps have started to wait since it last did.
func (r *run) tellRunning() {
	var keys []string
	for _, s := range r.steps {
		if s.started && s.result == nil && !s.told {
			s.told = true
			keys = append(keys, s.Key())
		}
	}
	if len(keys) > 0 {
		r.notify(Event{Type: Running, Keys: keys})
	}
}

func (r *run) unanswered() int {
	n := 0
	for _, s := range r.steps {
		if s.started && s.result == nil {
			n++
		}
	}
	return n
}

// begin plans a step and sends its questions.
func (r *run) begin(s *running) {
	s.started, s.began, s.answers, s.chain = true, time.Now(), source.Answers{}, r.chainBefore(s)
	r.observeStep(s)
	if r.ctx.Err() != nil {
		r.end(s, notChecked(ended(r.ctx, "")))
		return
	}
	questions, err := plan(s.Step, s.View(r.facts))
	if err != nil {
		r.end(s, notChecked(err))
		return
	}
	r.send(s, questions)
	if len(questions) == 0 {
		r.goOn(s)
	}
}

// end records a step's result and what it learned.
func (r *run) end(s *running, reading phase.Reading) {
	reading = writable(reading)
	s.started = true
	s.result = &incident.StepResult{Phase: s.Phase, ID: s.ID, Title: s.Title, Outcome: reading.Outcome, Reason: reading.Reason,
		Advice: reading.Advice, Root: reading.Root, Findings: reading.Findings, Queries: []incident.Query{}}
	if s.result.Findings == nil {
		s.result.Findings = []incident.Finding{}
	}
	r.stepEnded(s, reading)
	identify(s.result.Findings)
	detach(s.result.Findings)
	s.result.Notes = r.notesOf(s, reading)
	for _, name := range s.order {
		s.result.Queries = append(s.result.Queries, s.answers[name].Query())
	}
	if !s.began.IsZero() {
		s.result.Milliseconds = time.Since(s.began).Milliseconds()
	}
	if reading.Learn != nil {
		reading.Learn(&r.facts.Facts)
	}
	r.facts.Steps = r.results()
	cost := r.asker.costs(r.began)
	r.notify(Event{Type: StepEnded, Step: s.result, Cost: &cost, Facts: learned(reading)})
	s.answers = nil // they were read, and can be large
}

// identify gives findings whose step did not say what they are of their place as id, which is unique in the step.
func identify(findings []incident.Finding) {
	for i := range findings {
		if findings[i].ID == "" {
			findings[i].ID = strconv.Itoa(i + 1)
		}
	}
}

// detach copies what findings point to of the case that their step saw: an interval that is the case's window would keep all its facts
// in memory for as long as the finding.
func detach(findings []incident.Finding) {
	for i := range findings {
		for _, window := range []**incident.Window{&findings[i].Interval, &findings[i].Baseline} {
			if *window != nil {
				*window = new(**window)
			}
		}
	}
}

// learned are the facts of one reading, for whoever follows the run.
func learned(reading phase.Reading) *incident.Facts {
	if reading.Learn == nil {
		return nil
	}
	facts := &incident.Facts{}
	reading.Learn(facts)
	facts.Example = nil
	lean := facts.Lean()
	return &lean
}

// results are the ended steps in the order of reading.
func (r *run) results() []incident.StepResult {
	results := []incident.StepResult{}
	for _, s := range r.steps {
		if s.result != nil {
			results = append(results, *s.result)
		}
	}
	return results
}

func (r *run) finish() *incident.Case {
	r.facts.Cost = r.asker.costs(r.began)
	r.facts.Cost.ChainMilliseconds = r.longestChain().Milliseconds()
	if v := r.facts.Facts.Verdict; v != nil {
		looked(r.facts.Steps, v)
		stored(r.facts.Steps, v)
		r.facts.Verdict = *v
		for i, c := range v.Candidates {
			v.Candidates[i].Owner = r.facts.Knowledge.OwnerOf(c.Service)
		}
	} else {
		r.facts.Verdict.Sentence = "No verdict: nothing that it could rest on was read."
		r.facts.Verdict.Statement = r.facts.Verdict.Sentence
	}
	r.observation.ended(r.ctx, r.facts, r.stores) // whoever sees the end finds it in the metrics
	r.facts.Facts = r.facts.Facts.Lean()
	r.notify(Event{Type: Done, Case: r.facts})
	return r.facts
}
