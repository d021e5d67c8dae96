package watch

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// answering gives every question the same series, and remembers what it was asked.
type answering struct {
	asked chan source.Question
}

// Ask implements source.Querier.
func (a answering) Ask(_ context.Context, q source.Question) source.Answer {
	a.asked <- q
	s := incident.Series{}
	for at := q.Window.From; !at.After(q.Window.To); at = at.Add(15 * time.Second) {
		s.Points = append(s.Points, incident.Point{Time: at, Value: 7})
	}
	return source.Answer{Question: q, Series: []incident.Series{s}}
}

func TestTheCriteriaOfTheInvestigationAreAskedAgainAndTrafficIsNoneOfThem(t *testing.T) {
	t.Parallel()
	found := incident.Case{Facts: incident.Facts{Recovery: &incident.ExitCriteria{Criteria: []incident.ExitCriterion{
		{Name: "messages that wait", Unit: incident.Count, Query: "sum(queue_depth)", Scale: 2, Normal: 10, Most: incident.Baselined(15), Now: incident.Baselined(900)},
		{Name: "request rate", Unit: incident.PerSecond, Query: "sum(rate(requests[5m]))", Scale: 1, Normal: 17, Least: incident.Baselined(5)},
	}}}}
	q := answering{make(chan source.Question, 10)}
	v := New(found, fixed, q).Look(t.Context(), fixed.Add(3*time.Minute))
	close(q.asked)
	var texts []string
	for asked := range q.asked {
		texts = append(texts, asked.Text)
		assert.Equal(t, source.Range, asked.Kind)
		assert.Zero(t, asked.Window.Length()%asked.Step, "the last point is of now")
	}
	assert.Equal(t, []string{"sum(queue_depth)"}, texts)
	require.Len(t, v.State.Criteria, 2, "the number, and traffic")
	waiting := v.State.Criteria[0]
	assert.Equal(t, incident.Clear, waiting.Outcome)
	assert.InDelta(t, 14, waiting.Now, 0)
	assert.InDelta(t, 900, waiting.Before, 0)
	assert.InDelta(t, 15, waiting.Limit, 0)
	assert.Equal(t, "traffic", v.State.Criteria[1].Name)
	assert.Equal(t, incident.NotChecked, v.State.Criteria[1].Outcome)
	assert.Contains(t, v.State.Criteria[1].Reason, "the case does not hold what is needed to ask for it")
}

func TestAStepThatDoesNotBearTheCaseLeavesItsNumberUnknownAndTheProcessAlive(t *testing.T) {
	t.Parallel()
	limits := incident.ExitCriteria{Criteria: []incident.ExitCriterion{{ID: "dns-lookups/a", Step: "cause/lookups", Name: "DNS lookups of a", Unit: incident.Seconds, Most: incident.Baselined(1)}}}
	found := incident.Case{Facts: incident.Facts{Recovery: &limits, Lookups: &incident.Comparison{What: "DNS lookups of a", Of: "a"}, Culprit: &incident.Culprit{},
		Conventions: &incident.Conventions{Lookups: &incident.LookupMetric{Histogram: "\xff"}}}}
	v := New(found, fixed, answering{make(chan source.Question, 10)}).Look(t.Context(), fixed.Add(3*time.Minute))
	assert.Equal(t, incident.NotChecked, v.State.Criteria[0].Outcome)
	assert.Contains(t, v.State.Criteria[0].Reason, "panic")
}
