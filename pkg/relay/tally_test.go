package relay_test

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/instrument"
	"github.com/faultline-investigation/faultline/pkg/relay"
)

// counted is what a metric of the process says for one set of label values.
func counted(t *testing.T, metric string, labels map[string]string) float64 {
	t.Helper()
	families, err := prometheus.DefaultGatherer.Gather() // which the plugin SDK serves
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() != metric {
			continue
		}
		for _, m := range family.GetMetric() {
			fitting := 0
			for _, l := range m.GetLabel() {
				if labels[l.GetName()] == l.GetValue() {
					fitting++
				}
			}
			if fitting == len(m.GetLabel()) {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

func TestMetricsSayHowManyAlertsWentOutWithAVerdictAndWhyOthersDidNot(t *testing.T) {
	t.Parallel()
	p := ringing(t)
	r := relaying(t, "", webhook("pager", p))
	possible := likely
	possible.Verdict = "a word of this test alone" // which is no level of a verdict, and so no label of its own
	with, without := map[string]string{"verdict": instrument.Other, "reason": ""}, map[string]string{"verdict": "none", "reason": string(relay.ReasonForgotten)}
	before, withBefore, withoutBefore := counted(t, "faultline_relay_failed_messages_total", nil), counted(t, "faultline_relay_alerts_total", with),
		counted(t, "faultline_relay_alerts_total", without)
	require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(told("g", "firing", "A", "B", "C"))), knows(possible, possible, relay.Answer{Reason: relay.ReasonForgotten})))
	assert.InDelta(t, 2, counted(t, "faultline_relay_alerts_total", with)-withBefore, 0)
	assert.InDelta(t, 1, counted(t, "faultline_relay_alerts_total", without)-withoutBefore, 0)
	assert.Positive(t, counted(t, "faultline_relay_sends_total", map[string]string{"type": "webhook", "outcome": "accepted"}))
	p.mu.Lock()
	p.answers = []int{400}
	p.mu.Unlock()
	require.Error(t, r.Pass(t.Context(), relay.Read([]byte(told("h", "firing", "A"))), nil))
	assert.Greater(t, counted(t, "faultline_relay_failed_messages_total", nil), before)
}
