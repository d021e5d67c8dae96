package verdict_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

// everything is a case in which all is known, of several causes at a time.
func everything() *incident.Case {
	c := sold(slowNames())
	cases := ofEachKind()
	f := &c.Facts
	f.Pods = cases["breaking-change"].Facts.Pods
	f.Changes = cases["breaking-change"].Facts.Changes
	f.Saturation = cases["load-surge"].Facts.Saturation
	f.Traffic = cases["load-surge"].Facts.Traffic
	f.Shared = cases["shared-connection-pool"].Facts.Shared
	f.Pool = cases["shared-connection-pool"].Facts.Pool
	f.Ranking = cases["changed-requests"].Facts.Ranking
	f.Dependencies = cases["failing-dependency"].Facts.Dependencies
	f.Callees = &incident.Callees{Services: []string{"web-worker", "bank"}}
	f.Neighbours = &incident.Neighbours{Services: []string{"web", "bank"}}
	f.Surroundings = &incident.Surroundings{
		Nodes:        cases["node-pressure"].Facts.Surroundings.Nodes,
		Queues:       cases["consumer-lag"].Facts.Surroundings.Queues,
		Certificates: cases["expired-certificate"].Facts.Surroundings.Certificates,
	}
	f.Example.Trace.Spans = append(f.Example.Trace.Spans, cases["consumer-lag"].Facts.Example.Trace.Spans...)
	f.Traits = &incident.Traits{Traits: []incident.Trait{
		{Service: "web", Attribute: "k8s.node.name", Value: "node-b", Failing: 9, FailingOf: 10, Passing: 30, PassingOf: 100},
	}}
	f.InfraLogs = &incident.InfraLogs{Patterns: []incident.InfraPattern{
		{Namespace: "edge", Service: "egress", Text: "upstream refused", Names: []string{"api.example.com"}, First: ago(25 * time.Minute), Count: 9},
	}}
	f.Errors = &incident.Change{Now: 0.1, Normal: 0.001, Unit: incident.Ratio, Worse: true, Query: "errors", Samples: 900}
	f.Locks = cases["held-lock"].Facts.Locks
	f.Pattern = &incident.FailingPattern{Service: "web", Text: "no answer", Now: 80, Before: 2}
	return c
}

// some is a case of which only some facts are known.
func some(t *rapid.T, c *incident.Case) *incident.Case {
	known := rapid.SliceOfDistinct(rapid.SampledFrom(incident.AllFacts()), rapid.ID[incident.Fact]).Draw(t, "known")
	part := *c
	part.Facts = c.Facts.Only(known...)
	return &part
}

func TestWhateverIsKnownThereIsAVerdictAndItIsSound(t *testing.T) {
	t.Parallel()
	whole := everything()
	rapid.Check(t, func(t *rapid.T) {
		c := some(t, whole)
		v, blame := verdict.Judge(c)
		require.NotEmpty(t, v.Sentence)
		require.NotEmpty(t, v.Statement)
		for i, k := range v.Candidates {
			require.NotEmpty(t, k.Kind)
			require.NotEmpty(t, k.Target.Type)
			require.NotEmpty(t, k.Target.Name)
			require.NotEmpty(t, k.Component)
			require.NotEmpty(t, k.Because)
			require.GreaterOrEqual(t, k.Score, 0.0)
			require.LessOrEqual(t, k.Score, 1.0)
			if i > 0 {
				require.LessOrEqual(t, k.Score, v.Candidates[i-1].Score, "the best first")
			}
		}
		for i := 1; i < len(v.Chain); i++ {
			require.False(t, v.Chain[i].At.Before(v.Chain[i-1].At), "in the order of time")
		}
		named := v.Blamed()
		require.Equal(t, v.Level == incident.NoClearCause, named == nil)
		if v.Level == incident.Likely {
			require.NotEqual(t, incident.CauseKind("unrelated-change"), named.Kind)
		}
		if blame != nil && blame.Change != nil {
			require.Equal(t, blame.Change.Object, named.Target.Name)
		}
	})
}

func TestTheSameFactsHaveTheSameVerdict(t *testing.T) {
	t.Parallel()
	whole := everything()
	rapid.Check(t, func(t *rapid.T) {
		c := some(t, whole)
		first, _ := verdict.Judge(c)
		again, _ := verdict.Judge(c)
		require.Equal(t, first, again)
		require.Equal(t, first.ID(), again.ID())
	})
}

