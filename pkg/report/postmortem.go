package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

// PostMortem is what can be written about a saved case without asking anybody: everything in it stands in the case's
// findings or its log. The same case and zone always give the same one.
type PostMortem struct {
	ID          string             `json:"id"`
	Title       string             `json:"title"`
	Environment string             `json:"environment"`
	State       incident.CaseState `json:"state"`
	Zone        string             `json:"zone"` // of the local times, as the IANA names it
	Since       string             `json:"-"`    // when the subject began to suffer; empty where nobody knows
	Summary     []string           `json:"summary"`
	Impact      []Number           `json:"impact"`
	Timeline    []Moment           `json:"timeline"` // ordered by time
	Cause       Cause              `json:"cause"`
	Times       []Span             `json:"times"`
	Helped      []string           `json:"helped"` // what made it fast
	Slowed      []string           `json:"slowed"` // what made it slow, or could not be seen
	FollowUps   []string           `json:"followUps"`
	Notes       []Note             `json:"notes"` // what people wrote, as Markdown
	Recovery    []Number           `json:"recovery"`
	Before      []Earlier          `json:"before"` // incidents that were like this one, the most alike first
	Queries     []Asked            `json:"queries"`
	Left        []string           `json:"left"` // what was thinned or left out when the case was saved
}

// Number is a number of the incident, as text with its unit.
type Number struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Normal string `json:"normal,omitempty"`
	From   string `json:"from,omitempty"` // key of the step that found it
}

// InUTC says whether the local times of the timeline are all UTC, as in London in winter.
func (p *PostMortem) InUTC() bool {
	return !slices.ContainsFunc(p.Timeline, func(m Moment) bool { return !strings.HasPrefix(m.Local, m.UTC) })
}

// Part is the part of an incident that a moment belongs to.
type Part string

// The parts, in the order in which they are told.
const (
	PartCause      Part = "Root cause"
	PartSilent     Part = "Silent period"
	PartImpact     Part = "Impact"
	PartResponse   Part = "Response"
	PartResolution Part = "Resolution"
)

// Moment is a line of the timeline.
type Moment struct {
	At    time.Time `json:"at"`
	UTC   string    `json:"utc"`
	Local string    `json:"local"`
	Part  Part      `json:"part"`
	Text  string    `json:"text"`
	By    string    `json:"by,omitempty"`    // who did or wrote it; empty for what was found
	From  string    `json:"from,omitempty"`  // key of the step whose queries it was found with
	About string    `json:"about,omitempty"` // id of what it tells of, within that step
	Entry string    `json:"entry,omitempty"`
	// Kind is that of the entry; empty for what was found.
	Kind incident.EntryKind `json:"-"`
}

// Cause is what the verdict says.
type Cause struct {
	Level      incident.Level       `json:"level"`
	Sentence   string               `json:"sentence"`
	Candidates []incident.Candidate `json:"candidates"`
	Chain      []Moment             `json:"chain"`
	Normal     []string             `json:"normal"`
	Unchecked  []string             `json:"unchecked"`
	Against    []string             `json:"against"` // what would contradict it, and whether that was seen
	Rests      []string             `json:"rests"`   // what carries it
	Next       *incident.OpenQuery  `json:"next,omitempty"`
}

// Span is a time between two moments of the incident, with how it was computed.
type Span struct {
	Name string `json:"name"`
	Took string `json:"took"`
	How  string `json:"how"`
}

// Note is what somebody wrote.
type Note struct {
	ID    string `json:"id"`
	Local string `json:"local"`
	By    string `json:"by"`
	Kind  string `json:"kind"`
	Text  string `json:"text"` // Markdown
}

// Asked is a query with the step that asked it.
type Asked struct {
	Step     string `json:"step"`
	Language string `json:"language"`
	Text     string `json:"text"`
	Problem  string `json:"problem,omitempty"`
}

// Earlier is an incident that was like this one.
type Earlier struct {
	Case    string   `json:"case"` // its id
	Title   string   `json:"title"`
	Because []string `json:"because"`
	Fix     string   `json:"fix"` // what was done against it
	Took    string   `json:"took"`
	How     string   `json:"how"` // how Took was computed
}

