package recorded_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestAnswersAndTheirQuestionsSurviveJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := answers().Draw(t, "answer")
		written, err := json.Marshal(before)
		require.NoError(t, err)
		var after source.Answer
		require.NoError(t, json.Unmarshal(written, &after))
		require.Equal(t, before, after)
	})
}

func answers() *rapid.Generator[source.Answer] {
	return rapid.Custom(func(t *rapid.T) source.Answer {
		answer := source.Answer{
			Question:   questions().Draw(t, "question"),
			DataSource: rapid.String().Draw(t, "data source"),
			Series:     some(t, "series", series()),
			Names:      some(t, "names", rapid.String()),
			Lines:      some(t, "lines", lines()),
			Traces:     some(t, "traces", summaries()),
			Truncated:  rapid.Bool().Draw(t, "truncated"),
			Bytes:      rapid.Int64Min(0).Draw(t, "bytes"),
			Elapsed:    durations().Draw(t, "elapsed"),
		}
		if rapid.Bool().Draw(t, "has trace") {
			answer.Trace = &incident.Trace{ID: rapid.String().Draw(t, "id"), Start: times().Draw(t, "start"),
				Duration: durations().Draw(t, "duration"), Spans: some(t, "spans", spans())}
		}
		if rapid.Bool().Draw(t, "has problem") {
			answer.Problem = &source.Problem{Kind: rapid.SampledFrom([]source.ProblemKind{source.Timeout, source.Unrecorded}).Draw(t, "problem"),
				Signal: answer.Question.Kind.Signal(), Sentence: rapid.String().Draw(t, "sentence"), Advice: rapid.String().Draw(t, "advice")}
		}
		return answer
	})
}

func questions() *rapid.Generator[source.Question] {
	return rapid.Custom(func(t *rapid.T) source.Question {
		return source.Question{Name: rapid.String().Draw(t, "name"), Text: rapid.String().Draw(t, "text"),
			Kind:   rapid.SampledFrom([]source.Kind{source.Instant, source.Range, source.Lines, source.TraceByID}).Draw(t, "kind"),
			Window: incident.Window{From: times().Draw(t, "from"), To: times().Draw(t, "to")},
			Step:   durations().Draw(t, "step"), Limit: rapid.IntMin(0).Draw(t, "limit")}
	})
}

func series() *rapid.Generator[incident.Series] {
	points := rapid.Custom(func(t *rapid.T) incident.Point {
		return incident.Point{Time: times().Draw(t, "time"), Value: rapid.Float64().Filter(func(v float64) bool { return v-v == 0 }).Draw(t, "value")}
	})
	return rapid.Custom(func(t *rapid.T) incident.Series {
		return incident.Series{Labels: labels(t), Points: rapid.SliceOfN(points, 0, 4).Draw(t, "points")}
	})
}

func lines() *rapid.Generator[incident.Line] {
	return rapid.Custom(func(t *rapid.T) incident.Line {
		return incident.Line{Time: times().Draw(t, "time"), Text: rapid.String().Draw(t, "text"), Level: rapid.String().Draw(t, "level"), Labels: labels(t)}
	})
}

func summaries() *rapid.Generator[incident.TraceSummary] {
	return rapid.Custom(func(t *rapid.T) incident.TraceSummary {
		return incident.TraceSummary{ID: rapid.String().Draw(t, "id"), Service: rapid.String().Draw(t, "service"), Name: rapid.String().Draw(t, "name"),
			Start: times().Draw(t, "start"), Duration: durations().Draw(t, "duration")}
	})
}

func spans() *rapid.Generator[incident.Span] {
	return rapid.Custom(func(t *rapid.T) incident.Span {
		span := incident.Span{ID: rapid.String().Draw(t, "id"), Parent: rapid.String().Draw(t, "parent"), Service: rapid.String().Draw(t, "service"),
			Name: rapid.String().Draw(t, "name"), Kind: rapid.SampledFrom([]incident.SpanKind{incident.KindUnset, incident.KindServer}).Draw(t, "kind"),
			Start: times().Draw(t, "start"), Duration: durations().Draw(t, "duration"), Failed: rapid.Bool().Draw(t, "failed"),
			StatusMessage: rapid.String().Draw(t, "message"), Attributes: labels(t), Resource: labels(t)}
		if rapid.Bool().Draw(t, "has event") {
			span.Events = []incident.SpanEvent{{Name: rapid.String().Draw(t, "event"), Time: times().Draw(t, "at"), Attributes: labels(t)}}
		}
		return span
	})
}

// some is a list, nil where it is empty: an answer makes no difference between the two.
func some[V any](t *rapid.T, label string, element *rapid.Generator[V]) []V {
	list := rapid.SliceOfN(element, 0, 3).Draw(t, label)
	if len(list) == 0 {
		return nil
	}
	return list
}

func labels(t *rapid.T) map[string]string {
	drawn := rapid.MapOfN(rapid.String(), rapid.String(), 0, 3).Draw(t, "labels")
	if len(drawn) == 0 {
		return nil
	}
	return drawn
}

func times() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
	})
}

func durations() *rapid.Generator[time.Duration] {
	return rapid.Custom(func(t *rapid.T) time.Duration { return time.Duration(rapid.Int64Min(0).Draw(t, "duration")) })
}
