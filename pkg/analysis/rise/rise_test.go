package rise_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/analysis/rise"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

var end = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

// course is an hour of points, one value and since twenty minutes before the end another.
func course(before, since float64) []incident.Point {
	var points []incident.Point
	for at := end.Add(-time.Hour); at.Before(end); at = at.Add(15 * time.Second) {
		value := before
		if at.After(end.Add(-20 * time.Minute)) {
			value = since
		}
		points = append(points, incident.Point{Time: at, Value: value})
	}
	return points
}

func options() rise.Options {
	return rise.Options{Now: incident.Window{From: end.Add(-5 * time.Minute), To: end}, Average: baseline.Mean, Onset: onset.Options{Relative: 0.5, Absolute: 1, Noise: 0.1}}
}

func TestANumberThatRoseIsAbnormalAgainstWhatItWasBefore(t *testing.T) {
	t.Parallel()
	c, ok := rise.Of(course(10, 90), options())
	require.True(t, ok)
	require.True(t, c.Abnormal)
	require.InDelta(t, 90, c.Now, 1e-9)
	require.InDelta(t, 10, c.Normal, 1e-9)
	require.WithinDuration(t, end.Add(-20*time.Minute), c.Moved.Middle(), time.Minute)
}

func TestANumberThatFellOrStayedLowIsNot(t *testing.T) {
	t.Parallel()
	fell, ok := rise.Of(course(90, 10), options())
	require.True(t, ok)
	require.False(t, fell.Abnormal)
	require.NotNil(t, fell.Moved)
	low := options()
	low.From = 95
	c, _ := rise.Of(course(10, 90), low)
	require.False(t, c.Abnormal, "it is not yet felt")
	low = options()
	low.By = 85
	c, _ = rise.Of(course(10, 90), low)
	require.False(t, c.Abnormal, "it rose by less than matters")
}

func TestANumberWithoutAMomentOfChangeIsAbnormalOnlyWhereThatIsAsked(t *testing.T) {
	t.Parallel()
	o := options()
	c, ok := rise.Of(course(90, 90), o)
	require.True(t, ok)
	require.False(t, c.Abnormal)
	require.Nil(t, c.Moved)
	require.InDelta(t, 90, c.Normal, 1e-9)
	o.Unmoved = func(now, _ float64) bool { return now > 80 }
	c, _ = rise.Of(course(90, 90), o)
	require.True(t, c.Abnormal)
}

func TestALevelSaysWhetherItIsKnownWhatIsNormal(t *testing.T) {
	t.Parallel()
	o := options()
	o.Usual = incident.Window{From: end.Add(-time.Hour), To: end.Add(-30 * time.Minute)}
	c, known, ok := rise.Level(course(10, 90), o)
	require.True(t, ok)
	require.True(t, known)
	require.Equal(t, incident.Comparison{Now: 90, Normal: 10}, c)
	o.Usual = incident.Window{From: end.Add(-3 * time.Hour), To: end.Add(-2 * time.Hour)}
	_, known, ok = rise.Level(course(10, 90), o)
	require.True(t, ok)
	require.False(t, known, "nothing of before")
}

func TestNowIsTheLastPointUnlessAveraged(t *testing.T) {
	t.Parallel()
	points := course(10, 10)
	points[len(points)-1].Value = 11
	o := options()
	o.Average = nil
	c, _ := rise.Of(points, o)
	require.InDelta(t, 11, c.Now, 1e-9)
	o.Now = incident.Window{From: end.Add(time.Minute), To: end.Add(2 * time.Minute)}
	_, ok := rise.Of(points, o)
	require.False(t, ok, "nothing of now")
}
