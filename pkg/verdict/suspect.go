package verdict

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// evidence is a kind of evidence for a candidate. Each kind counts once, however often it is seen: two numbers of the
// same pool are one observation.
type evidence int

const (
	inTrace    evidence = iota // the failing trace
	inMetric                   // an infrastructure metric
	inLogs                     // the logs
	inTable                    // the dependency table
	inTime                     // the order in time
	inCluster                  // the cluster's events and changes
	inRequests                 // how its requests differ from before

	kindsKept = 6
	deepest   = 2
)

// Suspect is a candidate being weighed.
type Suspect struct {
	service, component string
	target             incident.Target
	saying             wording.Text // what is wrong, as the verdict says it
	began              *incident.MovedAt
	because            []statement
	kinds              map[evidence]bool
	link               string        // what ties it to the symptom that it explains
	begins             incident.Link // what happened when it began; without a sentence where nothing is told
	unhealthy          *unhealthy
	change             *incident.ClusterChange
	fits               bool                    // all affected requests met what the change put to work, and few others
	prompt             bool                    // the change is named by Kubernetes, or what it may have broken began within minutes of it
	calledBy           string                  // who calls the target, where nothing traces the target itself; else empty
	address            string                  // by which the target is called, where that is not its name
	ranked             *incident.RankedService // how its requests differ from before; nil where that is not known
	together           int                     // traces looked at that go wrong at one of several operations, where these are the suspect

	// From its cause:
	kind                incident.CauseKind
	depth               int
	mechanism, unlinked bool // also unlinked where its own evidence says so
}

// statement is a piece of evidence in words.
type statement struct {
	kind evidence
	text wording.Text
}

func newSuspect(service string, target incident.Target, component, saying string) *Suspect {
	return &Suspect{service: service, target: target, component: component, saying: wording.Textf("%s", saying), kinds: map[evidence]bool{}}
}

// has adds a piece of evidence.
func (s *Suspect) has(kind evidence, because string, values ...any) {
	s.kinds[kind] = true
	s.adds(kind, because, values...)
}

// adds says more of a kind of evidence that it has, or that does not count.
func (s *Suspect) adds(kind evidence, because string, values ...any) {
	s.because = append(s.because, statement{kind, wording.Textf(because, values...)})
}

// happens says what happened when the suspect began, and which step knows it.
func (s *Suspect) happens(step, sentence string, values ...any) {
	said := wording.Textf(sentence, values...)
	s.begins = incident.Link{Step: step, Sentence: said.Plain(), Moments: said.Moments()}
	if s.began != nil {
		s.begins.At = s.began.Middle()
	}
}

// inherits takes over the evidence of other suspects, which it explains: of each kind that it lacks, the first statement.
func (s *Suspect) inherits(from ...*Suspect) {
	for _, other := range from {
		for _, because := range other.because {
			if !s.kinds[because.kind] {
				s.has(because.kind, "%s", because.text)
			}
		}
	}
}

// distinct leaves out suspects of a target that a better supported one is about too, where they explain nothing themselves: that one says
// what they know besides. It counts for nothing there, being of the same thing found in another way.
func (all Suspects) distinct() Suspects {
	var kept Suspects
	for _, s := range all {
		same := slices.IndexFunc(kept, func(k *Suspect) bool {
			return k.service == s.service && k.target == s.target && !s.mechanism
		})
		if same < 0 {
			kept = append(kept, s)
			continue
		}
		for _, because := range s.because {
			if !kept[same].kinds[because.kind] {
				kept[same].because = append(kept[same].because, because)
			}
		}
	}
	return kept
}

// score is the share of the kinds of evidence that the suspect or what it explains has, where a step from the symptom towards
// the beginning counts as a kind more: a cause has the evidence of its symptoms, and goes before them.
func (s *Suspect) score() float64 { return min(1, float64(len(s.kinds)+s.depth)/(kindsKept+deepest)) }

// telling is the service whose telemetry shows the suspect: its own, or its caller's where it tells nothing itself.
func (s *Suspect) telling() string {
	if s.calledBy != "" {
		return s.calledBy
	}
	return s.service
}

// candidate is the suspect as a case shows it.
func (s *Suspect) candidate() incident.Candidate {
	candidate := incident.Candidate{Service: s.service, Kind: s.kind, Target: s.target, Component: s.component, Score: s.weight(), Because: []string{}}
	for _, because := range s.because {
		candidate.Says(because.text.Plain(), because.text.Moments())
	}
	return candidate
}

// tier orders suspects of different making: what is linked to the failure and explains how goes before what changed most,
// that before what merely fails, and what only time links goes last.
func (s *Suspect) tier() int {
	switch {
	case s.unlinked:
		return 3
	case s.mechanism:
		return 0
	case s.ranked != nil && s.ranked.Score >= difference.WorthTelling:
		return 1
	}
	return 2
}

// weight orders the suspects of one tier.
func (s *Suspect) weight() float64 {
	if s.tier() == 1 {
		return s.ranked.Score
	}
	return s.score()
}

// holds says whether a verdict may rest on the suspect: one that rests on the ranking alone has to be more than chance.
func (s *Suspect) holds() bool {
	return !s.unlinked && (s.mechanism || s.kinds[inTrace] || s.kinds[inTable] || s.ranked != nil && s.ranked.Score >= difference.WorthTelling)
}

// addOrder says that the suspect began before the symptom, or at the same time as far as can be told.
func addOrder(c *incident.Case, s *Suspect) {
	onset := c.Facts.Onset
	if s.began == nil || onset == nil || !c.Facts.MovedInTime(*s.began) {
		return
	}
	began, moved := movedAt(*s.began), movedAt(onset.MovedAt)
	if s.began.Latest.After(onset.Earliest) { // the margins overlap
		s.has(inTime, "it began %s, and the service's own numbers moved %s: at the same time, as far as can be told", began, moved)
		return
	}
	s.has(inTime, "it began %s, before the service's own numbers moved %s", began, moved)
}

// addSymptoms adds what logs and the dependency table say of the suspect's service.
func addSymptoms(c *incident.Case, s *Suspect) {
	p := c.Facts.Pattern
	if p != nil && !p.NoBaseline && p.Service == s.telling() && moreOften(p) {
		s.has(inLogs, "%s wrote %s %s times in 5 min, %s in the %s", p.Service, wording.Quoted(p.Text), numbers.Count(p.Now), numbers.Count(p.Before), baselineOf(c, p.Baseline))
	}
	addTable(c, s)
}

// moreOften says that lines are written more often than before, however long the two times are.
func moreOften(p *incident.FailingPattern) bool {
	now, before := p.Window.Length(), p.Baseline.Length()
	if now <= 0 || before <= 0 {
		return p.Now > p.Before
	}
	return p.Now*before.Seconds() > p.Before*now.Seconds()
}

// baselineOf names the time before that something is compared with.
func baselineOf(c *incident.Case, w incident.Window) string {
	length, what := "hour", "the onset"
	if w.Length() != time.Hour {
		length = numbers.Duration(w.Length().Seconds())
	}
	if c.Facts.Onset == nil {
		what = "that"
	}
	return length + " before " + what
}

// addTable adds what the dependency table says of the suspect's service.
func addTable(c *incident.Case, s *Suspect) {
	if c.Facts.Dependencies == nil {
		return
	}
	for _, d := range c.Facts.Dependencies.Rows {
		if (d.Service == s.service || d.Service == s.calledBy) && (d.Health == incident.Failing || d.Health == incident.Degraded) {
			s.has(inTable, "%s is the dependency that is %s", d.Service, d.Health)
		}
	}
}
