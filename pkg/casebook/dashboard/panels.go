package dashboard

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	wide       = 24 // columns of a dashboard
	half       = wide / 2
	low        = 6
	high       = 9
	mostCharts = 16
)

// layout places panels from left to right and from top to bottom.
type layout struct {
	source Source
	panels []panel
	x, y   int
	row    int // height of the row that is being filled
}

func (l *layout) place(p panel, width, height int) {
	if l.x+width > wide {
		l.x, l.y, l.row = 0, l.y+l.row, 0
	}
	p.ID, p.GridPos = len(l.panels)+1, gridPos{H: height, W: width, X: l.x, Y: l.y}
	l.x, l.row = l.x+width, max(l.row, height)
	l.panels = append(l.panels, p)
}

// frozen is a panel whose answer stands in its query.
func (l *layout) frozen(kind, title, description string, options map[string]any, defaults map[string]any, frames ...Frame) panel {
	if defaults == nil {
		defaults = map[string]any{}
	}
	overrides := []any{}
	if kind == "table" {
		defaults["custom"] = map[string]any{"wrapText": true, "cellOptions": map[string]any{"type": "auto", "wrapText": true}}
		overrides = widths(frames)
	}
	return panel{Type: kind, Title: escape.Title(title), Description: escape.Panel(description), Datasource: &l.source, Options: options,
		FieldConfig: &fieldConfig{Defaults: defaults, Overrides: overrides},
		Targets:     []target{{RefID: "A", Datasource: l.source, QueryType: FrozenType, Frozen: &Frozen{Frames: frames}}}}
}

const (
	longestNarrow = 40 // characters of texts whose column needs no more room than they do
	perCharacter  = 8  // px
	padding       = 30
	timeWidth     = 200
	numberWidth   = 110
)

// widths keeps the columns of a table as narrow as what stands in them, so that the long texts get the rest.
func widths(frames []Frame) []any {
	overrides := []any{}
	for _, frame := range frames {
		for _, field := range frame.Fields {
			width := numberWidth
			if field.Times != nil {
				width = timeWidth
			} else if field.Texts != nil {
				longest := len([]rune(field.Name))
				for _, text := range field.Texts {
					longest = max(longest, len([]rune(text)))
				}
				if longest > longestNarrow {
					continue
				}
				width = longest*perCharacter + padding
			}
			overrides = append(overrides, map[string]any{"matcher": map[string]any{"id": "byName", "options": field.Name},
				"properties": []any{map[string]any{"id": "custom.width", "value": width}}})
		}
	}
	return overrides
}

func panels(s *incident.SavedCase, source Source) []panel {
	l := &layout{source: source}
	l.place(panel{Type: "text", Title: "", Options: map[string]any{"mode": "markdown", "content": heading(s)}}, wide, low)
	l.place(l.log(s), wide, high)
	l.place(l.frozen("table", "From cause to symptom", "", nil, nil, chainFrame(s.Case.Verdict)), wide, high)
	l.place(l.frozen("table", "What was found", "", nil, nil, findingsFrame(&s.Case)), wide, 2*high)
	l.charts(&s.Case)
	l.rest(&s.Case)
	l.place(l.frozen("table", "How we know: every query", "", nil, nil, queryFrame(&s.Case)), wide, high)
	return l.panels
}

// log is the panel of what people did. Its hidden target is the case's document.
func (l *layout) log(s *incident.SavedCase) panel {
	t := newTable("log", []string{"time"}, "who", "what", "text")
	for _, e := range s.Entries {
		t.add([]time.Time{e.When()}, e.By.Name, string(e.Kind), saysEntry(e))
	}
	p := l.frozen("table", "Case log", "The case itself is kept in this panel: a copy of the dashboard without it is no case.", nil, nil, t.frame)
	p.Targets = append(p.Targets, target{RefID: documentRef, Datasource: l.source, QueryType: FrozenType, Hide: true, Document: s})
	return p
}

