package impact_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// hub is a service whose numbers over all its operations did not move.
func hub() *incident.Case {
	c := checkout()
	c.Subject = incident.Subject{Service: "device-hub"}
	c.Facts.Errors, c.Facts.Latency, c.Facts.Traffic, c.Facts.Refused = &incident.Change{}, &incident.Change{}, &incident.Change{}, &incident.Change{}
	return c
}

// operated is the answer to the question for operations over time, and when the onset was.
func operated(c *incident.Case, seed uint64, operations map[string]telemetry) (source.Answers, time.Time) {
	parts := map[string][]incident.Series{}
	var onset time.Time
	for route, w := range operations {
		p := w.play(c, seed)
		onset = p.onset
		for answer, part := range map[string]string{"traffic": "served", "buckets": "served buckets"} {
			for _, s := range p.answers[answer].Series {
				s.Labels = with(with(s.Labels, "http_route", route), "http_request_method", "POST")
				parts[part] = append(parts[part], s)
			}
		}
	}
	return source.Answers{"operations": joined(parts)}, onset
}

func polled(random *rand.Rand, _ float64) float64 { return logNormal(random, 15, 0.4) }

func TestAnOperationThatOthersHideHasAnOnset(t *testing.T) {
	t.Parallel()
	for name, commands := range map[string]telemetry{
		"latency":       {rate: 0.65, scraped: every, minutes: 12, takes: slower(stepTo(0, .4), 4.3)},
		"errors":        {rate: 0.65, scraped: every, minutes: 12, takes: slower(stepTo(0, 0), 3), fails: stepTo(0.01, .2)},
		"client errors": {rate: 0.65, scraped: every, minutes: 12, takes: slower(stepTo(0, 0), 3), refuses: stepTo(0.05, .6)},
	} {
		c := hub()
		answers, onset := operated(c, 5, map[string]telemetry{"/commands": commands, "/poll": {rate: 0.6, scraped: every, minutes: 12, takes: polled}})
		require.Contains(t, plans(t, impact.Onset(), c), "operations")
		reading := reads(t, impact.Onset(), c, answers)
		require.Equal(t, incident.Found, reading.Outcome)
		require.Equal(t, name+" of POST /commands", c.Facts.Onset.First)
		require.Contains(t, reading.Findings[0].Sentence, "The service's numbers over all its operations did not move.")
		require.False(t, onset.Before(c.Facts.Onset.Earliest), name)
		require.False(t, onset.After(c.Facts.Onset.Latest), name)
	}
}

func TestOperationsThatKeepTheirCourseHaveNoOnset(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		c := hub()
		answers, _ := operated(c, seed, map[string]telemetry{
			"/commands": {rate: 0.65, scraped: every, minutes: 12, takes: slower(stepTo(.01, .01), 4), fails: stepTo(.02, .02)},
			"/poll":     {rate: 0.6, scraped: every, minutes: 12, takes: polled}, "/rare": {rate: 0.02, scraped: every, minutes: 12, takes: polled, fails: stepTo(.1, .1)}})
		require.Equal(t, incident.Clear, reads(t, impact.Onset(), c, answers).Outcome, "seed %d", seed)
	}
	moving := hub()
	moving.Facts.Errors = moved(-10*time.Minute, true)
	require.Empty(t, plans(t, impact.Onset(), moving), "operations are asked for only where the service's own numbers tell nothing")
}

func TestWhatTheErrorRateCallsARiseHurtsItsOnlyOperation(t *testing.T) {
	t.Parallel()
	nine, thirteen := side{2, 0.182, quick}, side{2, 0.268, quick}
	for name, test := range map[string]struct {
		worse    bool
		sentence string
	}{
		"a rise": {true, "1 of 1 operation of order-service is affected. POST /api/checkout is degraded: p99 370 ms (normally 370 ms), 13.4% errors (normally 9.1%)."},
		"none":   {false, "None of 1 operation of order-service fails more or is slower than before."},
	} {
		operations, c := map[string][]incident.Series{}, checkout()
		operation(operations, "now", "POST", "/api/checkout", thirteen)
		operation(operations, "normally", "POST", "/api/checkout", nine)
		c.Facts.Errors, c.Facts.Latency = &incident.Change{Worse: test.worse}, &incident.Change{}
		require.Equal(t, test.sentence, reads(t, impact.BlastRadius(), c, source.Answers{"operations": joined(operations), "callers": {}}).Findings[0].Sentence, name)
	}
}

