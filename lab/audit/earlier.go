package audit

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const day = 24 * time.Hour

var errNoDays = errors.New("the store has no earlier days")

// earlierErrorChecks recompute which share of requests failed in the same hour of earlier days.
func (a *auditor) earlierErrorChecks(_ incident.Finding, v incident.Value) []check {
	if a.failedPattern() == "" {
		return nil
	}
	return a.onEarlierDays(v, ofPart(0.25, 0.002), a.shareOf(a.c.Subject.Operation, a.failedPattern()))
}

// earlierP99Checks recompute the p99 of the same hour of earlier days.
func (a *auditor) earlierP99Checks(_ incident.Finding, v incident.Value) []check {
	of, err := a.bucketsOf(incident.Value{})
	if err != nil {
		return nil
	}
	return a.onEarlierDays(v, ofPart(0.25, 0), func(ctx context.Context, w incident.Window) (float64, error) {
		seconds, _, err := a.p99(ctx, of, w)
		return seconds, err
	})
}

// onEarlierDays is the middle one of what the same hour of earlier days had: of the days before, and of the same day of the week before.
func (a *auditor) onEarlierDays(v incident.Value, allowed slack, read reading) []check {
	return []check{{number: v.Name, said: v.Value, unit: v.Unit, how: "the middle one of the same hours of earlier days", slack: allowed(v.Value, 0, 0),
		truth: func(ctx context.Context) (float64, error) {
			var known []float64
			for _, days := range []int{1, 2, 3, 7} {
				to := a.c.Window.To.Add(-time.Duration(days) * day)
				value, err := read(ctx, incident.Window{From: to.Add(-time.Hour), To: to})
				switch {
				case errors.Is(err, errNoRequests):
				case err != nil:
					return 0, err
				default:
					known = append(known, value)
				}
			}
			if len(known) == 0 {
				return 0, errNoDays
			}
			slices.Sort(known)
			return (known[(len(known)-1)/2] + known[len(known)/2]) / 2, nil
		}}}
}
