package score

import (
	"math"
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Figures say how well a set of incidents was judged. AC@k is the share whose true service is among the first k, Avg@5
// the mean of AC@1 to AC@5.
type Figures struct {
	N            int      `json:"n"`
	AC1          float64  `json:"ac1"`
	AC3          float64  `json:"ac3"`
	AC5          float64  `json:"ac5"`
	Avg5         float64  `json:"avg5"`
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
	var within [6]float64
	right, judged, likelyRight := 0.0, 0.0, 0.0
	var onsets []float64
	for _, i := range incidents {
		for k := 1; k <= 5; k++ {
			if i.Place > 0 && i.Place <= k {
				within[k]++
			}
		}
		switch i.Verdict {
		case incident.NoClearCause:
			f.NoClearCause++
		case incident.Likely:
			f.Likely++
			if i.Place == 1 {
				likelyRight++
			}
		case incident.Possible:
		}
		if i.RightReason != nil {
			judged++
			if *i.RightReason {
				right++
			}
		}
		if i.OnsetErrorSeconds != nil {
			onsets = append(onsets, math.Abs(*i.OnsetErrorSeconds))
		}
		f.Analysis = max(f.Analysis, float64(i.AnalysisMilliseconds))
	}
	if f.Likely > 0 {
		share := likelyRight / f.Likely
		f.LikelyRight = &share
	}
	n := float64(f.N)
	f.AC1, f.AC3, f.AC5 = within[1]/n, within[3]/n, within[5]/n
	f.Avg5 = (within[1] + within[2] + within[3] + within[4] + within[5]) / (5 * n)
	f.NoClearCause, f.Likely = f.NoClearCause/n, f.Likely/n
	if judged > 0 {
		share := right / judged
		f.RightReason = &share
	}
	if len(onsets) > 0 {
		slices.Sort(onsets)
		middle := (onsets[(len(onsets)-1)/2] + onsets[len(onsets)/2]) / 2
		f.OnsetError = &middle
	}
	return f
}
