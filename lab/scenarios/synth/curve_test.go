package synth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestACurveIsStraightBetweenItsPointsAndFlatBeyond(t *testing.T) {
	t.Parallel()
	curve := synth.Curve{{At: time.Minute, Level: 1}, {At: 3 * time.Minute, Level: 5}}
	require.InDelta(t, 1.0, curve.At(0), 0)
	require.InDelta(t, 3.0, curve.At(2*time.Minute), 0)
	require.InDelta(t, 5.0, curve.At(time.Hour), 0)
	require.Zero(t, synth.Curve{}.At(time.Minute))
}

func TestASymptomIsRelievedFromWhereItIsAndReturnsToTheFull(t *testing.T) {
	t.Parallel()
	symptom := synth.Symptom{
		Onset:  synth.Curve{{At: -time.Minute}, {At: time.Minute, Level: 1}},
		Relief: synth.Curve{{Level: 1}, {At: 10 * time.Second}},
		Return: synth.Curve{{}, {At: 10 * time.Second, Level: 1}},
	}
	done := []synth.Transition{{At: start, Fixed: true}, {At: start.Add(5 * time.Second)}}
	level := func(after time.Duration) float64 { return symptom.At(start.Add(after), start, done) }
	require.InDelta(t, 0.25, level(-30*time.Second), 0)
	require.InDelta(t, 0.5, level(0), 0)
	require.InDelta(t, 0.3, level(4*time.Second), 0)
	require.InDelta(t, 0.25, level(5*time.Second), 0)
	require.InDelta(t, 0.625, level(10*time.Second), 0)
	require.InDelta(t, 1.0, level(time.Minute), 0)
}
