package investigate

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/instrument"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

var logger = log.DefaultLogger.With("part", "investigate")

// Origin is what an investigation was begun by.
type Origin string

// The origins.
const (
	FromPage      Origin = "page"
	FromPanel     Origin = "panel" // of a dashboard, or an alert rule
	FromAlert     Origin = "alert"
	FromAssistant Origin = "assistant"
	FromStorm     Origin = "storm" // one of several services whose alerts fire together
)

// How an investigation ended, where that is not a verdict's level.
const (
	resultPartial  = "partial"  // it was to walk some phases only, and not that of the verdict
	resultCanceled = "canceled" // nobody waited for it any more
	resultTimedOut = "timed out"
)

// Why a step was not checked, where it is not the kind of a query's problem.
const (
	whyBlocked    = "blocked"      // what it needs was not found, or could not be looked for
	whyMissing    = "missing data" // the stores have no such metric, log or trace, or a setting is missing
	whyIncomplete = "incomplete"   // what was there was normal, but something may be missing
)

var (
	startedTotal = instrument.NewCounter("faultline_investigations_started_total", "investigations",
		"Investigations that began, by what began them.", instrument.LabelOf("origin", FromPage, FromPanel, FromAlert, FromAssistant, FromStorm))
	runningNow = instrument.NewGauge("faultline_investigations_running", "investigations", "Investigations that are under way.")
	runSeconds = instrument.NewHistogram("faultline_investigation_duration_seconds", "seconds",
		"Time from the start to the end of investigations, by their verdict; partial walked some phases only, without a verdict.",
		[]float64{.25, .5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300},
		instrument.LabelOf("result", string(incident.Likely), string(incident.Possible), string(incident.NoClearCause), resultPartial, resultCanceled, resultTimedOut))
	phaseLabel = instrument.LabelOf("phase", incident.Phases()...)
	stepsTotal = instrument.NewCounter("faultline_steps_total", "steps", "Steps that ended, by phase and outcome.",
		phaseLabel, instrument.LabelOf("outcome", incident.Found, incident.Clear, incident.NotChecked))
	uncheckedTotal = instrument.NewCounter("faultline_steps_not_checked_total", "steps",
		"Steps that could not look, by phase and reason: the kind of problem with a store, or what else kept them from it.",
		phaseLabel, instrument.LabelOf("reason", append([]string{whyBlocked, whyMissing, whyIncomplete}, kindsOfProblem()...)...))
)

func init() {
	instrument.NewGaugeFunc("faultline_answers_kept_bytes", "bytes", "Size of the answers that investigations keep in memory for steps that ask the same again.",
		func() float64 { return float64(keptByAll.Load()) })
	instrument.NewGaugeFunc("faultline_answers_kept_limit_bytes", "bytes",
		"Size of the kept answers from which on the largest are forgotten; each investigation may keep 1 MiB beyond it.",
		func() float64 { return keptOfAll })
}

func kindsOfProblem() []string {
	var kinds []string
	for _, k := range source.ProblemKinds() {
		kinds = append(kinds, string(k))
	}
	return kinds
}

// observation reports one investigation: in the metrics, as a span, and in the log. Its id is in all lines that are logged about it.
type observation struct {
	id     string
	began  time.Time
	span   trace.Span
	logger log.Logger
	end    func() // nil once the end was reported
}