func saysEntry(e incident.Entry) string {
	parts := []string{e.Step, incident.WrittenInUTC(e.Text, e.Moments)}
	if e.Pin != nil {
		parts = append(parts, incident.WrittenInUTC(e.Pin.Sentence, e.Pin.Moments))
	}
	if e.Recovery != nil {
		for _, r := range e.Recovery.Readings {
			parts = append(parts, fmt.Sprintf("%s %.4g → %.4g %s", r.Name, r.Before, r.After, r.Unit))
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · ")
}

func heading(s *incident.SavedCase) string {
	c := &s.Case
	lines := []string{"# " + escape.Panel(c.Title()), "", "**" + escape.Panel(incident.WrittenInUTC(c.Verdict.Sentence, c.Verdict.Moments)) + "**", "",
		fmt.Sprintf("%s · %s to %s UTC · %s", escape.Panel(c.Environment), c.Window.From.UTC().Format(time.DateTime), c.Window.To.UTC().Format(time.DateTime), s.State()), "",
		"Everything here was frozen when it was looked at; the stores are not asked."}
	for _, left := range s.Frozen.Left {
		lines = append(lines, "", escape.Panel(left))
	}
	if s.Frozen.Masked > 0 {
		lines = append(lines, "", fmt.Sprintf("%d secrets were masked.", s.Frozen.Masked))
	}
	return strings.Join(lines, "\n")
}

func chainFrame(v incident.Verdict) Frame {
	t := newTable("chain", []string{"time"}, "what", "known from")
	for _, k := range v.Chain {
		t.add([]time.Time{k.At}, incident.WrittenInUTC(k.Sentence, k.Moments), k.Step)
	}
	return t.frame
}

func findingsFrame(c *incident.Case) Frame {
	t := newTable("findings", nil, "phase", "step", "severity", "finding")
	for _, s := range c.Steps {
		for _, f := range s.Findings {
			t.add(nil, string(s.Phase), s.Title, string(f.Severity), incident.WrittenInUTC(f.Sentence, f.Moments))
		}
		if s.Outcome == incident.NotChecked {
			t.add(nil, string(s.Phase), s.Title, "not checked", s.Reason)
		}
	}
	return t.frame
}

func queryFrame(c *incident.Case) Frame {
	t := newTable("queries", nil, "step", "language", "data source", "query", "problem")
	var rows, ms []*float64
	for _, s := range c.Steps {
		for _, q := range s.Queries {
			t.add(nil, s.Title, q.Language, q.DataSource, q.Text, q.Problem)
			took, found := float64(q.Milliseconds), float64(q.Rows)
			rows, ms = append(rows, &found), append(ms, &took)
		}
	}
	t.number("rows", "", rows)
	t.number("time", "ms", ms)
	return t.frame
}

// charts places the series of findings, at most mostCharts of them, the rest being in the document.
func (l *layout) charts(c *incident.Case) {
	for _, s := range c.Steps {
		for _, f := range s.Findings {
			if frames := seriesFrames(f.Evidence.Series); len(frames) > 0 && l.count("timeseries") < mostCharts {
				l.place(l.frozen("timeseries", s.Title, incident.WrittenInUTC(f.Sentence, f.Moments), map[string]any{"legend": map[string]any{"showLegend": true, "displayMode": "list", "placement": "bottom"}},
					map[string]any{"unit": units[f.Evidence.Series[0].Unit]}, frames...), half, high)
			}
		}
	}
}

func (l *layout) count(kind string) int {
	n := 0
	for _, p := range l.panels {
		if p.Type == kind {
			n++
		}
	}
	return n
}

// rest places what else findings rest on: the dependency table, the trace and log lines.
func (l *layout) rest(c *incident.Case) {
	for _, s := range c.Steps {
		for _, f := range s.Findings {
			if len(f.Evidence.Rows) > 0 {
				l.place(l.frozen("table", s.Title, incident.WrittenInUTC(f.Sentence, f.Moments), nil, nil, dependencyFrame(f.Evidence.Rows)), wide, high)
			}
			if f.Evidence.Trace != nil && len(f.Evidence.Trace.Spans) > 0 && l.count("traces") == 0 {
				l.place(l.frozen("traces", s.Title, incident.WrittenInUTC(f.Sentence, f.Moments), nil, nil, spanFrame(f.Evidence.Trace)), wide, 2*high)
			}
			if len(f.Evidence.Lines) > 0 {
				l.place(l.frozen("logs", s.Title, incident.WrittenInUTC(f.Sentence, f.Moments), map[string]any{"showTime": true, "wrapLogMessage": true, "sortOrder": "Ascending"}, nil,
					lineFrame(f.Evidence.Lines)), wide, high)
			}
		}
	}
}
