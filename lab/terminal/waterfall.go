package terminal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/faultline-investigation/faultline/pkg/analysis/criticalpath"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	mostSpans = 40 // of a waterfall; a longer trace shows the path to its culprit and the longest spans
	nameShare = 0.45
)

// waterfall draws a trace: a line a span with its name, its bar on the trace's time, and its length. Spans of the
// critical path are drawn full, others light; the culprit is marked.
func (p *printer) waterfall(trace *incident.Trace, culprit *incident.Culprit) {
	tree := criticalpath.TreeOf(trace)
	critical := tree.Path()
	shown := shownSpans(tree, culprit)
	names := int(float64(p.width) * nameShare)
	bars := p.width - len(indent) - names - len(" 1,234,567 ms ◄")
	begin, end := "0 ms", numbers.Milliseconds(trace.Duration)
	if len(begin)+len(end) >= bars { // no room for both
		begin = ""
	}
	p.line("%s%s", indent, dim.Render(fmt.Sprintf("%*s %s%*s", names, "", begin, bars-len(begin), end)))
	var draw func(i, depth int)
	draw = func(i, depth int) {
		if shown[i] {
			p.span(trace, i, depth, names, bars, slices.Contains(critical, i), culprit)
		}
		for _, c := range tree.Children(i) {
			draw(c, depth+1)
		}
	}
	for _, r := range tree.Roots {
		draw(r, 0)
	}
	if hidden := len(trace.Spans) - len(shown); hidden > 0 {
		p.line("%s%s", indent, dim.Render(fmt.Sprintf("… and %s shorter %s", numbers.Count(float64(hidden)), wording.Plural(hidden, "span", "spans"))))
	}
}

// shownSpans are all spans of a small trace; of a large one those above the culprit, and then the longest.
func shownSpans(tree *criticalpath.Tree, culprit *incident.Culprit) map[int]bool {
	shown := map[int]bool{}
	order := make([]int, len(tree.Trace.Spans))
	for i, s := range tree.Trace.Spans {
		order[i] = i
		if culprit != nil && slices.Contains(culprit.Path, s.ID) {
			shown[i] = true
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return int(tree.Trace.Spans[b].Duration - tree.Trace.Spans[a].Duration)
	})
	for _, i := range order {
		if len(shown) >= mostSpans {
			break
		}
		shown[i] = true
	}
	return shown
}

func (p *printer) span(trace *incident.Trace, i, depth, names, bars int, critical bool, culprit *incident.Culprit) {
	s := trace.Spans[i]
	name := ansi.Truncate(strings.Repeat("  ", depth)+s.Service+": "+s.Name, names, "…")
	name += strings.Repeat(" ", names-ansi.StringWidth(name))
	mark, style := "", lipgloss.NewStyle()
	if s.Failed {
		style = red
	}
	if culprit != nil && culprit.Span.ID == s.ID {
		mark, style = " ◄", style.Bold(true)
	}
	p.line("%s%s", indent, style.Render(fmt.Sprintf("%s %s %s%s", name, bar(trace, s, bars, critical), numbers.Milliseconds(s.Duration), mark)))
}

// bar draws a span on the trace's time; even the shortest is one cell wide.
func bar(trace *incident.Trace, s incident.Span, cells int, critical bool) string {
	at := func(d time.Duration) int {
		if trace.Duration <= 0 {
			return 0
		}
		return int(float64(d) / float64(trace.Duration) * float64(cells))
	}
	from := min(max(at(s.Start.Sub(trace.Start)), 0), cells-1)
	to := min(max(at(s.End().Sub(trace.Start)), from+1), cells)
	block := "░"
	if critical {
		block = "█"
	}
	return strings.Repeat(" ", from) + strings.Repeat(block, to-from) + strings.Repeat(" ", cells-to)
}
