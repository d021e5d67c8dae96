// Package synth holds the building blocks of synthetic telemetry: curves over time, latency shapes, histograms that count in whole
// numbers, schedules of single events, and the writers of OTLP traces, metrics and logs.
//
// Everything in it is deterministic: a result depends on the seed, the name of a stream and the second, and never on how a
// stretch of time is cut into calls.
package synth

import "time"

// Point is one corner of a curve.
type Point struct {
	At    time.Duration
	Level float64
}

// Curve is a line through its points, in order of time. Before the first and after the last point it is flat; an empty curve is 0.
type Curve []Point

// At is the curve's level at a time.
func (c Curve) At(at time.Duration) float64 {
	if len(c) == 0 {
		return 0
	}
	if at <= c[0].At {
		return c[0].Level
	}
	for i := 1; i < len(c); i++ {
		if at < c[i].At {
			left, right := c[i-1], c[i]
			share := float64(at-left.At) / float64(right.At-left.At)
			return left.Level + share*(right.Level-left.Level)
		}
	}
	return c[len(c)-1].Level
}

// Transition is the moment when a fault was removed, or came back.
type Transition struct {
	At    time.Time
	Fixed bool
}

// Symptom is one consequence of a fault, as a level from 0 (absent) to 1 (fully there).
type Symptom struct {
	// Onset is its level relative to the alert's time.
	Onset Curve
	// Relief is the share of the level that is left, relative to a fix.
	Relief Curve
	// Return is the share of what is missing to 1 that has come back, relative to a relapse.
	Return Curve
}

// At is the symptom's level at a time, given when the alert is and what was done since, in order of time.
func (s Symptom) At(at, alert time.Time, done []Transition) float64 {
	for i := len(done) - 1; i >= 0; i-- {
		if done[i].At.After(at) {
			continue
		}
		before := s.At(done[i].At, alert, done[:i])
		since := at.Sub(done[i].At)
		if done[i].Fixed {
			return before * s.Relief.At(since)
		}
		return before + (1-before)*s.Return.At(since)
	}
	return s.Onset.At(at.Sub(alert))
}