// PostMortemOf writes about a case, with local times in a zone; nil means UTC. Earlier cases are those that it was compared
// with; nil where nobody compared.
func PostMortemOf(s *incident.SavedCase, zone *time.Location, earlier *incident.CasesBefore) *PostMortem {
	if zone == nil {
		zone = time.UTC
	}
	c := &s.Case
	title := c.Title()
	w := writer{s, zone}
	p := &PostMortem{ID: s.ID, Title: title, Environment: c.Environment, State: s.State(), Zone: zone.String(), Timeline: w.timeline(), Times: w.times(),
		Impact: impact(c), Recovery: recovery(s), Notes: w.notes(), FollowUps: w.followUps(), Queries: queries(c), Left: nonNil(s.Frozen.Left), Before: before(earlier),
		Cause: w.cause()}
	if o := c.Facts.Onset; o != nil {
		p.Since = fmt.Sprintf("%s, give or take %s", w.inBoth(w.onset()), took(o.Margin()))
	}
	p.Summary = w.summary(p)
	p.Helped, p.Slowed = w.helped(), w.slowed()
	return p
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// writer holds what all parts are written from.
type writer struct {
	s    *incident.SavedCase
	zone *time.Location
}

// in writes a text with its moments in the reader's zone.
func (w writer) in(text string, moments []incident.Moment) string {
	return incident.WrittenIn(w.zone, text, moments)
}

// verdict is what the investigation thinks, in the reader's zone.
func (w writer) verdict() string { return w.in(w.s.Case.Verdict.Sentence, w.s.Case.Verdict.Moments) }

func (w writer) cause() Cause {
	v := &w.s.Case.Verdict
	cause := Cause{Level: v.Level, Sentence: w.verdict(), Candidates: []incident.Candidate{}, Chain: w.chain(), Normal: v.NormalIn(w.in), Unchecked: nonNil(v.Unchecked),
		Against: v.AgainstIn(w.in), Rests: v.RestsIn(w.in), Next: v.Next}
	for _, k := range v.Candidates {
		k.Because, k.Moments = k.BecauseIn(w.in), nil
		cause.Candidates = append(cause.Candidates, k)
	}
	return cause
}

const clock = "2006-01-02 15:04:05"

func (w writer) moment(at time.Time, part Part, text string) Moment {
	return Moment{At: at.UTC(), UTC: at.UTC().Format(clock), Local: at.In(w.zone).Format(clock + " MST"), Part: part, Text: text}
}

// onset is when the subject began to suffer; the end of the window where nobody knows.
func (w writer) onset() time.Time {
	if o := w.s.Case.Facts.Onset; o != nil {
		return o.Middle()
	}
	return w.s.Case.Window.To
}

func impact(c *incident.Case) []Number {
	rows := []Number{}
	add := func(name, from string, change *incident.Change) {
		if change != nil && (change.Moved != nil || change.Worse) {
			rows = append(rows, Number{Name: name, Value: numbers.Say(change.Now, change.Unit), Normal: numbers.Say(change.Normal, change.Unit), From: from})
		}
	}
	add("error rate", "impact/error-rate", c.Facts.Errors)
	add("request rate", "impact/request-rate", c.Facts.Traffic)
	if l := c.Facts.Latency; l != nil {
		add(l.Latency(), "impact/latency", l)
	}
	if f := c.Facts.Failing; f != nil && !f.Slow {
		rows = append(rows, Number{Name: "failing traces", Value: numbers.Say(float64(f.Count), incident.Count), From: "example/failing-traces"})
	}
	for _, k := range []*incident.Comparison{c.Facts.Lookups, c.Facts.Pool} {
		if k != nil && k.Abnormal {
			rows = append(rows, Number{Name: k.What, Value: numbers.Say(k.Now, k.Unit), Normal: numbers.Say(k.Normal, k.Unit)})
		}
	}
	return rows
}

func recovery(s *incident.SavedCase) []Number {
	rows := []Number{}
	e := s.Last(incident.EntryRecovered)
	if e == nil || e.Recovery == nil {
		return rows
	}
	for _, r := range e.Recovery.Readings {
		path := r.Path
		if len(path) == 0 {
			path = []float64{r.Before, r.After}
		}
		text := ""
		for i, v := range path {
			if i > 0 {
				text += " → "
			}
			text += numbers.Say(v, r.Unit)
		}
		rows = append(rows, Number{Name: r.Name, Value: text, Normal: numbers.Say(r.Normal, r.Unit)})
	}
	return rows
}

func queries(c *incident.Case) []Asked {
	asked, seen := []Asked{}, map[Asked]bool{}
	for _, s := range c.Steps {
		for _, q := range s.Queries {
			one := Asked{Step: s.Key(), Language: q.Language, Text: q.Text, Problem: q.Problem}
			if q.Text != "" && !seen[one] { // the same text may be asked for several times
				seen[one] = true
				asked = append(asked, one)
			}
		}
	}
	return asked
}

func before(earlier *incident.CasesBefore) []Earlier {
	all := []Earlier{}
	if earlier == nil {
		return all
	}
	for _, k := range earlier.Cases {
		e := Earlier{Case: k.Case.ID, Title: k.Case.Title, Because: nonNil(k.Because), Fix: "none recorded", Took: "unknown", How: k.How}
		if k.Fix != nil {
			e.Fix = with("applied by "+k.Fix.By, firstLine(k.Fix.Text))
		}
		if k.Took > 0 {
			e.Took = took(time.Duration(k.Took * float64(time.Second)))
		}
		all = append(all, e)
	}
	return all
}
