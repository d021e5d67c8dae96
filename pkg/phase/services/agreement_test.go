package services_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/phase/services"
)

// sampledWith is a case with so many sampled requests of the last minutes, of which every so many-th failed.
func sampledWith(n, everyFails int) *incident.Case {
	c := caseWithOnset()
	c.Facts.Errors = &incident.Change{Now: 0.035, Normal: 0, Samples: 900, Unit: incident.Ratio}
	c.Facts.Neighbours = &incident.Neighbours{}
	for i := range n {
		at := ago(time.Duration(i+1) * time.Second)
		c.Facts.Neighbours.Traces = append(c.Facts.Neighbours.Traces, incident.Trace{Spans: []incident.Span{
			{Service: "web", Kind: incident.KindServer, Start: at, Failed: everyFails > 0 && i%everyFails == 0},
			{Service: "web", Kind: incident.KindClient, Start: at, Failed: true}, {Service: "stock", Kind: incident.KindServer, Start: at, Failed: true}}})
	}
	return c
}

func TestTracesAndMetricsThatDisagreeAreSaid(t *testing.T) {
	t.Parallel()
	reading := phasetest.Learned(t, services.Agreement(), sampledWith(300, 5), nil)
	require.Equal(t, incident.Warning, reading.Findings[0].Severity)
	require.Equal(t, "Traces and metrics do not agree: 20% of 300 sampled requests of the last 6 min failed, by metrics 3.5%. "+
		"Counters that begin with their first failure, or that several collectors write, count too few; sampling that keeps failed traces keeps too many.", reading.Findings[0].Sentence)
	none := phasetest.Learned(t, services.Agreement(), sampledWith(300, 0), nil)
	require.Contains(t, none.Findings[0].Sentence, "Failures that set no error status on the span")
}

func TestAStoreThatKeepsFailuresIsRecognized(t *testing.T) {
	t.Parallel()
	c := sampledWith(300, 5)
	c.Facts.Errors.Normal, c.Facts.Errors.Window = 0.001, incident.Window{From: ago(5 * time.Minute), To: end}
	c.Facts.Errors.Baseline = incident.Window{From: ago(time.Hour), To: ago(10 * time.Minute)}
	for i := range 400 {
		c.Facts.Neighbours.Traces = append(c.Facts.Neighbours.Traces, incident.Trace{Spans: []incident.Span{
			{Service: "web", Kind: incident.KindServer, Start: ago(11*time.Minute + time.Duration(i)*time.Second), Failed: i%20 == 0}}})
	}
	reading := phasetest.Learned(t, services.Agreement(), c, nil)
	require.Equal(t, incident.Info, reading.Findings[0].Severity)
	require.Equal(t, "The trace store keeps failed requests more often than others: 20% of 300 sampled requests of the last 6 min failed, by metrics 3.5%; "+
		"before it was 5% of 400, by metrics 0.1%. The metrics count all of them.", reading.Findings[0].Sentence)
}

func TestTracesAndMetricsThatAgreeAreClear(t *testing.T) {
	t.Parallel()
	for _, every := range []int{25, 30, 40} {
		reading := phasetest.Learned(t, services.Agreement(), sampledWith(300, every), nil)
		require.Equal(t, incident.Clear, reading.Outcome, reading.Findings[0].Sentence)
	}
}

func TestWithoutMetricsTracesAloneAreTold(t *testing.T) {
	t.Parallel()
	c := sampledWith(300, 5)
	c.Facts.Errors = nil
	reading := phasetest.Learned(t, services.Agreement(), c, nil)
	require.Equal(t, "By traces alone, 20% of 300 sampled requests of the last 6 min failed.", reading.Findings[0].Sentence)
}

func TestFewSampledRequestsTellNothing(t *testing.T) {
	t.Parallel()
	_, err := services.Agreement().Read(sampledWith(20, 5), nil)
	require.ErrorContains(t, err, "20 requests of the last 6 min were sampled, too few")
}
