package source

import (
	"context"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/faultline-investigation/faultline/pkg/instrument"
)

// answered is the status of a query without a problem.
const answered = "ok"

// mostTraced is how many bytes of a query's text a span holds.
const mostTraced = 2 << 10

var (
	kindLabel    = instrument.LabelOf("kind", Kinds()...)
	queriesTotal = instrument.NewCounter("faultline_store_queries_total", "queries",
		"Queries to the stores, to Grafana and to status pages, by what they ask for and how they ended: ok, or why there was no answer.",
		kindLabel, instrument.LabelOf("status", append([]ProblemKind{answered}, ProblemKinds()...)...))
	querySeconds = instrument.NewHistogram("faultline_store_query_duration_seconds", "seconds",
		"Time from sending a query to its decoded answer or its failure, by what it asks for. Queries that were not sent are left out.",
		[]float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}, kindLabel)
	answerBytes = instrument.NewCounter("faultline_store_answer_bytes_total", "bytes",
		"Size of the answers that were read, by what was asked for.", kindLabel)
	readSamples = instrument.NewCounter("faultline_store_read_samples_total", "samples",
		"Samples that the metrics store says it read for Faultline's queries. Nothing is counted where a store does not say it.")
	readBytes = instrument.NewCounter("faultline_store_read_bytes_total", "bytes",
		"Bytes that the log store (decompressed) and the trace store say they read for Faultline's queries.",
		instrument.LabelOf("signal", Logs, Traces))
)

// Observed answers as another querier does, and reports each query: in the metrics, and as a span of the trace in ctx.
func Observed(querier Querier) Querier { return observed{querier} }

type observed struct{ querier Querier }

// Ask implements Querier.
func (o observed) Ask(ctx context.Context, q Question) Answer {
	ctx, span := tracing.DefaultTracer().Start(ctx, "query "+string(q.Kind), trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("faultline.query.kind", string(q.Kind)), attribute.String("faultline.query.name", q.Name),
		attribute.String("db.query.text", firstBytes(q.Text))))
	defer span.End()
	began := time.Now()
	answer := o.querier.Ask(ctx, q)
	if !answer.Asked.IsZero() { // an answer from before: nothing was sent
		span.SetAttributes(attribute.Bool("faultline.query.remembered", true))
		return answer
	}
	status := answered
	if p := answer.Problem; p != nil {
		status = string(p.Kind)
		span.SetStatus(codes.Error, p.Sentence)
	}
	queriesTotal.Inc(string(q.Kind), status)
	answerBytes.Add(float64(answer.Bytes), string(q.Kind))
	readSamples.Add(float64(answer.Read.Samples))
	readBytes.Add(float64(answer.Read.LogBytes), string(Logs))
	readBytes.Add(float64(answer.Read.TraceBytes), string(Traces))
	if answer.Problem == nil || answer.Problem.Kind.sent() {
		querySeconds.Observe(time.Since(began).Seconds(), string(q.Kind))
	}
	span.SetAttributes(attribute.String("faultline.query.status", status), attribute.String("faultline.data_source", answer.DataSource),
		attribute.Int("faultline.query.rows", answer.Rows()), attribute.Int64("faultline.query.bytes", answer.Bytes))
	return answer
}

// sent says whether a query with a problem of this kind left the process.
func (k ProblemKind) sent() bool {
	return k != Unconfigured && k != BadQuestion && k != Defect && k != Unrecorded
}

func firstBytes(text string) string {
	if len(text) <= mostTraced {
		return text
	}
	return strings.ToValidUTF8(text[:mostTraced], "") + "…"
}
