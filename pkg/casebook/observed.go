package casebook

import (
	"context"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/instrument"
)

// How a write ended, where that is not the kind of a failure.
const (
	outcomeCreated = "created"
	outcomeUpdated = "updated"
	outcomeFailed  = "failed"
)

var (
	writesTotal = instrument.NewCounter("faultline_case_writes_total", "writes",
		"Writes of saved cases by outcome; a conflict met a newer version and is tried again.",
		instrument.LabelOf("outcome", outcomeCreated, outcomeUpdated, string(Conflict), string(NotFound), string(Refused), string(Unavailable), string(TooLarge),
			string(Invalid), string(Unreadable), outcomeFailed))
	writeSeconds = instrument.NewHistogram("faultline_case_write_duration_seconds", "seconds", "Time for one write of a saved case, whatever its outcome.",
		[]float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 20})
)

// observed reports a store's writes: in the metrics, and as spans.
type observed struct{ Store }

// Write implements Store.
func (o observed) Write(ctx context.Context, s *incident.SavedCase, was Revision) error {
	ctx, span := tracing.DefaultTracer().Start(ctx, "write case", trace.WithAttributes(attribute.String("faultline.case", s.ID)))
	defer span.End()
	began := time.Now()
	err := o.Store.Write(ctx, s, was)
	writeSeconds.Observe(time.Since(began).Seconds())
	writesTotal.Inc(outcomeOf(was, err))
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
	return err
}

func outcomeOf(was Revision, err error) string {
	f := failure.Of(err)
	switch {
	case f != nil:
		return string(f.Kind)
	case err != nil:
		return outcomeFailed
	case was == "":
		return outcomeCreated
	}
	return outcomeUpdated
}
