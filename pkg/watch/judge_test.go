package watch

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

var fixed = time.Date(2025, 1, 21, 10, 59, 0, 0, time.UTC)

// quarterly is the pace of a service that is sampled four times a minute.
var quarterly = pace{averaged: time.Minute, hold: 15 * time.Second}

// drawn is a course with a sample every 15 s from the fix on, as a function of the seconds since.
func drawn(name string, unit incident.Unit, limit, normal float64, until time.Duration, value func(s float64) float64) *course {
	k := &course{Criterion: incident.Criterion{Name: name, Unit: unit, Limit: limit, Outcome: incident.NotChecked}, normal: normal}
	for s := -time.Minute; s <= until; s += 15 * time.Second {
		k.points = append(k.points, incident.Point{Time: fixed.Add(s), Value: value(s.Seconds())})
	}
	return k
}

// story is the walkthrough's error rate: 7.3% falls to 0.1% within two minutes, and comes back later if it does.
func story(relapse float64) func(float64) float64 {
	return func(s float64) float64 {
		switch {
		case s < 30:
			return 0.073
		case s < 75:
			return 0.021
		case s < 105:
			return 0.003
		case relapse > 0 && s >= relapse:
			return min(0.07, 0.07*(s-relapse+15)/60)
		}
		return 0.001
	}
}

func errors(until time.Duration, value func(float64) float64) *course {
	return drawn("error rate", incident.Ratio, 0.002, 0.001, until, value)
}

func traffic(until time.Duration, rate float64) *course {
	return drawn("traffic", incident.PerSecond, 0, 17, until, func(float64) float64 { return rate })
}

func look(after time.Duration, relapse, rate float64) Verdict {
	return judge(fixed, fixed.Add(after), quarterly, []*course{errors(after, story(relapse))}, traffic(after, rate))
}

func TestARecoveryIsConfirmedOnceTheCriteriaHaveHeldAndNotBefore(t *testing.T) {
	t.Parallel()
	for after, want := range map[time.Duration]incident.WatchStage{
		time.Minute: incident.StageWaiting, 90 * time.Second: incident.StageWaiting, 105 * time.Second: incident.StageHolding, 119 * time.Second: incident.StageHolding,
		2 * time.Minute: incident.StageGuarding, 240 * time.Second: incident.StageGuarding, 255 * time.Second: incident.StageOver,
	} {
		v := look(after, 0, 17)
		assert.Equal(t, want, v.State.Stage, "after %s: %s", after, v.State.Sentence)
		assert.Equal(t, after >= 2*time.Minute, v.Recovered != nil, "after %s", after)
	}
	v := look(5*time.Minute, 0, 17)
	assert.Equal(t, fixed.Add(105*time.Second), v.Recovered.Since)
	reading := v.Recovered.Readings[0]
	assert.InDelta(t, 0.073, reading.Before, 0)
	assert.InDelta(t, 0.001, reading.After, 0)
	assert.Equal(t, []float64{0.073, 0.021, 0.003, 0.001}, reading.Path)
	assert.Equal(t, "Recovered at 11:00:45 UTC, and it stayed so.", v.State.Sentence)
}

func TestARelapseAfterTheRecoveryIsSeen(t *testing.T) {
	t.Parallel()
	v := look(5*time.Minute, 195, 17)
	require.NotNil(t, v.Relapsed)
	assert.Equal(t, incident.StageRelapsed, v.State.Stage)
	assert.WithinDuration(t, fixed.Add(195*time.Second), v.Relapsed.Since, 15*time.Second)
	assert.NotNil(t, v.Recovered, "it had recovered before")
	assert.Contains(t, v.State.Sentence, "Relapse at 11:02:")
}

func TestLeavingTheLimitsWhileTheyAreHeldStartsAnew(t *testing.T) {
	t.Parallel()
	v := look(3*time.Minute, 106, 17)
	assert.Equal(t, incident.StageWaiting, v.State.Stage)
	assert.Nil(t, v.Recovered)
	assert.Nil(t, v.Relapsed)
}

func TestWithTooLittleTrafficNobodyCanTell(t *testing.T) {
	t.Parallel()
	v := look(5*time.Minute, 0, 0.2)
	assert.Equal(t, incident.StageWaiting, v.State.Stage)
	assert.Nil(t, v.Recovered)
	assert.Contains(t, v.State.Sentence, "too few requests to tell")
}

func TestANumberWithoutNewSamplesIsNotBack(t *testing.T) {
	t.Parallel()
	after := 5 * time.Minute
	v := judge(fixed, fixed.Add(after), quarterly, []*course{errors(time.Minute, story(0))}, traffic(after, 17))
	assert.Equal(t, incident.StageBlind, v.State.Stage)
	assert.Nil(t, v.Recovered)
	assert.Equal(t, incident.NotChecked, v.State.Criteria[0].Outcome)
	assert.Equal(t, "There are no new samples of it.", v.State.Criteria[0].Reason)
}

func TestTheLastNumberDecides(t *testing.T) {
	t.Parallel()
	after := 4 * time.Minute
	slow := drawn("p99 latency", incident.Seconds, 0.6, 0.4, after, func(s float64) float64 {
		if s < 150 {
			return 2.3
		}
		return 0.38
	})
	v := judge(fixed, fixed.Add(after), quarterly, []*course{errors(after, story(0)), slow}, traffic(after, 17))
	require.NotNil(t, v.Recovered)
	assert.Equal(t, fixed.Add(150*time.Second), v.Recovered.Since)
}

func TestAServiceThatIsSampledRarelyIsWatchedForLonger(t *testing.T) {
	t.Parallel()
	every := func(interval time.Duration) pace {
		return paceOf(&incident.Case{Facts: incident.Facts{Service: &incident.ServiceSeries{Interval: interval}}})
	}
	assert.Equal(t, quarterly, every(15*time.Second))
	assert.Equal(t, quarterly, every(5*time.Second), "a number of a minute does not move within 5 s")
	assert.Equal(t, pace{averaged: 2 * time.Minute, hold: 30 * time.Second}, every(30*time.Second))
	assert.Equal(t, pace{averaged: 20 * time.Minute, hold: time.Minute}, every(5*time.Minute))
	assert.Equal(t, quarterly, paceOf(&incident.Case{}), "nobody knows how often")
}

func TestTheNewestSampleIsJudgedAtOnce(t *testing.T) {
	t.Parallel()
	const between = 7 * time.Second
	now := fixed.Add(105*time.Second + between)
	k := errors(2*time.Minute, story(0))
	for i := range k.points {
		k.points[i].Time = k.points[i].Time.Add(between)
	}
	v := judge(fixed, now, quarterly, []*course{k}, traffic(2*time.Minute, 17))
	assert.Equal(t, incident.StageHolding, v.State.Stage, v.State.Sentence)
	assert.Equal(t, now, *v.State.HeldSince)
}

func TestChanceInFewErrorsIsNoRelapse(t *testing.T) {
	t.Parallel()
	after := 5 * time.Minute
	relapses := 0
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		noisy := errors(after, func(s float64) float64 {
			if s < 105 {
				return story(0)(s)
			}
			failed := 0
			for range 1020 { // a minute of 17/s
				if random.Float64() < 0.001 {
					failed++
				}
			}
			return float64(failed) / 1020
		})
		if judge(fixed, fixed.Add(after), quarterly, []*course{noisy}, traffic(after, 17)).Relapsed != nil {
			relapses++
		}
	}
	assert.LessOrEqual(t, relapses, 3, "of 300")
}
