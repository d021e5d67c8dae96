package investigate

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// stored gives the queries that a verdict leaves open the store that they are for: the one that was asked in the same language.
func stored(steps []incident.StepResult, v *incident.Verdict) {
	stores := map[string]string{}
	for _, s := range steps {
		for _, q := range s.Queries {
			if stores[q.Language] == "" {
				stores[q.Language] = q.DataSource
			}
		}
	}
	for i := range v.Against {
		if q := v.Against[i].Query; q != nil {
			q.DataSource = stores[q.Language]
		}
	}
	if v.Next != nil {
		v.Next.DataSource = stores[v.Next.Language]
	}
}

// looked tells a verdict what the steps found normal, which speaks against other causes, and what they could not look at: an entry for each reason, with the steps that
// it kept from looking.
func looked(steps []incident.StepResult, v *incident.Verdict) {
	v.Normal, v.NormalMoments, v.Unchecked = []string{}, nil, []string{}
	kept := map[string][]string{} // titles by the key of the step that failed
	for _, s := range steps {
		switch s.Outcome {
		case incident.Clear:
			if s.Phase == incident.PhaseRecovery {
				continue // that there is nothing to do speaks against no cause
			}
			for _, f := range s.Findings {
				v.IsNormal(f.Sentence, f.Moments)
			}
		case incident.NotChecked:
			if s.Root != "" {
				kept[s.Root] = append(kept[s.Root], s.Title)
			}
		case incident.Found:
		}
	}
	for _, s := range steps {
		if s.Outcome == incident.NotChecked && s.Root == "" {
			titles := append([]string{s.Title}, kept[s.Key()]...)
			v.Unchecked = append(v.Unchecked, fmt.Sprintf("%s: %s", wording.List(titles), s.Reason))
		}
	}
}
