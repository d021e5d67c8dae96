package dashboard

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// units are our units as Grafana's panels call them.
var units = map[incident.Unit]string{incident.Ratio: "percentunit", incident.Seconds: "s", incident.PerSecond: "reqps", incident.Bytes: "bytes"}

// table collects rows of texts and times into a frame.
type table struct {
	frame Frame
}

func newTable(name string, times []string, texts ...string) *table {
	t := &table{frame: Frame{Name: name, Shape: Table}}
	for _, column := range times {
		t.frame.Fields = append(t.frame.Fields, Field{Name: column, Times: []int64{}})
	}
	for _, column := range texts {
		t.frame.Fields = append(t.frame.Fields, Field{Name: column, Texts: []string{}})
	}
	return t
}

// add appends a row: its times first, then its texts.
func (t *table) add(times []time.Time, texts ...string) {
	for i, at := range times {
		t.frame.Fields[i].Times = append(t.frame.Fields[i].Times, at.UnixMilli())
	}
	for i, text := range texts {
		field := &t.frame.Fields[len(times)+i]
		field.Texts = append(field.Texts, text)
	}
}

func (t *table) number(name, unit string, values []*float64) {
	t.frame.Fields = append(t.frame.Fields, Field{Name: name, Unit: unit, Numbers: values})
}

func seriesFrames(series []incident.Series) []Frame {
	frames := make([]Frame, 0, len(series))
	for _, s := range series {
		at, value := Field{Name: "Time"}, Field{Name: nameOf(s), Unit: units[s.Unit]}
		for _, p := range s.Points {
			at.Times = append(at.Times, p.Time.UnixMilli())
			value.Numbers = append(value.Numbers, &p.Value)
		}
		if len(s.Points) > 0 {
			frames = append(frames, Frame{Name: value.Name, Shape: TimeSeries, Fields: []Field{at, value}})
		}
	}
	return frames
}

func nameOf(s incident.Series) string {
	var parts []string
	if s.Name != "" {
		parts = append(parts, s.Name)
	}
	for _, label := range slices.Sorted(maps.Keys(s.Labels)) {
		parts = append(parts, label+"="+s.Labels[label])
	}
	if len(parts) == 0 {
		return "value"
	}
	return strings.Join(parts, " ")
}

func dependencyFrame(rows []incident.Dependency) Frame {
	t := newTable("dependencies", nil, "service", "state")
	var p99, usualP99, errors, usualErrors, rate []*float64
	for _, d := range rows {
		t.add(nil, d.Service, string(d.Health))
		p99, usualP99 = append(p99, d.P99), append(usualP99, d.P99Baseline)
		errors, usualErrors = append(errors, d.Errors), append(usualErrors, d.ErrorsBaseline)
		rate = append(rate, d.Rate)
	}
	t.number("p99", units[incident.Seconds], p99)
	t.number("p99 before", units[incident.Seconds], usualP99)
	t.number("errors", units[incident.Ratio], errors)
	t.number("errors before", units[incident.Ratio], usualErrors)
	t.number("calls", units[incident.PerSecond], rate)
	return t.frame
}

func lineFrame(lines []incident.Line) Frame {
	at, body, level, id := Field{Name: "timestamp"}, Field{Name: "body"}, Field{Name: "severity"}, Field{Name: "id"}
	for _, l := range lines {
		at.Times = append(at.Times, l.Time.UnixMilli())
		body.Texts = append(body.Texts, l.Text)
		level.Texts = append(level.Texts, l.Level)
		id.Texts = append(id.Texts, l.Time.UTC().Format(time.RFC3339Nano))
	}
	return Frame{Name: "log lines", Shape: Lines, Fields: []Field{at, body, level, id}}
}

// tag is an attribute as Grafana's trace view reads it.
type tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func spanFrame(trace *incident.Trace) Frame {
	text := func(name string, of func(incident.Span) string) Field {
		f := Field{Name: name}
		for _, s := range trace.Spans {
			f.Texts = append(f.Texts, of(s))
		}
		return f
	}
	number := func(name string, of func(incident.Span) float64) Field {
		f := Field{Name: name}
		for _, s := range trace.Spans {
			value := of(s)
			f.Numbers = append(f.Numbers, &value)
		}
		return f
	}
	return Frame{Name: "trace " + trace.ID, Shape: Spans, Fields: []Field{
		text("traceID", func(incident.Span) string { return trace.ID }),
		text("spanID", func(s incident.Span) string { return s.ID }),
		text("parentSpanID", func(s incident.Span) string { return s.Parent }),
		text("operationName", func(s incident.Span) string { return s.Name }),
		text("serviceName", func(s incident.Span) string { return s.Service }),
		text("kind", func(s incident.Span) string { return string(s.Kind) }),
		text("statusMessage", func(s incident.Span) string { return s.StatusMessage }),
		number("statusCode", statusOf),
		number("startTime", func(s incident.Span) float64 { return milliseconds(time.Duration(s.Start.UnixNano())) }),
		number("duration", func(s incident.Span) float64 { return milliseconds(s.Duration) }),
		text("serviceTags", func(s incident.Span) string { return tags(s.Resource) }),
		text("tags", func(s incident.Span) string { return tags(s.Attributes) }),
	}}
}

// statusOf is OpenTelemetry's code of a span's status: 2 is an error, 0 is unset.
func statusOf(s incident.Span) float64 {
	if s.Failed {
		return 2
	}
	return 0
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func tags(attributes map[string]string) string {
	all := []tag{}
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		all = append(all, tag{key, attributes[key]})
	}
	written, err := json.Marshal(all)
	if err != nil { // texts always have a JSON form
		return "[]"
	}
	return string(written)
}
