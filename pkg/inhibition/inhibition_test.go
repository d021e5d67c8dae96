package inhibition_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/alertmanager/matcher/parse"
	amlabels "github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/inhibition"
	"github.com/faultline-investigation/faultline/pkg/links"
	"github.com/faultline-investigation/faultline/pkg/source"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func alert(labels ...string) firing.Alert {
	set := map[string]string{}
	for i := 0; i+1 < len(labels); i += 2 {
		set[labels[i]] = labels[i+1]
	}
	return firing.Of(set, links.Link{}, firing.OfPrometheus)
}

// inhibitRule is a rule as Alertmanager's configuration has it, with its matchers read by Alertmanager's own parser.
type inhibitRule struct {
	SourceMatchers matchers `yaml:"source_matchers"`
	TargetMatchers matchers `yaml:"target_matchers"`
	Equal          []string `yaml:"equal"`
}

type matchers []*amlabels.Matcher

// UnmarshalYAML implements yaml.Unmarshaler.
func (m *matchers) UnmarshalYAML(node *yaml.Node) error {
	var lines []string
	if err := node.Decode(&lines); err != nil {
		return err
	}
	for _, line := range lines {
		read, err := parse.Matcher(line)
		if err != nil {
			return err
		}
		*m = append(*m, read)
	}
	return nil
}

// loaded are rules as Alertmanager reads them.
func loaded(t *testing.T, text string) []inhibitRule {
	t.Helper()
	var read struct {
		Rules []inhibitRule `yaml:"inhibit_rules"`
	}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&read), text)
	return read.Rules
}

func TestAlertmanagerReadsTheRuleAndItPicksTheAlerts(t *testing.T) {
	t.Parallel()
	sources := []firing.Alert{alert("alertname", `Disk "full"`, "service_name", "stock.v1", "cluster", "eu", "severity", "critical")}
	targets := []firing.Alert{alert("alertname", "Slow", "service_name", "cart", "cluster", "eu", "pod", "p1"), alert("alertname", "Errors", "service_name", "front|x", "cluster", "eu"),
		alert("alertname", "Slow", "service", "desk", "cluster", "eu"), alert("alertname", "Slow", "service_name", "stock.v1", "cluster", "eu")}
	rules, leftOut := inhibition.Propose(sources, targets)
	assert.Zero(t, leftOut)
	read := loaded(t, inhibition.YAML(rules))
	require.Len(t, read, 2, "one for each label that names the service")
	labelsOf := func(a firing.Alert) model.LabelSet {
		set := model.LabelSet{}
		for name, value := range a.Labels {
			set[model.LabelName(name)] = model.LabelValue(value)
		}
		return set
	}
	picks := func(matchers matchers, a firing.Alert) bool {
		for _, m := range matchers {
			if !m.Matches(string(labelsOf(a)[model.LabelName(m.Name)])) {
				return false
			}
		}
		return true
	}
	for _, r := range read {
		assert.True(t, picks(r.SourceMatchers, sources[0]))
		assert.Equal(t, []string{"cluster"}, r.Equal)
		assert.False(t, picks(r.TargetMatchers, targets[3]), "the service itself is not kept quiet")
	}
	for i, want := range [][]bool{{true, false}, {true, false}, {false, true}} {
		for j, r := range read {
			assert.Equal(t, want[j], picks(r.TargetMatchers, targets[i]), "%v", targets[i].Labels)
		}
	}
}

func TestWhatNoLabelNamesIsInNoRule(t *testing.T) {
	t.Parallel()
	linked := firing.Told(incident.ActiveAlert{Labels: map[string]string{"alertname": "A"}, Annotations: map[string]string{"investigate_url": "https://g" + links.Link{Service: "x"}.String()}}, "Grafana")
	rules, leftOut := inhibition.Propose([]firing.Alert{linked}, []firing.Alert{alert("alertname", "B", "service", "y")})
	assert.Empty(t, rules)
	assert.Equal(t, 1, leftOut)
}

// history is a store with the alerts of the past, by what their selector begins with, as spans of minutes before noon.
type history struct {
	spans   map[string][][2]int
	labels  map[string]string
	problem *source.Problem
	asked   []string
}

func (h *history) Ask(_ context.Context, q source.Question) source.Answer {
	h.asked = append(h.asked, q.Text)
	a := source.Answer{Question: q, Problem: h.problem}
	for service, spans := range h.spans {
		if !strings.Contains(q.Text, `"`+service+`"`) && !strings.HasPrefix(q.Text, "sum(") {
			continue
		}
		s := incident.Series{Labels: map[string]string{"service": service, "cluster": h.labels[service]}}
		for _, span := range spans {
			for m := span[0]; m >= span[1]; m -= 5 {
				s.Points = append(s.Points, incident.Point{Time: noon.Add(-time.Duration(m) * time.Minute), Value: 1})
			}
		}
		a.Series = append(a.Series, s)
	}
	return a
}

func tried(t *testing.T, h *history) inhibition.Trial {
	t.Helper()
	rules, _ := inhibition.Propose([]firing.Alert{alert("alertname", "Disk", "service", "stock", "cluster", "eu")}, []firing.Alert{alert("alertname", "Slow", "service", "cart", "cluster", "eu")})
	trial, err := inhibition.Try(t.Context(), h, time.Second, noon, rules)
	require.NoError(t, err)
	return trial
}

func TestARuleIsTriedAgainstTheAlertsOfThePast(t *testing.T) {
	t.Parallel()
	trial := tried(t, &history{labels: map[string]string{"stock": "eu", "cart": "eu"}, spans: map[string][][2]int{
		"stock": {{9000, 8900}, {6000, 5500}, {2000, 1990}},
		"cart": {{9500, 9400}, // without it
			{8990, 8950},  // follows the source
			{5600, 5550},  // 400 minutes after it began
			{1995, 1900}}, // goes on when the source has ended
	}})
	assert.Equal(t, []int{4, 2, 1, 1}, []int{trial.Notified, trial.Suppressed, trial.Rightly, trial.Delayed})
	assert.Equal(t, "In the last 30 days these alerts began to fire 4 times. The rule would have suppressed 2 notifications, 1 of them of alerts that began within an hour after the source did."+
		" 1 alert began later, and may have been about something else. 1 notification would have come late, once the source had ended.", trial.Sentence)
	require.Len(t, trial.Queries, 3)
	assert.Equal(t, `ALERTS{alertname="Slow",alertstate="firing",service="cart"}`, trial.Queries[2].Text)
}

func TestAlertsOfAnotherClusterAreNotSuppressed(t *testing.T) {
	t.Parallel()
	trial := tried(t, &history{labels: map[string]string{"stock": "eu", "cart": "us"}, spans: map[string][][2]int{"stock": {{900, 800}}, "cart": {{890, 850}}}})
	assert.Equal(t, []int{1, 0}, []int{trial.Notified, trial.Suppressed})
}

func TestAPastWithoutAlertsTriesNothing(t *testing.T) {
	t.Parallel()
	assert.Contains(t, tried(t, &history{}).Sentence, "could not be tried")
	assert.Contains(t, tried(t, &history{spans: map[string][][2]int{"other": {{900, 800}}}}).Sentence, "so the rule could not be tried")
	h := &history{problem: &source.Problem{Kind: source.Timeout, Sentence: "No answer."}}
	_, err := inhibition.Try(t.Context(), h, time.Second, noon, nil)
	require.ErrorContains(t, err, "No answer.")
}
