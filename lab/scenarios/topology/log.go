package topology

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// Line is a log line before it is written.
type Line struct {
	At                 time.Time
	Level, Logger      string
	Text, Stack, Trace string
}

// Logger writes a line as a library does.
type Logger func(Line) string

// SpringBoot writes as Logback does in Spring Boot.
func SpringBoot(l Line) string {
	text := fmt.Sprintf("%s %5s 1 --- [app] [nio-8080-exec-%d] [%s] %-40s : %s", l.At.UTC().Format("2006-01-02T15:04:05.000Z"), strings.ToUpper(l.Level),
		1+l.At.UnixMilli()%9, l.Trace, l.Logger, l.Text)
	if l.Stack != "" {
		text += "\n\n" + l.Stack
	}
	return text
}

// Slog writes as the JSON handler of Go's log/slog does.
func Slog(l Line) string {
	line, _ := json.Marshal(struct { // strings always encode
		Time   string `json:"time"`
		Level  string `json:"level"`
		Msg    string `json:"msg"`
		Logger string `json:"logger"`
		Trace  string `json:"trace_id,omitempty"`
		Stack  string `json:"stack,omitempty"`
	}{l.At.UTC().Format(time.RFC3339Nano), strings.ToUpper(l.Level), l.Text, l.Logger, l.Trace, l.Stack})
	return string(line)
}

// Pino writes as pino does for Node.js.
func Pino(l Line) string {
	level := map[string]int{"debug": 20, "info": 30, "warn": 40, "error": 50, "fatal": 60}[l.Level]
	line, _ := json.Marshal(struct { // numbers and strings always encode
		Level int    `json:"level"`
		Time  int64  `json:"time"`
		Name  string `json:"name"`
		Trace string `json:"trace_id,omitempty"`
		Stack string `json:"stack,omitempty"`
		Msg   string `json:"msg"`
	}{level, l.At.UnixMilli(), l.Logger, l.Trace, l.Stack, l.Text})
	return string(line)
}

// Python writes as the standard logging module does, with a trace's id where there is one.
func Python(l Line) string {
	text := fmt.Sprintf("%s %s [%s] ", l.At.UTC().Format("2006-01-02 15:04:05,000"), strings.ToUpper(l.Level), l.Logger)
	if l.Trace != "" {
		text += "[trace_id=" + l.Trace + "] "
	}
	text += "- " + l.Text
	if l.Stack != "" {
		text += "\n" + l.Stack
	}
	return text
}

// line writes a log line of a pod, with the id of its trace where there is one.
func (g *generator) line(p *Pod, at time.Time, level, logger, text, stack string, trace *pcommon.TraceID) {
	line := Line{At: at, Level: level, Logger: logger, Text: text, Stack: stack}
	if trace != nil {
		line.Trace = trace.String()
	}
	record := g.logs.Line(p.resource, at, severities[level], p.service.Log(line))
	if trace != nil {
		record.SetTraceID(*trace)
	}
}

// say writes what services say in a second whatever is asked of them.
func (g *generator) say(second time.Time) {
	if second.Unix()%60 == 0 {
		g.logs.Line(g.dns, second, plog.SeverityNumberInfo, fmt.Sprintf("[INFO] plugin/cache: %d entries, prefetch done", 1800+second.Unix()/60%200))
	}
	for i := range g.system.Services {
		s := &g.system.Services[i]
		for _, saying := range s.Sayings {
			random := g.seed.Stream("says " + s.Name + saying.Text).At(second.Unix())
			often := saying.PerSecond
			if saying.Course != nil {
				often *= saying.Course(g.situation(second, nil, random))
			}
			if random.Float64() >= often {
				continue
			}
			if p := g.cluster.serving(s.Name, second, random); p != nil {
				at := second.Add(time.Duration(random.Int64N(int64(time.Second))))
				g.line(p, at, saying.Level, saying.By, filled(saying.Text, random), "", nil)
			}
		}
	}
}

func filled(text string, random *rand.Rand) string {
	for strings.Contains(text, "{n}") {
		text = strings.Replace(text, "{n}", fmt.Sprint(2+random.IntN(90)), 1)
	}
	for strings.Contains(text, "{ms}") {
		text = strings.Replace(text, "{ms}", fmt.Sprint(3+random.IntN(180)), 1)
	}
	for strings.Contains(text, "{id}") {
		text = strings.Replace(text, "{id}", fmt.Sprintf("%08x", random.Uint32()), 1)
	}
	return text
}