func TestWhateverIsNamedThereAreCommandsAndCriteriaWithoutADefect(t *testing.T) {
	t.Parallel()
	whole := everything()
	kinds := verdict.Causes()
	rapid.Check(t, func(t *rapid.T) {
		c := some(t, whole)
		kind := rapid.SampledFrom(kinds).Draw(t, "kind").Kind
		name := rapid.SampledFrom([]string{"web", "node-b", "jobs", "ledger-tls", "orders", "api.example.com", "restrict-web", "unheard-of"}).Draw(t, "name")
		c.Facts.Verdict = &incident.Verdict{Level: incident.Likely, Candidates: []incident.Candidate{
			{Service: name, Kind: kind, Target: incident.Target{Type: "any", Name: name, Namespace: "shop"}},
		}}
		advised := verdict.Advise(c)
		for _, k := range slices.Concat(advised.Looks, advised.Remedies) {
			require.NotEmpty(t, k.Text)
			require.NotEmpty(t, k.Why)
			require.Contains(t, k.Step, "/")
		}
		ids := map[string]bool{}
		for _, k := range verdict.Criteria(&c.Facts) {
			require.False(t, ids[k.ID], "%s is there twice", k.ID)
			ids[k.ID] = true
			require.NotEmpty(t, k.Name)
			require.NotEmpty(t, k.Query)
			require.NotEqual(t, k.Most == nil, k.Least == nil, "one bound")
			require.NotZero(t, k.Scale)
		}
	})
}

func TestAFactThatNoCauseDeclaresChangesNothing(t *testing.T) {
	t.Parallel()
	whole := everything()
	want, _ := verdict.Judge(whole)
	part := *whole
	part.Facts = whole.Facts.Only(verdict.Needs()...)
	got, _ := verdict.Judge(&part)
	require.Equal(t, want, got)
}

func TestOfSeveralCausesTheOneFurthestFromTheSymptomIsNamed(t *testing.T) {
	t.Parallel()
	c := everything()
	v := judged(t, c)
	var kinds []incident.CauseKind
	for _, k := range v.Candidates {
		kinds = append(kinds, k.Kind)
	}
	before := func(a, b incident.CauseKind) {
		require.Less(t, slices.Index(kinds, a), slices.Index(kinds, b), "%s goes before %s: %v", a, b, kinds)
	}
	before("breaking-change", "unhealthy-workload")
	before("unhealthy-workload", "slow-dns-lookups")
	before("node-pressure", "slow-dns-lookups")
	before("slow-dns-lookups", "failing-call")
	require.NotContains(t, kinds, incident.CauseKind("exhausted-connection-pool"), "connections pile up while names are slow")
	require.NotContains(t, kinds, incident.CauseKind("load-surge"), "the call that fails leaves what is traced")
}

func TestABoundIsAMultipleOfNormalUnlessLittleIsTolerable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		errors *incident.Change
		most   float64
	}{
		"few errors before": {&incident.Change{Normal: 0.0001, Unit: incident.Ratio, Worse: true, Query: "errors"}, 0.002},
		"some before":       {&incident.Change{Normal: 0.01, Unit: incident.Ratio, Worse: true, Query: "errors"}, 0.015},
	} {
		criteria := verdict.Criteria(&incident.Facts{Errors: test.errors})
		require.Len(t, criteria, 1, name)
		require.InDelta(t, test.most, *criteria[0].Most, 1e-9, name)
		require.True(t, criteria[0].Met(test.most))
		require.False(t, criteria[0].Met(test.most*1.01))
		require.Equal(t, "impact/error-rate", criteria[0].Step)
	}
	require.Empty(t, verdict.Criteria(&incident.Facts{Errors: &incident.Change{Worse: true}}), "it cannot be asked again")
	require.Empty(t, verdict.Criteria(&incident.Facts{Errors: &incident.Change{Query: "errors"}}), "nothing is open")
}

func TestEnoughTrafficIsWhatTellsTheShareOfErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		normal, errors, least float64
	}{
		"much traffic":          {100, 0.001, 5},
		"little traffic":        {2, 0.001, 1},
		"many errors are usual": {100, 0.1, 3 / 0.15 / 300},
	} {
		f := &incident.Facts{
			Errors:  &incident.Change{Normal: test.errors, Unit: incident.Ratio, Worse: true, Query: "errors"},
			Traffic: &incident.Change{Normal: test.normal, Unit: incident.PerSecond, Query: "rate"},
		}
		criteria := verdict.Criteria(f)
		require.Len(t, criteria, 2, name)
		require.Equal(t, incident.CriterionTraffic, criteria[1].ID)
		require.InDelta(t, test.least, *criteria[1].Least, 1e-9, name)
	}
}
