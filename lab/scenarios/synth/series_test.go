package synth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

func TestASeriesThatEndsIsMarkedAsEndedOnce(t *testing.T) {
	t.Parallel()
	recorder, resource := synth.Recorder{}, synth.NewResource(synth.Attributes{{Key: "service.name", Value: "till"}})
	ends := start.Add(15 * time.Second)
	recorder.Add(synth.Series{Resource: resource, Name: "open", Read: func(at time.Time) (float64, bool) { return 3, !at.After(ends) }})
	batch := synth.NewMetrics()
	for i := range 4 {
		recorder.Sample(start.Add(time.Duration(i)*15*time.Second), batch)
	}
	points := batch.Data.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Gauge().DataPoints()
	require.Equal(t, 3, points.Len())
	require.InDelta(t, 3.0, points.At(1).DoubleValue(), 0)
	require.False(t, points.At(1).Flags().NoRecordedValue())
	require.True(t, points.At(2).Flags().NoRecordedValue())
}

func TestSeriesOfOneNameAndResourceShareAMetric(t *testing.T) {
	t.Parallel()
	recorder, resource := synth.Recorder{}, synth.NewResource(nil)
	for _, kind := range []string{"a", "b"} {
		recorder.Add(synth.Series{Resource: resource, Name: "sold", Counter: true, Start: start,
			Attributes: synth.Attributes{{Key: "kind", Value: kind}}, Read: func(time.Time) (float64, bool) { return 1, true }})
	}
	batch := synth.NewMetrics()
	recorder.Sample(start, batch)
	require.Equal(t, 1, batch.Data.MetricCount())
	sum := batch.Data.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0).Sum()
	require.Equal(t, pmetric.AggregationTemporalityCumulative, sum.AggregationTemporality())
	require.True(t, sum.IsMonotonic())
	require.Equal(t, 2, sum.DataPoints().Len())
	require.Equal(t, start, sum.DataPoints().At(0).StartTimestamp().AsTime())
}
