package freeze_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/casebook/freeze"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

var ten = time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)

func withEvidence(e incident.Evidence) *incident.Case {
	return &incident.Case{Version: incident.DocumentVersion, Subject: incident.Subject{Service: "order-service"},
		Window: incident.Window{From: ten, To: ten.Add(time.Hour)}, Started: ten,
		Steps: []incident.StepResult{{Phase: incident.PhaseImpact, ID: "latency", Title: "Latency", Outcome: incident.Found,
			Queries: []incident.Query{{Text: "up", Language: "promql"}},
			Findings: []incident.Finding{{Sentence: "p99 rose.", Severity: incident.Critical, Evidence: e,
				Values: []incident.Value{{Name: "p99", Value: 2.3, Unit: incident.Seconds}}}}}}}
}

func frozen(t require.TestingT, c *incident.Case) (incident.Case, incident.Frozen) {
	kept, how, err := freeze.Case(c, nil, ten)
	require.NoError(t, err)
	document, err := json.Marshal(kept)
	require.NoError(t, err)
	require.LessOrEqual(t, len(document), freeze.EvidenceBytes)
	return kept, how
}

func TestNoPeakAndNoDipIsLostWhenASeriesIsThinned(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e9, 1e9), 1, 5000).Draw(t, "values")
		points := make([]incident.Point, len(values))
		low, high := math.Inf(1), math.Inf(-1)
		for i, v := range values {
			points[i] = incident.Point{Time: ten.Add(time.Duration(i) * time.Second), Value: v}
			low, high = min(low, v), max(high, v)
		}
		kept, _ := frozen(t, withEvidence(incident.Evidence{Series: []incident.Series{{Name: "p99", Points: points}}}))
		got := kept.Steps[0].Findings[0].Evidence.Series[0].Points
		if len(got) > 500 || len(points) <= 500 && len(got) != len(points) {
			t.Fatalf("%d points became %d", len(points), len(got))
		}
		gotLow, gotHigh := math.Inf(1), math.Inf(-1)
		for i, p := range got {
			gotLow, gotHigh = min(gotLow, p.Value), max(gotHigh, p.Value)
			if i > 0 && !got[i-1].Time.Before(p.Time) {
				t.Fatalf("points %d and %d are not in order", i-1, i)
			}
		}
		if gotLow != low || gotHigh != high || !got[0].Time.Equal(points[0].Time) || !got[len(got)-1].Time.Equal(points[len(points)-1].Time) {
			t.Fatalf("extremes %g and %g became %g and %g", low, high, gotLow, gotHigh)
		}
	})
}

func TestACaseThatIsSmallEnoughIsKeptWhole(t *testing.T) {
	t.Parallel()
	c := withEvidence(incident.Evidence{Lines: []incident.Line{{Time: ten, Text: "all of it"}}})
	kept, how := frozen(t, c)
	assert.Equal(t, *c, kept)
	assert.Empty(t, how.Left)
	assert.Zero(t, how.Masked)
	assert.Equal(t, ten, how.At)
}

func TestAHugeCaseIsCutInTheOrderOfTheRuleAndSaysSo(t *testing.T) {
	t.Parallel()
	var lines []incident.Line
	for i := range 30_000 {
		lines = append(lines, incident.Line{Time: ten, Text: fmt.Sprintf("line %d %s", i, strings.Repeat("x", 200))})
	}
	var spans []incident.Span
	for i := range 20_000 {
		spans = append(spans, incident.Span{ID: fmt.Sprintf("%016x", i), Parent: "0", Service: "s", Name: strings.Repeat("n", 50), Start: ten,
			Duration: time.Duration(i) * time.Millisecond, Failed: i == 7})
	}
	c := withEvidence(incident.Evidence{Lines: lines, Trace: &incident.Trace{ID: "ab", Spans: spans}})
	c.Facts.Culprit = &incident.Culprit{Span: spans[3], Path: []string{spans[1].ID, spans[3].ID}}
	kept, how := frozen(t, c)
	assert.Equal(t, []string{"Log lines beyond the first 200 of a finding are left out.", "Traces keep the 500 spans that matter most."}, how.Left)
	evidence := kept.Steps[0].Findings[0].Evidence
	assert.Len(t, evidence.Lines, 200)
	assert.Len(t, evidence.Trace.Spans, 500)
	for i, id := range []int{1, 3, 7} {
		assert.Equal(t, spans[id].ID, evidence.Trace.Spans[i].ID, "culprit, its path and failing spans stay, in order")
	}
	assert.Equal(t, "p99 rose.", kept.Steps[0].Findings[0].Sentence)
	assert.Len(t, c.Steps[0].Findings[0].Evidence.Lines, 30_000, "the running case is not touched")
}

func TestACaseOfSentencesThatAreTooLongIsRefused(t *testing.T) {
	t.Parallel()
	c := withEvidence(incident.Evidence{})
	c.Steps[0].Findings[0].Sentence = strings.Repeat("long ", freeze.MostBytes)
	_, _, err := freeze.Case(c, nil, ten)
	require.EqualError(t, err, "the case is too large to be saved even without its evidence")
}

func TestSecretsInEvidenceNeverReachTheSavedCase(t *testing.T) {
	t.Parallel()
	secret := "hunter2-very-secret"
	c := withEvidence(incident.Evidence{
		Lines: []incident.Line{{Time: ten, Text: `{"password":"` + secret + `"}`, Labels: map[string]string{"api_token": secret}}},
		Trace: &incident.Trace{Spans: []incident.Span{{ID: "a", Attributes: map[string]string{"db.password": secret},
			StatusMessage: "refused: password=" + secret, Events: []incident.SpanEvent{{Attributes: map[string]string{"cookie": secret}}}}}},
		Series: []incident.Series{{Labels: map[string]string{"secret": secret}}},
	})
	said := "Lines say token=" + secret + ", since "
	c.Steps[0].Findings[0].Sentence = said + "10:30:40."
	c.Steps[0].Findings[0].Moments = []incident.Moment{{At: ten, Form: incident.TimeOfDay, Start: len(said), End: len(said) + len("10:30:40")}}
	c.Steps[0].Queries[0].Text = `{a="b"} |= "password=` + secret + `"`
	kept, how := frozen(t, c)
	document, err := json.Marshal(kept)
	require.NoError(t, err)
	assert.NotContains(t, string(document), secret)
	assert.Equal(t, 8, how.Masked)
	finding := kept.Steps[0].Findings[0]
	assert.Equal(t, "Lines say token=[masked], since "+ten.Format(time.TimeOnly)+" UTC.", incident.WrittenInUTC(finding.Sentence, finding.Moments))
}