func TestOtherOperationsAreJudgedByTheirCounts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		now, before side
		hurt        bool
	}{
		"a small rise of many":   {side{20, 2.68, quick}, side{20, 1.82, quick}, true},
		"one failure of six":     {side{0.02, 0.003, quick}, side{0.02, 0, quick}, false},
		"slow":                   {side{2, 0, slow}, side{2, 0, quick}, true},
		"slow, of six requests":  {side{0.02, 0, slow}, side{0.02, 0, quick}, false},
		"from the lowest bucket": {side{2, 0, slow}, side{2, 0, inTime}, true},
	} {
		operations, c := map[string][]incident.Series{}, checkout()
		c.Subject.Operation = ""
		for moment, s := range map[string]side{"now": test.now, "normally": test.before} {
			operation(operations, moment, "POST", "/api/checkout", s)
			operation(operations, moment, "GET", "/", side{2, 0, quick})
		}
		reads(t, impact.BlastRadius(), c, source.Answers{"operations": joined(operations), "callers": {}})
		require.Equal(t, test.hurt, c.Facts.BlastRadius.Operations[0].Health == incident.Degraded, name)
	}
}

func TestOperationsWithoutABaselineAreNotCalledUnchanged(t *testing.T) {
	t.Parallel()
	operations, c := map[string][]incident.Series{}, checkout()
	operation(operations, "now", "GET", "/", side{2, 0, quick})
	c.Facts.Errors = &incident.Change{NoBaseline: true}
	reading := reads(t, impact.BlastRadius(), c, source.Answers{"operations": joined(operations)})
	require.Equal(t, "1 operation of order-service made requests; nothing is known from before to compare with.", reading.Findings[0].Sentence)
	require.Equal(t, incident.Found, reading.Outcome)
}

func TestOfMovesThatAgreeTheSharperTellsTheMoment(t *testing.T) {
	t.Parallel()
	c := checkout()
	c.Facts.Latency, c.Facts.Errors = moved(-13*time.Minute, true), moved(-12*time.Minute, true)
	c.Facts.Latency.Moved = &incident.MovedAt{Earliest: alert.Add(-16 * time.Minute), Latest: alert.Add(-10 * time.Minute)}
	sentence := reads(t, impact.Onset(), c, nil).Findings[0].Sentence
	require.Equal(t, "It began at 10:35:00 ±10 s, 12 min ago, with errors; latency moved at about the same time.", sentence)
}

func TestAVagueMoveGoesAfterTheSharpOneThatItMayBe(t *testing.T) {
	t.Parallel()
	at := func(earliest, latest int) incident.MovedAt { // min before the end
		c := checkout()
		return incident.MovedAt{Earliest: c.Window.To.Add(-time.Duration(earliest) * time.Minute), Latest: c.Window.To.Add(-time.Duration(latest) * time.Minute)}
	}
	for name, k := range map[string]struct {
		errors incident.MovedAt
		first  string
	}{
		"vague and near":      {at(36, 21), "latency"},
		"vague and far":       {at(56, 41), "errors"},
		"as sharp, and first": {at(22, 21), "errors"},
	} {
		c, sharp := checkout(), at(17, 16)
		errors := k.errors
		c.Facts.Errors = &incident.Change{Now: 0.005, Normal: 0.001, Worse: true, Moved: &errors}
		c.Facts.Latency = &incident.Change{Now: 2, Normal: 0.2, Worse: true, Moved: &sharp}
		reads(t, impact.Onset(), c, nil)
		require.Equal(t, k.first, c.Facts.Onset.First, name)
	}
}
