package logs

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	toldPatterns = 4  // changed patterns with a sentence of their own
	keptPatterns = 12 // changed patterns in the table
)

// Patterns compares what the services involved write now with what they wrote before: what is new, what is gone, what is
// much more or much less frequent. It reads samples, since counting every pattern would need a question for each.
func Patterns() phase.Step {
	return phase.Step{
		Phase: incident.PhaseLogs,
		ID:    "patterns",
		Title: "Changed log patterns",
		Needs: []incident.Fact{incident.FactLogLabels},
		Awaits: []incident.Fact{incident.FactCulprit, incident.FactDependencies, incident.FactOnset, incident.FactTraffic,
			incident.FactPattern},
		Learns: []incident.Fact{incident.FactPatterns},
		Plan:   planPatterns,
		Read:   readPatterns,
	}
}

func planPatterns(c *incident.Case) ([]source.Question, error) {
	current, err := sampled(c, nowLines, c.Window.Last(counted))
	questions := []source.Question{current}
	for i, window := range slicesOf(beforeOnset(c)) {
		question, failed := sampled(c, sliceName(i), window)
		if err == nil {
			err = failed
		}
		questions = append(questions, question)
	}
	return questions, err
}

func readPatterns(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	if problem := answers.Problem(nowLines); problem != nil {
		return phase.Reading{}, problem
	}
	found := incident.LogPatterns{Services: lookedInto(c), Window: c.Window.Last(counted), Baseline: beforeOnset(c)}
	current := read(&found.Now, answers[nowLines])
	var before []incident.Line
	for i := range slicesOf(found.Baseline) {
		if problem := answers.Problem(sliceName(i)); problem != nil {
			return phase.Reading{}, problem
		}
		if answer := answers[sliceName(i)]; len(answer.Lines) > 0 { // a time in which nothing was written at all tells nothing of what is
			before = append(before, read(&found.Before, answer)...)
		}
	}
	if len(before) == 0 {
		return phase.Reading{}, phase.Skipf("Check how long the log store keeps lines, and that it calls these services so.",
			"The log store has no lines of %s in what was read of the %s before %s, so that nothing can be compared.", wording.List(found.Services), hours(found.Baseline), phase.BeforeWhat(c))
	}
	if len(current) == 0 {
		return phase.FoundThat(silentFinding(found)), nil
	}
	compared := logpattern.Compare(
		logpattern.Sample{Lines: mined(c, current), Exposure: found.Now.Covered.Seconds() * traffic(c, true)},
		logpattern.Sample{Lines: mined(c, before), Exposure: found.Before.Covered.Seconds() * traffic(c, false)})
	compared.Changed = slices.DeleteFunc(compared.Changed, func(k logpattern.Change) bool { return !wordy(k.Template.Text()) })
	for _, change := range compared.Changed {
		found.Changed = append(found.Changed, patternOf(c, change, found))
	}
	sort.SliceStable(found.Changed, func(i, j int) bool { return rank(found.Changed[i]) < rank(found.Changed[j]) })
	found.Changed = found.Changed[:min(keptPatterns, len(found.Changed))]
	reading := phase.ClearBecause(samplesFinding(found, compared, false))
	if len(found.Changed) > 0 {
		reading = phase.FoundThat(patternFindings(found, compared)...)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Patterns = &found }), nil
}

// wordy says that a pattern holds a word, by which a person knows it.
func wordy(text string) bool {
	return strings.ContainsFunc(strings.ReplaceAll(text, logpattern.Any, ""), unicode.IsLetter)
}

// silentFinding says that services wrote nothing at all in the last minutes, or that what they wrote did not arrive.
func silentFinding(found incident.LogPatterns) incident.Finding {
	return incident.Finding{Severity: incident.Warning, Interval: &found.Window, Baseline: &found.Baseline,
		Sentence: fmt.Sprintf("The log store has no line of %s from the last %s; it has %s from %s before.", wording.List(found.Services),
			numbers.Duration(found.Now.Covered.Seconds()), numbers.Count(float64(found.Before.Lines)), numbers.Duration(found.Before.Covered.Seconds())),
		Values: []incident.Value{{Name: "lines", Measure: incident.MeasureAllLines, Value: 0, Unit: incident.Count, Baseline: incident.Baselined(float64(found.Before.Lines)), Labels: readFrom(found)},
			{Name: "time read", Measure: incident.MeasureRead, Value: found.Now.Covered.Seconds(), Unit: incident.Seconds, Baseline: incident.Baselined(found.Before.Covered.Seconds())}}}
}

