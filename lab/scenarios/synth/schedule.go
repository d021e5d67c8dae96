package synth

import (
	"math"
	"time"
)

// Schedule turns an expected number of events per second into single events that are evenly spread: the number of events up to
// any moment differs from what was expected by less than one.
type Schedule struct {
	expected float64
}

// NewSchedule makes a schedule that has its whole number of events exactly when the expectation has grown by `until`. So an
// interval that begins there and expects 847 events holds exactly 847.
func NewSchedule(until float64) *Schedule { return &Schedule{expected: -until} }

// Next gives the moments of the events in the given second, in which so many are expected.
func (s *Schedule) Next(second time.Time, expected float64) []time.Time {
	moments := []time.Time{}
	end := s.expected + expected
	// An event lies in the middle of each unit of expectation, as far as can be from the boundaries of intervals.
	for at := math.Ceil(s.expected-0.5) + 0.5; at < end; at++ {
		share := (at - s.expected) / expected
		moments = append(moments, second.Add(time.Duration(share*float64(time.Second))))
	}
	s.expected = end
	return moments
}

// Share chooses a part of a row of events, so evenly that any run of them holds that part to within one.
type Share struct {
	owed float64
}

// Take says whether the next event belongs to the part, which is the given share of all.
func (s *Share) Take(share float64) bool {
	s.owed += share
	if s.owed >= 0.5 {
		s.owed--
		return true
	}
	return false
}

// Spread gives numbers in [0, 1) that fill the interval evenly from the first on, and so does any run of them.
type Spread struct {
	last float64
}

// NewSpread starts at a number in [0, 1).
func NewSpread(from float64) *Spread { return &Spread{last: from} }

// Next gives the next number.
func (s *Spread) Next() float64 {
	_, s.last = math.Modf(s.last + math.Phi - 1)
	return s.last
}
