package cause

import (
	"fmt"
	"slices"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// evidence is a kind of evidence for a candidate. Each kind counts once, however often it is seen: two numbers of the
// same pool are one observation.
type evidence string

const (
	inTrace   evidence = "the failing trace"
	inMetric  evidence = "an infrastructure metric"
	inLogs    evidence = "the logs"
	inTable   evidence = "the dependency table"
	inTime    evidence = "the order in time"
	inCluster evidence = "the cluster's events and changes"
	kindsKept          = 6
	deepest            = 2
)

// suspect is a candidate being weighed.
type suspect struct {
	service, component string
	saying             string // what is wrong, as the verdict says it
	began              *incident.MovedAt
	because            []statement
	kinds              map[evidence]bool
	link               string // what ties it to the symptom that it explains
	depth              int    // 0 for a symptom, 1 for what explains it, 2 for the change behind that
	unlinked           bool   // nothing links it to the failure but time
	ailing             *ailing
	change             *incident.ClusterChange
	begins             incident.Link           // what happened when it began, for the chain; without a sentence where nothing is told
	ranked             *incident.RankedService // how its requests differ from before; nil where that is not known
	mechanism          bool                    // it says how the failure comes about
}

// statement is a piece of evidence in words.
type statement struct {
	kind evidence
	text string
}

func (s *suspect) speaks(kind evidence, because string, values ...any) {
	s.kinds[kind] = true
	s.because = append(s.because, statement{kind, fmt.Sprintf(because, values...)})
}

// happens says what happened when the suspect began, and which step knows it.
func (s *suspect) happens(step, sentence string, values ...any) {
	s.begins = incident.Link{Step: step, Sentence: fmt.Sprintf(sentence, values...)}
	if s.began != nil {
		s.begins.At = s.began.Middle()
	}
}

func newSuspect(service, component, saying string) *suspect {
	return &suspect{service: service, component: component, saying: saying, kinds: map[evidence]bool{}}
}

// inherits takes over what speaks for another suspect: of each kind of evidence that this one lacks, the first statement.
func (s *suspect) inherits(from *suspect) {
	for _, because := range from.because {
		if !s.kinds[because.kind] {
			s.speaks(because.kind, "%s", because.text)
		}
	}
}

// score is the share of the kinds of evidence that speak for the suspect or for what it explains, where a step from the
// symptom towards the beginning counts as a kind more: a cause has the evidence of its symptoms, and goes before them.
func (s *suspect) score() float64 { return min(1, float64(len(s.kinds)+s.depth)/(kindsKept+deepest)) }

// candidate is the suspect as a case shows it.
func (s *suspect) candidate() incident.Candidate {
	candidate := incident.Candidate{Service: s.service, Component: s.component, Score: s.weight(), Because: []string{}}
	for _, because := range s.because {
		candidate.Because = append(candidate.Because, because.text)
	}
	return candidate
}

// suspects lists what could have caused the incident, the best supported first. What infrastructure shows goes before
// the call that suffered from it: the slow lookup explains the timeout, and not the other way round. Then come the
// services whose requests changed most. What is linked to the failure by nothing but time goes last.
func suspects(c *incident.Case) []*suspect {
	if nothingMoved(c.Facts) { // then what happened in the cluster explains nothing, and only a service's own change can
		return rankedSuspects(c, nil)
	}
	symptoms := symptomSuspects(c)
	all := rankedSuspects(c, slices.Concat(clusterSuspects(c, symptoms), surroundingSuspects(c, symptoms), symptoms))
	sort.SliceStable(all, func(i, j int) bool {
		if all[i].tier() != all[j].tier() {
			return all[i].tier() < all[j].tier()
		}
		return all[i].weight() > all[j].weight()
	})
	return all
}

// symptomSuspects are what the service's own telemetry points at.
func symptomSuspects(c *incident.Case) []*suspect {
	var all []*suspect
	for _, found := range append([]*suspect{lookupSuspect(c), poolSuspect(c)}, append(limitSuspects(c), culpritSuspect(c), dependencySuspect(c))...) {
		if found != nil {
			all = append(all, found)
		}
	}
	return all
}

// lookupSuspect is slow DNS.
func lookupSuspect(c *incident.Case) *suspect {
	l := c.Facts.Lookups
	if l == nil || !l.Abnormal {
		return nil
	}
	s := newSuspect(l.Service, l.What, fmt.Sprintf("%s by %s are slow", l.What, l.Service))
	s.began, s.mechanism = l.Moved, true
	s.speaks(inMetric, "%s take %s, normally %s", l.What, numbers.Duration(l.Now), numbers.Duration(l.Normal))
	if culprit := c.Facts.Culprit; culprit != nil && culprit.External != "" && l.What == "DNS lookups of "+culprit.External {
		s.speaks(inTrace, "the failing trace ends in a call to %s, and nothing came back", culprit.External)
	}
	addOrder(c, s)
	addLogs(c, s)
	addTable(c, s)
	return s
}

// poolSuspect is an exhausted connection pool. Connections pile up when what they wait for is slow, so that a pool that
// filled while lookups were slow is a symptom of these and no suspect.
func poolSuspect(c *incident.Case) *suspect {
	p := c.Facts.Pool
	if p == nil || !p.Abnormal || c.Facts.Lookups != nil && c.Facts.Lookups.Abnormal {
		return nil
	}
	s := newSuspect(p.Service, "connection pool", fmt.Sprintf("the connection pool of %s is exhausted", p.Service))
	s.began, s.mechanism = p.Moved, true
	s.speaks(inMetric, "%s of %s connections are in use, normally %s", numbers.Count(p.Now), numbers.Count(*p.Limit), numbers.Count(p.Normal))
	if culprit := c.Facts.Culprit; culprit != nil && culprit.Span.Service == p.Service {
		s.speaks(inTrace, "the failing trace goes wrong in the same service")
	}
	addOrder(c, s)
	addLogs(c, s)
	addTable(c, s)
	return s
}

// limitSuspects are the limits of CPU and memory that the culprit's service has come near. Connections that pile up
// need memory too, and a busy service is throttled: which of them came first the order in time tells.
func limitSuspects(c *incident.Case) []*suspect {
	if c.Facts.Saturation == nil {
		return nil
	}
	var all []*suspect
	add := func(use *incident.Comparison, component, saying string) {
		if use == nil || !use.Abnormal || use.Moved != nil && !c.Facts.InTime(use.Moved.Earliest) {
			return
		}
		s := newSuspect(use.Service, component, fmt.Sprintf(saying, use.Service))
		s.began, s.mechanism = use.Moved, true
		s.speaks(inMetric, "%s: %s, normally %s", use.What, numbers.Percent(use.Now), numbers.Percent(use.Normal))
		if use.Service == c.Facts.Culprit.Span.Service {
			s.speaks(inTrace, "the failing trace goes wrong in the same service")
		} else {
			s.speaks(inTrace, "the failing trace goes wrong in a call to it")
		}
		addOrder(c, s)
		addLogs(c, s)
		addTable(c, s)
		all = append(all, s)
	}
	add(c.Facts.Saturation.CPU, "CPU limit", "%s waits for CPU at its limit")
	add(c.Facts.Saturation.Memory, "memory limit", "%s is at its memory limit")
	return all
}

// culpritSuspect is what the failing trace points at by itself.
func culpritSuspect(c *incident.Case) *suspect {
	culprit := c.Facts.Culprit
	if culprit == nil {
		return nil
	}
	s := newSuspect(culprit.Span.Service, culprit.Span.Name, fmt.Sprintf("%s of %s fails", culprit.Span.Name, culprit.Span.Service))
	if culprit.External != "" {
		s.saying = fmt.Sprintf("calls from %s to %s fail", culprit.Span.Service, culprit.External)
	}
	s.speaks(inTrace, "the failing trace goes wrong there: %s of %s", numbers.Milliseconds(culprit.Span.Duration), numbers.Milliseconds(c.Facts.Example.Trace.Duration))
	addLogs(c, s)
	addTable(c, s)
	return s
}

// dependencySuspect is the worst callee, where no trace tells more.
func dependencySuspect(c *incident.Case) *suspect {
	if c.Facts.Culprit != nil || c.Facts.Dependencies == nil {
		return nil
	}
	for _, d := range c.Facts.Dependencies.Rows {
		if d.Health == incident.Failing || d.Health == incident.Degraded {
			s := newSuspect(d.Service, d.Service, fmt.Sprintf("%s is %s", d.Service, d.Health))
			addTable(c, s)
			return s
		}
	}
	return nil
}

func addOrder(c *incident.Case, s *suspect) {
	onset := c.Facts.Onset
	if s.began == nil || onset == nil || s.began.Earliest.After(onset.Latest) {
		return
	}
	when := "before"
	if s.began.Middle().After(onset.Middle()) {
		when = "as far as can be told at the same time as" // the margins overlap
	}
	s.speaks(inTime, "it began at %s, %s the service's own numbers moved at %s", wording.Clock(s.began.Middle()), when, wording.Clock(onset.Middle()))
}

func addLogs(c *incident.Case, s *suspect) {
	p := c.Facts.Pattern
	if p != nil && p.Service == s.service && p.Now > p.Before {
		s.speaks(inLogs, "%s wrote %s %s times in 5 min, %s in the hour before the onset", p.Service, wording.Quoted(p.Text), numbers.Count(p.Now), numbers.Count(p.Before))
	}
}

func addTable(c *incident.Case, s *suspect) {
	if c.Facts.Dependencies == nil {
		return
	}
	for _, d := range c.Facts.Dependencies.Rows {
		if d.Service == s.service && (d.Health == incident.Failing || d.Health == incident.Degraded) {
			s.speaks(inTable, "%s is the dependency that is %s", d.Service, d.Health)
		}
	}
}