// readFrom is whose lines were read.
func readFrom(found incident.LogPatterns) map[string]string {
	return map[string]string{"service": strings.Join(found.Services, ",")}
}

// traffic is the subject's requests per second now or before, so that a service that is asked less is not said to have
// fallen silent; 1 where it is not known.
func traffic(c *incident.Case, now bool) float64 {
	t := c.Facts.Traffic
	switch {
	case t == nil || t.Now <= 0 || t.Normal <= 0:
		return 1
	case now:
		return t.Now
	}
	return t.Normal
}

// patternOf is a change as a case shows it, with the exact counts where another step has counted just this pattern.
func patternOf(c *incident.Case, change logpattern.Change, found incident.LogPatterns) incident.LogPattern {
	p := incident.LogPattern{Service: change.Template.Service, Level: change.Template.Level, Text: change.Template.Text(),
		Change: change.Kind, Now: float64(change.Now), Before: float64(change.Before), Ratio: change.Ratio, Chance: change.Chance,
		Covers: [2]float64{found.Now.Covered.Seconds(), found.Before.Covered.Seconds()}, Example: change.Template.Example}
	counted := c.Facts.Pattern
	if counted == nil || counted.Service != p.Service || !strings.Contains(p.Text, counted.Text) || counted.Now < p.Now || counted.Before < p.Before {
		return p
	}
	p.Now, p.Before, p.Exact = counted.Now, counted.Before, true
	p.Covers = [2]float64{counted.Window.Length().Seconds(), counted.Baseline.Length().Seconds()}
	p.Ratio = (p.Now + 0.5) / (p.Covers[0] * traffic(c, true)) / ((p.Before + 0.5) / (p.Covers[1] * traffic(c, false)))
	if p.Change == incident.PatternNew && p.Before > 0 {
		p.Change = incident.PatternRisen
	}
	return p
}

// rank puts what is bad news first: errors that appeared, warnings that appeared, what vanished, and the rest.
func rank(p incident.LogPattern) int {
	more := p.Change == incident.PatternNew || p.Change == incident.PatternRisen
	switch {
	case more && isErrorLevel(p.Level):
		return 0
	case more && isWarningLevel(p.Level):
		return 1
	case p.Change == incident.PatternGone:
		return 2
	}
	return 3
}

func patternFindings(found incident.LogPatterns, compared logpattern.Comparison) []incident.Finding {
	var findings []incident.Finding
	for _, p := range found.Changed {
		// What was counted exactly has been told where it was counted; the table has it too.
		if !p.Exact && len(findings) < toldPatterns {
			findings = append(findings, patternFinding(p, found))
		}
	}
	return append(findings, samplesFinding(found, compared, true))
}

func patternFinding(p incident.LogPattern, found incident.LogPatterns) incident.Finding {
	const method = "lines with the same constant words, from samples of now and before; rates are compared by time, and by requests where these are counted"
	severity := [...]incident.Severity{incident.Critical, incident.Warning, incident.Warning, incident.Info}[rank(p)]
	return incident.Finding{
		Severity: severity, Sentence: patternSentence(p), Method: method, Interval: &found.Window, Baseline: &found.Baseline,
		Values: []incident.Value{
			{Name: "lines", Measure: incident.MeasureSampledLines, Value: p.Now, Unit: incident.Count, Baseline: incident.Baselined(p.Before),
				Labels: map[string]string{"service": p.Service, "pattern": p.Text}},
			{Name: "counted over", Measure: incident.MeasureRead, Value: p.Covers[0], Unit: incident.Seconds, Baseline: incident.Baselined(p.Covers[1])},
			{Name: "times as frequent", Measure: incident.MeasureTimes, Value: p.Ratio, Unit: incident.Count, Labels: map[string]string{"service": p.Service, "pattern": p.Text}},
			{Name: "probability by chance", Value: p.Chance, Unit: incident.Ratio},
		},
	}
}

