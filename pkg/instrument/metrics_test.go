package instrument_test

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/instrument"
)

// exposed are the series of a metric by the values of their labels, as the plugin SDK collects them.
func exposed(t *testing.T, metric string) map[string]float64 {
	t.Helper()
	families, err := prometheus.DefaultGatherer.Gather()
	require.NoError(t, err)
	series := map[string]float64{}
	for _, family := range families {
		if family.GetName() != metric {
			continue
		}
		for _, m := range family.GetMetric() {
			var values []string
			for _, l := range m.GetLabel() {
				values = append(values, l.GetValue())
			}
			series[strings.Join(values, ",")] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return series
}

func TestALabelHasNoOtherValuesThanItLists(t *testing.T) {
	t.Parallel()
	c := instrument.NewCounter("test_visits_total", "visits", "Visits by town.", instrument.LabelOf("town", "Ulm", "Bonn"))
	c.Inc("Ulm")
	for range 1000 {
		c.Inc(strings.Repeat("x", 5))
		c.Inc("order-service")
	}
	assert.Equal(t, map[string]float64{"Ulm": 1, "Bonn": 0, instrument.Other: 2000}, exposed(t, "test_visits_total"))
}

func TestSeriesAreThereBeforeAnythingHappensUnlessTheyAreMany(t *testing.T) {
	t.Parallel()
	few := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	instrument.NewCounter("test_few_total", "things", "Things.", instrument.LabelOf("x", few...), instrument.LabelOf("y", few...))
	many := instrument.NewCounter("test_many_total", "things", "Things.", instrument.LabelOf("x", few...), instrument.LabelOf("y", append(few, "k")...))
	many.Inc("a", "k")
	assert.Len(t, exposed(t, "test_few_total"), 100)
	assert.Equal(t, map[string]float64{"a,k": 1}, exposed(t, "test_many_total"))
}

func TestAGaugeCountsWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	g := instrument.NewGauge("test_open", "doors", "Doors that are open.")
	first, second := g.During(), g.During()
	assert.InDelta(t, 2, exposed(t, "test_open")[""], 0)
	first()
	second()
	assert.InDelta(t, 0, exposed(t, "test_open")[""], 0)
}

func TestTwoMetricsOfOneNameAreRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	instrument.NewHistogram("test_twice_seconds", "seconds", "Time.", []float64{1})
	assert.Panics(t, func() { instrument.NewHistogram("test_twice_seconds", "seconds", "Time.", []float64{1}) })
}
