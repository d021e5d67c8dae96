package score

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/lab/recordings"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Quiet is how often a service was accused although no fault was there.
type Quiet struct {
	N        int        `json:"n"`
	Likely   int        `json:"likely"`
	Possible int        `json:"possible"`
	Compared int        `json:"compared"` // investigations that had any requests of late, or metrics, to compare
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
	calmFor = 3 * time.Minute // that the fault before must be over
	lasting = 3 * time.Minute // how long a fault is taken to last
)

// beforeFault is by how much stretches without a fault end before the next one: more than labels are late.
var beforeFault = []time.Duration{110 * time.Second, 95 * time.Second, 80 * time.Second, 65 * time.Second}

// quietAlerts are alerts at times shortly before each fault at which no fault was active, as far as the labels tell, and those
// behind which the recording says that nothing was.
func quietAlerts(r *recordings.Recording) []recordings.Alert {
	var alerts []recordings.Alert
	for i := range r.Incidents {
		one := &r.Incidents[i]
		if one.Truth.Nothing() {
			alerts = append(alerts, one.Alert)
			continue
		}
		for _, before := range beforeFault {
			if at := one.Truth.Injected.Add(-before); !one.Truth.Injected.IsZero() && at.Add(-calmFor).After(r.From) && isCalm(r, at) {
				alerts = append(alerts, recordings.Alert{Service: one.Alert.Service, At: at})
			}
		}
	}
	return alerts
}

// isCalm says that no fault is active at a time, and none was for long.
func isCalm(r *recordings.Recording, at time.Time) bool {
	return !slices.ContainsFunc(r.Incidents, func(other recordings.Incident) bool {
		since := at.Sub(other.Truth.Injected)
		return !other.Truth.Nothing() && since > 0 && since < lasting+calmFor
	})
}

// replay investigates every quiet moment as if an alert had fired then.
func (q *Quiet) replay(ctx context.Context, investigator Investigator, r *recordings.Recording, shift recordings.Shift) error {
	for _, alert := range quietAlerts(r) {
		c, err := investigator.Investigate(ctx, RequestFor(alert, shift))
		if err != nil {
			return fmt.Errorf("the quiet time up to %s: %w", alert.At.Format(time.RFC3339), err)
		}
		q.add(QuietRun{Recording: r.Name(), At: alert.At, Verdict: c.Verdict.Level, Sentence: c.Verdict.Sentence, Because: []string{}}, c)
	}
	return nil
}

func (q *Quiet) add(run QuietRun, c *incident.Case) {
	if len(c.Verdict.Candidates) > 0 {
		run.Because = c.Verdict.Candidates[0].Because
	}
	if c.Facts.Ranking != nil && c.Facts.Ranking.Compared > 0 {
		q.Compared++
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

// interval holds a share at 95%, two-sided (Wilson).
func interval(hits, of int) (low, high float64) {
	const z = 1.959964
	if of == 0 {
		return 0, 1
	}
	n := float64(of)
	p := float64(hits) / n
	middle, half := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, (middle-half)/(1+z*z/n)), min(1, (middle+half)/(1+z*z/n))
}
