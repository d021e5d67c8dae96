package report

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// timeline joins what was found with what people did.
func (w writer) timeline() []Moment {
	all := slices.Concat(w.chain(), w.silence(), w.exceeded())
	for _, r := range repeated(w.s.Entries) {
		if r.Kind == incident.EntryPractised {
			continue
		}
		m := w.entry(r.Entry)
		m.Text += w.again(r)
		if at := slices.IndexFunc(all, m.repeats); at >= 0 {
			all[at].By, all[at].Entry = joined(all[at].By, m.By), m.Entry
			continue
		}
		all = append(all, m)
	}
	slices.SortStableFunc(all, func(a, b Moment) int { return a.At.Compare(b.At) })
	return all
}

// repeats says whether a pinned finding tells what stands in the timeline already.
func (m Moment) repeats(other Moment) bool {
	return m.About != "" && m.From == other.From && m.About == other.About
}

func joined(names, name string) string {
	if names == "" || names == name {
		return name
	}
	return names + ", " + name
}

func (w writer) entry(e incident.Entry) Moment {
	m := w.moment(e.When(), partOf(e.Kind), w.entryText(e))
	switch {
	case e.Kind == incident.EntryRecovered && e.Recovery != nil:
		m = w.moment(e.Recovery.Since, PartResolution, w.entryText(e))
	case e.Pin != nil:
		m = w.moment(e.Pin.At, w.partAt(e.Pin.At), w.in(e.Pin.Sentence, e.Pin.Moments))
		m.From, m.About = e.Pin.Step, e.Pin.ID
	}
	m.By, m.Entry, m.Kind = e.By.Name, e.ID, e.Kind
	return m
}

func (w writer) chain() []Moment {
	chain := []Moment{}
	for _, k := range w.s.Case.Verdict.Chain {
		m := w.moment(k.At, w.partAt(k.At), w.in(k.Sentence, k.Moments))
		m.From, m.About = k.Step, k.About
		chain = append(chain, m)
	}
	return chain
}

// partAt is the part that something found belongs to: before the subject began to suffer it is the cause's.
func (w writer) partAt(at time.Time) Part {
	suffering := w.s.Case.Window.To
	if o := w.s.Case.Facts.Onset; o != nil {
		suffering = o.Earliest
	}
	if at.Before(suffering) {
		return PartCause
	}
	return PartImpact
}

const quiet = 5 * time.Minute // between two events, from which the time between them is silent

// silence is the longest time of the chain before the onset in which nothing of it happened.
func (w writer) silence() []Moment {
	onset := w.s.Case.Facts.Onset
	if onset == nil {
		return nil
	}
	var from, to time.Time
	links := w.s.Case.Verdict.Chain
	for i, k := range links {
		next := onset.Middle()
		if i+1 < len(links) {
			next = links[i+1].At
		}
		if k.At.Before(onset.Earliest) && next.Sub(k.At) > max(quiet, to.Sub(from)) {
			from, to = k.At, next
		}
	}
	if from.IsZero() {
		return nil
	}
	text := fmt.Sprintf("Silent for %s: nothing else of the chain happens, and no number of %s moves", took(to.Sub(from)), w.s.Case.Subject.Service)
	return []Moment{w.moment(from, PartSilent, text)}
}

// exceeded is when the error rate came above the highest round share that it stayed above.
func (w writer) exceeded() []Moment {
	const step = "impact/error-rate"
	e, onset := w.s.Case.Facts.Errors, w.s.Case.Facts.Onset
	if e == nil || onset == nil || !e.Worse {
		return nil
	}
	limit := 0.0
	for _, round := range []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.5} {
		if round < e.Now && round > e.Normal {
			limit = round
		}
	}
	points := w.pointsOf(step)
	above := len(points)
	for above > 0 && points[above-1].Value > limit {
		above--
	}
	if limit == 0 || above == 0 || above == len(points) {
		return nil
	}
	between := incident.MovedAt{Earliest: points[above-1].Time, Latest: points[above].Time}
	m := w.moment(between.Middle(), PartImpact, fmt.Sprintf("error rate of %s exceeds %s%% (give or take %s)", w.s.Case.Subject.Service,
		strconv.FormatFloat(limit*100, 'f', -1, 64), took(between.Margin())))
	m.From = step
	return []Moment{m}
}

// pointsOf is the first series that a step shows.
func (w writer) pointsOf(step string) []incident.Point {
	for _, s := range w.s.Case.Steps {
		for _, f := range s.Findings {
			if s.Key() == step && len(f.Evidence.Series) > 0 {
				return f.Evidence.Series[0].Points
			}
		}
	}
	return nil
}

func partOf(kind incident.EntryKind) Part {
	switch kind {
	case incident.EntryRecovered, incident.EntryClosed:
		return PartResolution
	default:
		return PartResponse
	}
}

// entryText is what an entry says in a timeline.
func (w writer) entryText(e incident.Entry) string {
	text := firstLine(w.in(e.Text, e.Moments))
	switch e.Kind {
	case incident.EntryOpened:
		return "Case opened"
	case incident.EntryAlert:
		return with("Alert fires", text)
	case incident.EntryNote:
		return text
	case incident.EntryHandedOver:
		return "Handed over; what was said stands among the notes"
	case incident.EntryTicked:
		return "Checked " + w.title(e.Step)
	case incident.EntrySkipped:
		return with("Skipped "+w.title(e.Step), text)
	case incident.EntryUnticked:
		return "Reopened " + w.title(e.Step)
	case incident.EntryRecovered:
		return "Recovery confirmed: all exit criteria hold"
	case incident.EntryRelapsed:
		return "Relapse: the numbers left again"
	case incident.EntryClosed, incident.EntryReopened:
		return with("Case "+string(e.Kind), text)
	default: // such as "fix applied"
		return with(capital(string(e.Kind)), text)
	}
}

func with(what, text string) string {
	if text == "" {
		return what
	}
	return what + ": " + text
}

func capital(text string) string {
	if text == "" || text[0] < 'a' || text[0] > 'z' {
		return text
	}
	return string(text[0]-'a'+'A') + text[1:]
}

// title is what a step is called; its key where the case does not have it.
func (w writer) title(step string) string {
	for _, s := range w.s.Case.Steps {
		if s.Key() == step {
			return s.Title
		}
	}
	return step
}