// observe begins to report. What is done for the investigation has to use the context.
func observe(ctx context.Context, request Request) (context.Context, *observation) {
	o := &observation{id: newID(), began: time.Now(), end: runningNow.During()}
	startedTotal.Inc(string(request.Origin))
	ctx, o.span = tracing.DefaultTracer().Start(ctx, "investigation", trace.WithAttributes(
		attribute.String("faultline.investigation.id", o.id), attribute.String("faultline.investigation.origin", string(request.Origin)),
		attribute.String("faultline.environment", request.Environment), attribute.String("faultline.service", request.Subject.Service),
		attribute.String("faultline.operation", request.Subject.Operation)))
	attributes := []any{"investigation", o.id}
	if id := tracing.TraceIDFromContext(ctx, true); id != "" {
		attributes = append(attributes, "traceId", id)
	}
	ctx = log.WithContextualAttributes(ctx, attributes)
	o.logger = logger.FromContext(ctx)
	o.logger.Debug("An investigation began", "origin", request.Origin, "environment", request.Environment, "service", request.Subject.Service,
		"operation", request.Subject.Operation, "from", request.Window.From, "to", request.Window.To)
	return ctx, o
}

// newID is 16 hexadecimal digits.
func newID() string {
	var id [8]byte
	_, _ = rand.Read(id[:]) // which never fails
	return hex.EncodeToString(id[:])
}

// ended reports the end. Where a store kept steps from looking, the line in the log is a warning.
func (o *observation) ended(ctx context.Context, c *incident.Case, stores int) {
	if o.end == nil {
		return
	}
	result := resultOf(ctx, c)
	took := time.Since(o.began)
	unchecked := 0
	for _, s := range c.Steps {
		if s.Outcome == incident.NotChecked {
			unchecked++
		}
	}
	runSeconds.Observe(took.Seconds(), result)
	o.span.SetAttributes(attribute.String("faultline.result", result), attribute.Int("faultline.queries", c.Cost.Queries),
		attribute.Int("faultline.steps.not_checked", unchecked))
	o.span.End()
	o.end()
	o.end = nil
	say := o.logger.Info
	if stores > 0 && result != resultCanceled {
		say = o.logger.Warn
	}
	say("An investigation ended", "service", c.Subject.Service, "operation", c.Subject.Operation, "environment", c.Environment, "result", result,
		"seconds", took.Seconds(), "queries", c.Cost.Queries, "stepsNotChecked", unchecked, "ofThemBecauseOfStores", stores)
}

func resultOf(ctx context.Context, c *incident.Case) string {
	var over *overlong
	switch {
	case errors.As(context.Cause(ctx), &over), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return resultTimedOut
	case ctx.Err() != nil:
		return resultCanceled
	case c.Facts.Verdict == nil:
		return resultPartial
	}
	return string(c.Verdict.Level)
}

// observeStep begins a step's span, which its queries are part of.
func (r *run) observeStep(s *running) {
	s.ctx, s.span = tracing.DefaultTracer().Start(r.ctx, "step "+s.Key(), trace.WithAttributes(attribute.String("faultline.step", s.Key())))
}

// stepEnded reports a step's end. One that never began has a span without length.
func (r *run) stepEnded(s *running, reading phase.Reading) {
	if s.span == nil {
		r.observeStep(s)
	}
	stepsTotal.Inc(string(s.Phase), string(reading.Outcome))
	s.span.SetAttributes(attribute.String("faultline.step.outcome", string(reading.Outcome)), attribute.Int("faultline.step.findings", len(reading.Findings)))
	if reading.Outcome == incident.NotChecked {
		why := reading.Why
		if why == "" { // the step's own reason
			why = whyMissing
		}
		uncheckedTotal.Inc(string(s.Phase), why)
		s.span.SetAttributes(attribute.String("faultline.step.not_checked", why), attribute.String("faultline.step.reason", reading.Reason))
		if failing(why) {
			r.stores++
			s.span.SetStatus(codes.Error, reading.Reason)
			r.observation.logger.Debug("A step could not look", "step", s.Key(), "why", why, "reason", reading.Reason)
		}
	}
	s.span.End()
}

// failing says whether a reason is a store, or Faultline, that fails, and not what it lacks.
func failing(why string) bool {
	switch why {
	case whyBlocked, whyMissing, whyIncomplete, string(source.Unconfigured), string(source.Canceled), string(source.Unrecorded):
		return false
	}
	return true
}
