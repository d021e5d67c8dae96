package incident

import (
	"iter"
	"slices"
	"time"
)

// Moment is a time that a text holds, as a value beside the text. The text has it written in UTC, between Start and End; whoever shows
// the text to somebody of another time zone writes At there instead, in the same form. What others said, such as a quoted log line, holds
// no moments.
type Moment struct {
	At   time.Time  `json:"at"`
	Form MomentForm `json:"form"`
	// Start and End are where it stands in the text, in UTF-16 code units, which is how browsers count.
	Start int `json:"start"`
	End   int `json:"end"`
}

// MomentForm is how much of a moment is written. All forms are to the second.
type MomentForm string

// The forms.
const (
	TimeOfDay   MomentForm = "time"      // 10:30:40
	TimeAndDay  MomentForm = "day"       // 10:30:40 on 9 March
	TimeAndDate MomentForm = "full date" // 10:30:40 on 9 March 2025
)

// MomentForms lists the forms.
func MomentForms() []MomentForm { return []MomentForm{TimeOfDay, TimeAndDay, TimeAndDate} }

// Layout is how the form is written, as package time describes layouts.
func (f MomentForm) Layout() string {
	switch f {
	case TimeAndDay:
		return "15:04:05 on 2 January"
	case TimeAndDate:
		return "15:04:05 on 2 January 2006"
	default:
		return "15:04:05"
	}
}

// Sentence is a text of a case with the moments that it holds. Both can be replaced through it.
type Sentence struct {
	Text    *string
	Moments *[]Moment
}

// Sentences goes through all texts of the case that may hold moments.
func (c *Case) Sentences() iter.Seq[Sentence] {
	return func(yield func(Sentence) bool) {
		for i := range c.Steps {
			for n := range c.Steps[i].Findings {
				if !c.Steps[i].Findings[n].sentences(yield) {
					return
				}
			}
		}
		c.Verdict.sentences(yield)
	}
}

func (f *Finding) sentences(yield func(Sentence) bool) bool {
	if !yield(Sentence{&f.Sentence, &f.Moments}) {
		return false
	}
	for i := range f.Evidence.Commands {
		if k := &f.Evidence.Commands[i]; !yield(Sentence{&k.Why, &k.Moments}) {
			return false
		}
	}
	return true
}

func (v *Verdict) sentences(yield func(Sentence) bool) bool {
	if !yield(Sentence{&v.Sentence, &v.Moments}) || !yield(Sentence{&v.Statement, &v.StatementMoments}) {
		return false
	}
	for i := range v.Candidates {
		if k := &v.Candidates[i]; !sentencesOf(k.Because, &k.Moments, yield) {
			return false
		}
	}
	if !sentencesOf(v.Normal, &v.NormalMoments, yield) {
		return false
	}
	for i := range v.Against {
		if k := &v.Against[i]; !yield(Sentence{&k.Detail, &k.Moments}) {
			return false
		}
	}
	for i := range v.Rests {
		if s := &v.Rests[i]; !yield(Sentence{&s.Statement, &s.Moments}) {
			return false
		}
	}
	for i := range v.Chain {
		if link := &v.Chain[i]; !yield(Sentence{&link.Sentence, &link.Moments}) {
			return false
		}
	}
	return true
}

// sentencesOf goes through texts and the moments of each.
func sentencesOf(texts []string, moments *[][]Moment, yield func(Sentence) bool) bool {
	for i := range texts {
		var of []Moment
		if i < len(*moments) {
			of = (*moments)[i]
		}
		was := of
		more := yield(Sentence{&texts[i], &of})
		if !slices.Equal(of, was) {
			setMoments(moments, i, len(texts), of)
		}
		if !more {
			return false
		}
	}
	return true
}

// setMoments sets the moments of one of a number of texts. As long as none of these has any there is no list.
func setMoments(all *[][]Moment, i, texts int, moments []Moment) {
	if len(moments) == 0 && len(*all) == 0 {
		return
	}
	for len(*all) < texts {
		*all = append(*all, []Moment{})
	}
	(*all)[i] = append([]Moment{}, moments...)
}

// Says adds a piece of evidence, in words, with the moments that it holds.
func (k *Candidate) Says(because string, moments []Moment) {
	k.Because = append(k.Because, because)
	setMoments(&k.Moments, len(k.Because)-1, len(k.Because), moments)
}

// IsNormal adds what was checked and found normal, in words, with the moments that it holds.
func (v *Verdict) IsNormal(sentence string, moments []Moment) {
	v.Normal = append(v.Normal, sentence)
	setMoments(&v.NormalMoments, len(v.Normal)-1, len(v.Normal), moments)
}

// BecauseIn is the evidence in words, with the moments written by a function such as WrittenInUTC.
func (k *Candidate) BecauseIn(write func(text string, moments []Moment) string) []string {
	return listIn(k.Because, k.Moments, write)
}

// NormalIn is likewise what was checked and found normal.
func (v *Verdict) NormalIn(write func(text string, moments []Moment) string) []string {
	return listIn(v.Normal, v.NormalMoments, write)
}

func listIn(texts []string, moments [][]Moment, write func(string, []Moment) string) []string {
	all := []string{}
	for i, text := range texts {
		var of []Moment
		if i < len(moments) {
			of = moments[i]
		}
		all = append(all, write(text, of))
	}
	return all
}
