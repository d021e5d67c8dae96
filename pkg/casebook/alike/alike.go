// Package alike compares incidents by their shape: whom they hurt, where the failing requests ended, what was written into
// the log, and what the cause was. It says why it calls two alike, in sentences, and holds no more than a sum of points, so
// that a person can check it. It is pure.
package alike

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Shape is what of an incident is compared with others. What is empty is not known, and is compared with nothing.
type Shape struct {
	Service, Operation string
	// CulpritService and Culprit are the span where the example went wrong; External is the host outside that it called.
	CulpritService, Culprit, External string
	PatternService, Pattern           string // the constant part of what the failing requests write
	// Cause is the candidate that the verdict names; nil where it names none.
	Cause    *incident.Candidate
	Abnormal []Number
}

// Number is one that was not as usual: what it is, and that in words.
type Number struct{ ID, What string }

// Of is the shape of a case.
func Of(c *incident.Case) Shape {
	s := Shape{Service: c.Subject.Service, Operation: c.Subject.Operation}
	if k := c.Facts.Culprit; k != nil {
		s.CulpritService, s.Culprit, s.External = k.Span.Service, k.Span.Name, k.External
	}
	if p := c.Facts.Pattern; p != nil {
		s.PatternService, s.Pattern = p.Service, p.Text
	}
	if named := c.Verdict.Blamed(); named != nil {
		cause := *named // shapes are remembered longer than cases
		s.Cause = &cause
	}
	if l := c.Facts.Lookups; l != nil && l.Abnormal {
		s.Abnormal = append(s.Abnormal, Number{incident.CriterionOfLookups(l) + "/" + l.Service, l.What + " of " + l.Service})
	}
	if p := c.Facts.Pool; p != nil && p.Abnormal {
		s.Abnormal = append(s.Abnormal, Number{incident.CriterionOfPool(p), p.What + " of " + p.Service})
	}
	return s
}

// The points of each kind of likeness. What people remember an incident by counts most: its cause.
const (
	pointsCause     = 4.0
	pointsCausing   = 2.0 // another component of the same service
	pointsCulprit   = 3.0
	pointsExternal  = 2.0 // another call to the same host outside
	pointsFailing   = 1.0 // another call of the same service
	pointsPattern   = 2.0
	pointsAbnormal  = 1.0
	pointsService   = 1.0
	pointsOperation = 0.5

	// Enough is the least score of two incidents that are called alike.
	Enough = 0.3
)

// Likeness is how much two incidents are alike, and why.
type Likeness struct {
	Score   float64  // of the points that could be had, 0 to 1
	Because []string // a sentence for everything that they share, the weightiest first
	// Telling says that they share more than whom they hurt.
	Telling bool
}

// Alike says whether the two are worth to be shown beside each other.
func (l Likeness) Alike() bool { return l.Telling && l.Score >= Enough }

// Compare says how much an earlier incident is like one of now. Only what is known of the one of now can be shared, so that
// an investigation that could not see much is not called unlike for that.
func Compare(now, before Shape) Likeness {
	var had, possible float64
	l := Likeness{Because: []string{}}
	for _, trait := range []trait{cause, culprit, pattern, abnormal, service} {
		points, most, because := trait(now, before)
		possible += most
		had += points
		if because != "" {
			l.Because = append(l.Because, because)
		}
	}
	if possible > 0 {
		l.Score = had / possible
	}
	l.Telling = len(l.Because) > 1 || (len(l.Because) == 1 && now.Service != before.Service)
	return l
}

// trait compares one part of two shapes: the points that they have for it, the most that could be had, and why.
type trait func(now, before Shape) (points, most float64, because string)

func cause(now, before Shape) (points, most float64, because string) {
	switch {
	case now.Cause == nil:
		return 0, 0, ""
	case before.Cause == nil || now.Cause.Service != before.Cause.Service:
		return 0, pointsCause, ""
	case now.Cause.Kind == before.Cause.Kind && now.Cause.Target == before.Cause.Target:
		return pointsCause, pointsCause, fmt.Sprintf("The same cause: %s of %s.", now.Cause.Component, now.Cause.Service)
	}
	return pointsCausing, pointsCause, fmt.Sprintf("The cause lay in the same service, %s, though in %s.", now.Cause.Service, before.Cause.Component)
}

func culprit(now, before Shape) (points, most float64, because string) {
	switch {
	case now.Culprit == "":
		return 0, 0, ""
	case now.Culprit == before.Culprit && now.CulpritService == before.CulpritService:
		return pointsCulprit, pointsCulprit, fmt.Sprintf("The requests ended in the same call: %s of %s.", now.Culprit, now.CulpritService)
	case now.External != "" && now.External == before.External:
		return pointsExternal, pointsCulprit, fmt.Sprintf("The requests ended in a call to the same host, %s.", now.External)
	case now.CulpritService == before.CulpritService:
		return pointsFailing, pointsCulprit, fmt.Sprintf("The requests ended in the same service, %s, though in %s.", now.CulpritService, before.Culprit)
	}
	return 0, pointsCulprit, ""
}

func pattern(now, before Shape) (points, most float64, because string) {
	if now.Pattern == "" {
		return 0, 0, ""
	}
	if now.PatternService == before.PatternService && sameWords(now.Pattern, before.Pattern) {
		return pointsPattern, pointsPattern, fmt.Sprintf("%s wrote the same: %q.", now.PatternService, before.Pattern)
	}
	return 0, pointsPattern, ""
}

func abnormal(now, before Shape) (points, most float64, because string) {
	var both []string
	for _, what := range now.Abnormal {
		most += pointsAbnormal
		if slices.ContainsFunc(before.Abnormal, func(other Number) bool { return other.ID == what.ID }) {
			points += pointsAbnormal
			both = append(both, what.What)
		}
	}
	if len(both) > 0 {
		because = fmt.Sprintf("Abnormal both times: %s.", strings.Join(both, ", "))
	}
	return points, most, because
}

func service(now, before Shape) (points, most float64, because string) {
	most = pointsService
	if now.Operation != "" {
		most += pointsOperation
	}
	switch {
	case now.Service != before.Service:
		return 0, most, ""
	case now.Operation != "" && now.Operation == before.Operation:
		return most, most, fmt.Sprintf("It affected the same operation, %s of %s.", now.Operation, now.Service)
	}
	return pointsService, most, fmt.Sprintf("It affected the same service, %s.", now.Service)
}

// sameWords says whether two patterns have nearly the same words, whatever numbers stand between them.
func sameWords(a, b string) bool {
	first, second := words(a), words(b)
	both := 0
	for word := range first {
		if second[word] {
			both++
		}
	}
	all := len(first) + len(second) - both
	return all > 0 && float64(both) >= 0.8*float64(all)
}

// words are those of a text that hold no digit, in small letters.
func words(text string) map[string]bool {
	found := map[string]bool{}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if !strings.ContainsFunc(word, unicode.IsDigit) {
			found[word] = true
		}
	}
	return found
}