func patternSentence(p incident.LogPattern) string {
	what := fmt.Sprintf("%s in %s's log", wording.Quoted(shortened(p.Text)), p.Service)
	now := fmt.Sprintf("%s %s in %s", numbers.Count(p.Now), wording.Plural(int(p.Now), "line", "lines"), numbers.Duration(p.Covers[0]))
	before := fmt.Sprintf("%s in %s before the incident", numbers.Count(p.Before), numbers.Duration(p.Covers[1]))
	switch p.Change {
	case incident.PatternNew:
		return fmt.Sprintf("New in the samples: %s, %s, %s.", what, now, before)
	case incident.PatternGone:
		return fmt.Sprintf("Gone from the samples: %s, %s, %s.", what, now, before)
	case incident.PatternFallen:
		return fmt.Sprintf("Rarer in the samples: %s, %s, %s.", what, now, before)
	default:
		return fmt.Sprintf("%s times as frequent in the samples: %s, %s, %s.", numbers.Count(p.Ratio), what, now, before)
	}
}

// shortened cuts a long pattern for a sentence, between two words, and leaves out the masked date and time before it.
func shortened(text string) string {
	const enough = 120 // characters
	for strings.HasPrefix(text, logpattern.Any+" ") {
		text = strings.TrimPrefix(text, logpattern.Any+" ")
	}
	if runes := []rune(text); len(runes) > enough {
		text = string(runes[:enough])
		if space := strings.LastIndexByte(text, ' '); space > enough/2 {
			text = text[:space]
		}
		return text + " …"
	}
	return text
}

// samplesFinding says what was read, so that the counts can be judged.
func samplesFinding(found incident.LogPatterns, compared logpattern.Comparison, changed bool) incident.Finding {
	f := incident.Finding{Severity: incident.Normal, Interval: &found.Window, Baseline: &found.Baseline,
		Values: []incident.Value{
			{Name: "lines read", Measure: incident.MeasureAllLines, Value: float64(found.Now.Lines), Unit: incident.Count, Baseline: incident.Baselined(float64(found.Before.Lines)), AtLeast: found.Now.Truncated,
				Labels: readFrom(found)},
			{Name: "time read", Measure: incident.MeasureRead, Value: found.Now.Covered.Seconds(), Unit: incident.Seconds, Baseline: incident.Baselined(found.Before.Covered.Seconds())},
			{Name: "patterns", Value: float64(compared.Templates), Unit: incident.Count},
			{Name: "patterns changed", Value: float64(len(compared.Changed)), Unit: incident.Count},
		},
		Method:   "a change counts when the rates differ by a factor of two, and by more than one and a half beyond what chance explains; at most one in a hundred of the changes told is chance",
		Evidence: incident.Evidence{Patterns: found.Changed}}
	part := ""
	if found.Now.Truncated {
		part = "the first "
	}
	f.Sentence = fmt.Sprintf("Read %s%s lines of %s (%s) and %s from before (%s): ", part, numbers.Count(float64(found.Now.Lines)),
		wording.List(found.Services), numbers.Duration(found.Now.Covered.Seconds()), numbers.Count(float64(found.Before.Lines)), numbers.Duration(found.Before.Covered.Seconds()))
	if !changed {
		f.Sentence += fmt.Sprintf("none of their %d %s appeared, vanished or changed much.", compared.Templates,
			wording.Plural(compared.Templates, "pattern", "patterns"))
		return f
	}
	f.Severity = incident.Info
	if compared.Templates == 1 {
		f.Sentence += "their only pattern changed."
		return f
	}
	f.Sentence += fmt.Sprintf("%d of their %d patterns changed.", len(compared.Changed), compared.Templates)
	return f
}
