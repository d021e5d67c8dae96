package rank

import (
	"strings"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	prefixRead    = 200 // bytes of a line in which the place in the code is looked for
	constantWords = 8   // that name a pattern where no place in the code does
	mostDigits    = 6   // of a line number
)

// addLines gives each line to the entry whose span wrote it, or else to the entry of its service and trace that was at
// work then, the innermost of several. Lines without a trace are left out: nothing says what they are to be counted
// against.
func (f *forest) addLines(lines []Line, read []string) {
	f.markRead(read)
	byTrace := map[spanRef][]int32{}
	for ref, e := range f.bySpan {
		if f.entries[e].first == ref.span {
			at := spanRef{ref.trace, f.services.all[f.entries[e].service]}
			byTrace[at] = append(byTrace[at], e)
		}
	}
	keys, holds := patterns(lines)
	for i, l := range lines {
		if l.Trace == "" {
			continue
		}
		e, known := f.bySpan[spanRef{l.Trace, l.Span}]
		if !known || f.services.all[f.entries[e].service] != l.Service {
			e, known = f.atWork(byTrace[spanRef{l.Trace, l.Service}], l.Time.UnixNano())
		}
		if known {
			what := feature{kind: LogPattern, service: f.entries[e].service, about: keys[i], bad: isFailure(l.Level)}
			f.show(e, what)
			f.exemplify(f.features.of[what], l, holds[i])
		}
	}
}

// markRead notes of which entries the lines are known; nil means all.
func (f *forest) markRead(traces []string) {
	known := make(map[string]bool, len(traces))
	for _, id := range traces {
		known[id] = true
	}
	for i := range f.entries {
		f.entries[i].read = traces == nil || known[f.traces[f.entries[i].trace]]
	}
}

// exemplify keeps the earliest line of each kind, and what its like hold.
func (f *forest) exemplify(kind int32, l Line, holds []string) {
	if f.examples == nil {
		f.examples, f.holds = map[int32]Line{}, map[int32][]string{}
	}
	known, there := f.examples[kind]
	if !there || l.Time.Before(known.Time) || l.Time.Equal(known.Time) && l.Text < known.Text {
		f.examples[kind], f.holds[kind] = l, holds
	}
}

const exampleLength = 160 // letters of an example that are shown

// example is what a line of a kind says: from the place in the code on, or its message; shortened.
func (f *forest) example(kind int32) string {
	text := f.examples[kind].Text
	if at := codePlace(text); at != "" {
		text = text[strings.Index(text, at):]
	} else if message, _ := logpattern.Parse(incident.Line{Text: text}); message != "" {
		text = message
	}
	text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "")
	if letters := []rune(text); len(letters) > exampleLength {
		text = string(letters[:exampleLength]) + "…"
	}
	return text
}

// atWork is the entry within which a moment lies, the one that began last of several; else the one that began last
// before it, or the first.
func (f *forest) atWork(entries []int32, at int64) (int32, bool) {
	if len(entries) == 0 {
		return 0, false
	}
	rank := func(e int32) (within bool, began int64) {
		x := &f.entries[e]
		if x.at > at {
			return false, -x.at
		}
		return at <= x.at+x.took, x.at
	}
	best := entries[0]
	for _, e := range entries[1:] {
		within, began := rank(e)
		bestWithin, bestBegan := rank(best)
		if within && !bestWithin || within == bestWithin && (began > bestBegan || began == bestBegan && e < best) {
			best = e
		}
	}
	return best, true
}

// patterns names the kind of each line: level and place in the code where the line has one, since no text is as telling;
// else level and the constant words of its template.
func patterns(lines []Line) (keys []incident.Aspect, holds [][]string) {
	keys, holds = make([]incident.Aspect, len(lines)), make([][]string, len(lines))
	var unplaced []int
	for i := range lines {
		if at := codePlace(lines[i].Text); at != "" {
			keys[i] = incident.Aspect{Level: strings.ToLower(lines[i].Level), Line: at}
			holds[i] = []string{at}
			continue
		}
		unplaced = append(unplaced, i)
	}
	mined := make([]logpattern.Line, len(unplaced))
	for i, n := range unplaced {
		l := &lines[n]
		mined[i] = logpattern.Line{Service: l.Service, Whole: true, Line: incident.Line{Time: l.Time, Text: l.Text, Level: l.Level}}
	}
	found := logpattern.Mine(mined)
	texts, held := make([]incident.Aspect, len(found.All)), make([][]string, len(found.All))
	for i := range found.All {
		texts[i], held[i] = templateKey(&found.All[i])
	}
	for i, n := range unplaced {
		keys[n], holds[n] = texts[found.Of[i]], held[found.Of[i]]
	}
	return keys, holds
}

// templateKey is a template's level and its first constant words: lists of different lengths make different templates of
// what is one statement in the code. What its lines hold as it is are those of these words that are written in them so.
func templateKey(t *logpattern.Template) (key incident.Aspect, holds []string) {
	words := make([]string, 0, constantWords)
	for _, token := range t.Tokens {
		if token != logpattern.Any {
			words = append(words, token)
		}
		if len(words) == constantWords {
			break
		}
	}
	return incident.Aspect{Level: t.Level, Line: strings.Join(words, " ")}, t.Runs(constantWords)
}

// sources are the ends of the names of source files.
var sources = []string{".go", ".java", ".kt", ".scala", ".py", ".js", ".ts", ".rb", ".cs", ".cpp", ".cc", ".c", ".rs", ".php", ".ex"}

// codePlace finds the place in the code that a line names near its beginning: "a.b.Logger#43" or "main.go:120"; empty
// where there is none.
func codePlace(text string) string {
	text = text[:min(len(text), prefixRead)]
	for i := 1; i < len(text); i++ {
		if text[i] != '#' && text[i] != ':' {
			continue
		}
		end := lineNumber(text, i+1)
		if end < 0 {
			continue
		}
		start := i
		for start > 0 && inName(text[start-1]) {
			start--
		}
		name := text[start:i]
		if text[i] == '#' && strings.Contains(name, ".") || text[i] == ':' && isSource(name) {
			return text[start:end]
		}
	}
	return ""
}

// lineNumber is the end of the number of a line that begins at a place in the text; -1 where there is none.
func lineNumber(text string, begin int) int {
	end := begin
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	if end == begin || end > begin+mostDigits || end < len(text) && isWord(text[end]) {
		return -1
	}
	return end
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

func inName(c byte) bool { return isWord(c) || strings.IndexByte(".$-/[]", c) >= 0 }

func isSource(name string) bool {
	for _, end := range sources {
		if len(name) > len(end) && strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

func isFailure(level string) bool {
	switch strings.ToLower(level) {
	case "error", "err", "fatal", "critical", "crit", "panic", "emerg", "alert", "severe", "warn", "warning":
		return true
	}
	return false
}

// tellsOfFailure says that an operation is one that runs when something went wrong.
func tellsOfFailure(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "error") || strings.Contains(name, "exception")
}
