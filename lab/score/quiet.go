package score

import (
	"context"
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/lab/recordings"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Quiet is how often a service was accused although no fault was there.
type Quiet struct {
	N        int        `json:"n"`
	Likely   int        `json:"likely"`
	Possible int        `json:"possible"`
	Runs     []QuietRun `json:"runs"`
}

// QuietRun is one investigation without a fault behind it.
type QuietRun struct {
	Recording string         `json:"recording"`
	At        time.Time      `json:"at"` // in the recording's own time
	Verdict   incident.Level `json:"verdict"`
	Sentence  string         `json:"sentence"`
	Because   []string       `json:"because"`
}

const (
	beforeFault = 65 * time.Second // by which a stretch without a fault ends before the next
	calmFor     = 3 * time.Minute  // that the fault before must be over
	lasting     = 3 * time.Minute  // how long a fault is taken to last
)

// quietMoments are the times just before each fault at which no fault was active, as far as the labels tell.
func quietMoments(r *recordings.Recording) []time.Time {
	var moments []time.Time
	for i := range r.Incidents {
		at := r.Incidents[i].Truth.Injected.Add(-beforeFault)
		calm := !r.Incidents[i].Truth.Injected.IsZero() && at.Add(-calmFor).After(r.From)
		for _, other := range r.Incidents {
			if since := at.Sub(other.Truth.Injected); since > 0 && since < lasting+calmFor {
				calm = false
			}
		}
		if calm {
			moments = append(moments, at)
		}
	}
	return moments
}

// replay investigates every quiet moment as if an alert had fired then.
func (q *Quiet) replay(ctx context.Context, investigator Investigator, r *recordings.Recording, shift recordings.Shift) error {
	for i, at := range quietMoments(r) {
		alert := recordings.Alert{Service: r.Incidents[min(i, len(r.Incidents)-1)].Alert.Service, At: at}
		c, err := investigator.Investigate(ctx, RequestFor(alert, shift))
		if err != nil {
			return fmt.Errorf("the quiet time up to %s: %w", at.Format(time.RFC3339), err)
		}
		run := QuietRun{Recording: r.Name(), At: at, Verdict: c.Verdict.Level, Sentence: c.Verdict.Sentence, Because: []string{}}
		if len(c.Verdict.Candidates) > 0 {
			run.Because = c.Verdict.Candidates[0].Because
		}
		q.N++
		switch run.Verdict {
		case incident.Likely:
			q.Likely++
		case incident.Possible:
			q.Possible++
		case incident.NoClearCause:
		}
		q.Runs = append(q.Runs, run)
	}
	return nil
}
