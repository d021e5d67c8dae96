package score

import (
	"math"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Figures say how well a set of incidents was judged. AC@k is the share whose true service is among the first k of the
// ranking, also where the verdict names nobody; Avg@5 is the mean of AC@1 to AC@5. Named@k counts what a person reads: where
// the verdict is No clear cause, the incident is missed.
type Figures struct {
	N            int      `json:"n"`
	AC1          float64  `json:"ac1"`
	AC3          float64  `json:"ac3"`
	AC5          float64  `json:"ac5"`
	Avg5         float64  `json:"avg5"`
	Named1       float64  `json:"named1"`
	Named3       float64  `json:"named3"`
	NoClearCause float64  `json:"noClearCause"` // share
	Likely       float64  `json:"likely"`       // share
	LikelyRight  *float64 `json:"likelyRight"`  // share of those whose first candidate is the true service; null where none is
	RightReason  *float64 `json:"rightReason"`  // share of the first places that are right whose reasons name the kind of fault
	OnsetError   *float64 `json:"onsetErrorSeconds"`
	Analysis     float64  `json:"analysisMilliseconds"` // the longest
}

// Summary is the figures of everything together, of each recording, and of each fault type.
type Summary struct {
	All         Figures            `json:"all"`
	ByRecording map[string]Figures `json:"byRecording"`
	ByFault     map[string]Figures `json:"byFault"`
}

func summarise(incidents []Incident) Summary {
	byRecording, byFault := map[string][]Incident{}, map[string][]Incident{}
	for _, i := range incidents {
		byRecording[i.Recording] = append(byRecording[i.Recording], i)
		byFault[i.Fault] = append(byFault[i.Fault], i)
	}
	s := Summary{All: figuresOf(incidents), ByRecording: map[string]Figures{}, ByFault: map[string]Figures{}}
	for name, some := range byRecording {
		s.ByRecording[name] = figuresOf(some)
	}
	for fault, some := range byFault {
		s.ByFault[fault] = figuresOf(some)
	}
	return s
}

func figuresOf(incidents []Incident) Figures {
	f := Figures{N: len(incidents)}
	if f.N == 0 {
		return f
	}
	n := float64(f.N)
	within := func(k int) float64 {
		return counted(incidents, func(i Incident) bool { return i.Place > 0 && i.Place <= k })
	}
	f.AC1, f.AC3, f.AC5 = within(1)/n, within(3)/n, within(5)/n
	f.Avg5 = (within(1) + within(2) + within(3) + within(4) + within(5)) / (5 * n)
	named := func(k int) float64 {
		return counted(incidents, func(i Incident) bool { return i.Verdict != incident.NoClearCause && i.Place > 0 && i.Place <= k }) / n
	}
	f.Named1, f.Named3 = named(1), named(3)
	likely := func(i Incident) bool { return i.Verdict == incident.Likely }
	f.NoClearCause = counted(incidents, func(i Incident) bool { return i.Verdict == incident.NoClearCause }) / n
	f.Likely = counted(incidents, likely) / n
	f.LikelyRight = share(incidents, likely, func(i Incident) bool { return i.Place == 1 })
	f.RightReason = share(incidents, func(i Incident) bool { return i.RightReason != nil }, func(i Incident) bool { return *i.RightReason })
	f.OnsetError = middleOnsetError(incidents)
	for _, i := range incidents {
		f.Analysis = max(f.Analysis, float64(i.AnalysisMilliseconds))
	}
	return f
}

func counted(incidents []Incident, is func(Incident) bool) float64 {
	n := 0.0
	for _, i := range incidents {
		if is(i) {
			n++
		}
	}
	return n
}

// share is how many of some incidents are right; nil where there are none of them.
func share(incidents []Incident, of, right func(Incident) bool) *float64 {
	all := counted(incidents, of)
	if all == 0 {
		return nil
	}
	part := counted(incidents, func(i Incident) bool { return of(i) && right(i) }) / all
	return &part
}

// middleOnsetError is the median of how far onsets were off, in seconds; nil where no onset was found.
func middleOnsetError(incidents []Incident) *float64 {
	var errors []float64
	for _, i := range incidents {
		if i.OnsetErrorSeconds != nil {
			errors = append(errors, math.Abs(*i.OnsetErrorSeconds))
		}
	}
	if len(errors) == 0 {
		return nil
	}
	slices.Sort(errors)
	middle := (errors[(len(errors)-1)/2] + errors[len(errors)/2]) / 2
	return &middle
}
