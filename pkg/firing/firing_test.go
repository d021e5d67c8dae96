package firing_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
	"github.com/faultline-investigation/faultline/pkg/source"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// stores answer with series by what a question begins with.
type stores struct {
	series  map[string][]incident.Series
	alerts  []incident.ActiveAlert
	problem map[source.Kind]*source.Problem
}

func (s stores) Ask(_ context.Context, q source.Question) source.Answer {
	a := source.Answer{Question: q, Problem: s.problem[q.Kind]}
	if a.Problem == nil {
		metric, _, _ := strings.Cut(q.Text, "{")
		a.Series, a.Alerts = s.series[metric+" "+string(q.Kind)], s.alerts
	}
	return a
}

// series is an alert's, at minutes before noon.
func series(metric, state, name, service string, minutes ...int) incident.Series {
	s := incident.Series{Labels: map[string]string{"__name__": metric, "alertstate": state, "alertname": name, "service_name": service}}
	for _, m := range minutes {
		s.Points = append(s.Points, incident.Point{Time: noon.Add(-time.Duration(m) * time.Minute), Value: 1})
	}
	return s
}

func TestWhatBothMetricsKnowIsOneAlert(t *testing.T) {
	t.Parallel()
	both := series("GRAFANA_ALERTS", "firing", "Slow", "cart", 0)
	both.Labels["grafana_rule_uid"] = "u1"
	alerts, answers, err := firing.At(t.Context(), stores{series: map[string][]incident.Series{
		"ALERTS instant":         {series("ALERTS", "firing", "Slow", "cart", 0), series("ALERTS", "firing", "Errors", "stock", 0)},
		"GRAFANA_ALERTS instant": {both},
	}}, time.Second, noon)
	require.NoError(t, err)
	require.Len(t, answers, 2)
	require.Len(t, alerts, 2)
	assert.Equal(t, "stock", alerts[0].Subject.Service)
	assert.Equal(t, []string{"ALERTS", "GRAFANA_ALERTS"}, alerts[1].Sources)
	assert.NotContains(t, alerts[1].Labels, "grafana_rule_uid")
}

func TestAnAlertBeginsWhereItIsPendingWithoutAPause(t *testing.T) {
	t.Parallel()
	old := []int{}
	for minute := 180; minute >= 0; minute-- {
		old = append(old, minute)
	}
	asked := stores{series: map[string][]incident.Series{
		"ALERTS instant": {series("ALERTS", "firing", "Slow", "cart", 0), series("ALERTS", "firing", "Old", "cart", 0), series("ALERTS", "firing", "New", "cart", 0)},
		"ALERTS range": {series("ALERTS", "firing", "Slow", "cart", 40, 39, 3, 2, 1, 0), series("ALERTS", "pending", "Slow", "cart", 5, 4),
			series("ALERTS", "firing", "Old", "cart", old...)},
	}}
	alerts, _, err := firing.At(t.Context(), asked, time.Second, noon)
	require.NoError(t, err)
	begun, answers, err := firing.Begun(t.Context(), asked, time.Second, noon, alerts)
	require.NoError(t, err)
	require.Len(t, answers, 1, "nothing is known of GRAFANA_ALERTS")
	byName := map[string]firing.Alert{}
	for _, a := range begun {
		byName[a.Name] = a
	}
	assert.Equal(t, incident.Window{From: noon.Add(-6 * time.Minute), To: noon.Add(-5 * time.Minute)}, byName["Slow"].Began)
	assert.True(t, byName["Old"].Began.From.IsZero(), "it may have been active for days")
	assert.Equal(t, noon.Add(-3*time.Hour), byName["Old"].Began.To)
	assert.Zero(t, byName["New"].Began)
}

func TestAlertmanagersAlertsJoinThoseOfTheMetrics(t *testing.T) {
	t.Parallel()
	s := stores{alerts: []incident.ActiveAlert{
		{Labels: map[string]string{"alertname": "Slow", "service_name": "cart", "cluster": "eu"}, Since: noon.Add(-time.Minute)},
		{Labels: map[string]string{"alertname": "Linked", "team": "a"}, Annotations: map[string]string{"investigate_url": "https://grafana" + links.Link{Service: "stock"}.String()}},
	}}
	told, answer := firing.InAlertmanager(t.Context(), s, time.Second)
	require.Nil(t, answer.Problem)
	require.Len(t, told, 2)
	assert.Equal(t, "stock", told[0].Subject.Service)
	metric := firing.Of(map[string]string{"alertname": "Slow", "service_name": "cart"}, links.Link{}, firing.OfPrometheus)
	metric.Began = incident.Window{From: noon.Add(-6 * time.Minute), To: noon.Add(-5 * time.Minute)}
	other := firing.Of(map[string]string{"alertname": "Slow", "service_name": "stock"}, links.Link{}, firing.OfPrometheus)
	joined := firing.Joined(append(told, metric, other))
	require.Len(t, joined, 3)
	assert.Equal(t, []string{"ALERTS", "Alertmanager"}, joined[1].Sources)
	assert.Equal(t, metric.Began, joined[1].Began, "it was pending before it was sent")
	assert.Equal(t, "stock", joined[2].Subject.Service)
}

func TestTwoAlertsOfOneSourceStayTwo(t *testing.T) {
	t.Parallel()
	few := firing.Of(map[string]string{"alertname": "Slow"}, links.Link{}, firing.OfPrometheus)
	more := firing.Of(map[string]string{"alertname": "Slow", "service": "cart"}, links.Link{}, firing.OfPrometheus)
	assert.Len(t, firing.Joined([]firing.Alert{more, few}), 2)
}

func TestAlertsOfLongAgoAreLeftOut(t *testing.T) {
	t.Parallel()
	told := func(ago time.Duration) firing.Alert {
		return firing.Told(incident.ActiveAlert{Labels: map[string]string{"alertname": ago.String()}, Since: noon.Add(-ago)}, firing.FromWebhook)
	}
	recent := firing.Recent([]firing.Alert{told(time.Minute), told(2 * time.Hour)}, noon.Add(-time.Hour))
	require.Len(t, recent, 1)
	assert.Equal(t, "1m0s", recent[0].Name)
}
