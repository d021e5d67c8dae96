package httpapi

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func (q *Querier) searchTraces(ctx context.Context, question source.Question) (source.Answer, error) {
	// Tempo counts whole seconds; the window is widened to them and what lies outside is dropped below.
	values := url.Values{
		"q":     {question.Text},
		"start": {strconv.FormatInt(question.Window.From.Unix(), 10)},
		"end":   {strconv.FormatInt(question.Window.To.Add(time.Second-1).Unix(), 10)},
		"limit": {strconv.Itoa(question.Limit)},
		"spss":  {strconv.Itoa(max(1, question.Spans))},
	}
	body, err := q.traces.get(ctx, "/api/search", values, "application/json")
	if err != nil {
		return source.Answer{}, err
	}
	found, progress, err := decodeSearch(body, question.Spans > 0)
	if err != nil {
		return source.Answer{}, err
	}
	answer := source.Answer{Truncated: len(found) >= question.Limit,
		Read: incident.Read{TraceBytes: int64(progress.InspectedBytes)}}
	// A search that has reached its limit need not look further.
	if missed := progress.TotalJobs - progress.CompletedJobs; missed > 0 && !answer.Truncated {
		answer.Truncated = true
		answer.Warnings = []string{fmt.Sprintf("the search ended with %d of its %d parts unread", missed, progress.TotalJobs)}
	}
	times := nearby(question.Window)
	for _, t := range found {
		if err := times.check("a trace", t.Start); err != nil {
			return source.Answer{}, err
		}
		if question.Window.Contains(t.Start) {
			answer.Traces = append(answer.Traces, t)
		}
	}
	sort.SliceStable(answer.Traces, func(i, j int) bool { return answer.Traces[i].Start.After(answer.Traces[j].Start) })
	return answer, nil
}

func (q *Querier) traceByID(ctx context.Context, question source.Question) (source.Answer, error) {
	id := question.Text
	if len(id)%2 == 1 {
		id = "0" + id
	}
	if _, err := hex.DecodeString(id); err != nil || id == "" || len(id) > 32 {
		return source.Answer{}, q.traces.problem(source.BadQuestion, fmt.Sprintf("%q is not a trace id.", question.Text),
			"A trace id is up to 32 hexadecimal digits.")
	}
	body, err := q.traces.get(ctx, "/api/traces/"+id, url.Values{}, "application/protobuf")
	var problem *source.Problem
	if errors.As(err, &problem) && problem.Kind == source.NotFound && saysUnknownTrace(body) {
		return source.Answer{}, q.traces.problem(source.NotFound, fmt.Sprintf("%s does not have trace %s.", q.traces.name, question.Text),
			"It may be older than the store keeps, or was never sampled.")
	}
	if err != nil {
		return source.Answer{}, err
	}
	if err := boundedTrace(body); err != nil {
		return source.Answer{}, err
	}
	// Tempo's Trace message is laid out as OTLP's TracesData.
	traces, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(body)
	if err != nil {
		return source.Answer{}, err
	}
	if traces.SpanCount() == 0 {
		return source.Answer{}, errors.New("the trace has no spans")
	}
	return source.Answer{Trace: TraceOf(traces)}, nil
}

// saysUnknownTrace tells Tempo's 404 for a trace it does not have, which is empty or speaks of the trace, from the 404 of
// whatever else may stand at the address.
func saysUnknownTrace(body []byte) bool {
	return len(body) == 0 || strings.Contains(strings.ToLower(saying(body)), "trace")
}
