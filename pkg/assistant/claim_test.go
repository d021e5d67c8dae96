package assistant

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// course is a case of a service whose errors take the given course, a share each minute, the last one at noon.
func course(change *incident.Change, shares ...float64) *incident.Case {
	points := make([]incident.Point, len(shares))
	for i, share := range shares {
		points[i] = incident.Point{Time: noon.Add(time.Duration(i+1-len(shares)) * time.Minute), Value: share}
	}
	return &incident.Case{Subject: incident.Subject{Service: "order"}, Window: incident.Window{From: noon.Add(-time.Hour), To: noon}, Facts: incident.Facts{Errors: change},
		Steps: []incident.StepResult{{Phase: incident.PhaseImpact, ID: "error-rate", Title: "Error rate", Outcome: incident.Found,
			Findings: []incident.Finding{{ID: "1", Evidence: incident.Evidence{Series: []incident.Series{{Points: points}}}}}}}}
}

// minutes is a course of an hour and a half: share all the time, and other for some minutes until so many before noon.
func minutes(share, other float64, lasting, until int) []float64 {
	all := make([]float64, 90)
	for i := range all {
		all[i] = share
		if before := len(all) - 1 - i; before >= until && before < until+lasting {
			all[i] = other
		}
	}
	return all
}

func at(before time.Duration) movedClaim {
	return movedClaim{what: errorsMeasure, service: "order", at: noon.Add(-before)}
}

func TestARiseIsNotDeniedWhereNumbersMayShowIt(t *testing.T) {
	t.Parallel()
	steady := &incident.Change{Now: 0.01, Normal: 0.01, Unit: incident.Ratio}
	risen := &incident.Change{Now: 0.2, Normal: 0.01, Unit: incident.Ratio, Moved: &incident.MovedAt{Earliest: noon.Add(-10*time.Minute - 20*time.Second), Latest: noon.Add(-10*time.Minute + 20*time.Second)}}
	vague := &incident.Change{Now: 0.2, Normal: 0.01, Unit: incident.Ratio, Moved: &incident.MovedAt{Earliest: noon.Add(-20 * time.Minute), Latest: noon.Add(-8 * time.Minute)}}
	for name, given := range map[string]struct {
		found *incident.Case
		claim movedClaim
		want  string
	}{
		"at its time":                     {course(risen, minutes(0.01, 0.2, 11, 0)...), at(10 * time.Minute), holds},
		"a minute off":                    {course(risen, minutes(0.01, 0.2, 11, 0)...), at(11 * time.Minute), holds},
		"long before":                     {course(risen, minutes(0.01, 0.2, 11, 0)...), at(40 * time.Minute), doesNotHold},
		"when it was up already":          {course(risen, minutes(0.01, 0.2, 11, 0)...), at(7 * time.Minute), doesNotHold},
		"steady":                          {course(steady, minutes(0.01, 0.01, 0, 0)...), at(20 * time.Minute), doesNotHold},
		"a short one that is over":        {course(steady, minutes(0.01, 0.3, 2, 18)...), at(20 * time.Minute), cannotBeTold},
		"too lately":                      {course(steady, minutes(0.01, 0.01, 0, 0)...), at(2 * time.Minute), cannotBeTold},
		"no numbers at that time":         {course(steady), at(20 * time.Minute), cannotBeTold},
		"outside of what was looked at":   {course(steady, minutes(0.01, 0.01, 0, 0)...), at(3 * time.Hour), cannotBeTold},
		"without numbers from before":     {course(&incident.Change{NoBaseline: true}, minutes(0.2, 0.2, 0, 0)...), at(20 * time.Minute), cannotBeTold},
		"of nothing that was learned":     {course(nil, minutes(0.2, 0.2, 0, 0)...), at(20 * time.Minute), cannotBeTold},
		"within an interval of a vague":   {course(vague, minutes(0.01, 0.2, 15, 0)...), at(12 * time.Minute), cannotBeTold},
		"a short one, no time named":      {course(steady, minutes(0.01, 0.3, 2, 18)...), movedClaim{what: errorsMeasure, service: "order"}, cannotBeTold},
		"of a step that nobody looked at": {&incident.Case{Subject: incident.Subject{Service: "order"}}, at(time.Minute), cannotBeTold},
	} {
		got, reason := given.claim.judge(given.found)
		assert.Equal(t, given.want, got, "%s: %s", name, reason)
	}
}

func failedAt(earliest, latest time.Duration) *incident.Case {
	return course(&incident.Change{Now: 0.2, Normal: 0.01, Unit: incident.Ratio, Moved: &incident.MovedAt{Earliest: noon.Add(-earliest), Latest: noon.Add(-latest)}},
		minutes(0.01, 0.2, int(earliest.Minutes()), 0)...)
}

func TestAnOrderIsToldOnlyOfIntervalsThatDoNotOverlap(t *testing.T) {
	t.Parallel()
	early, late, wide := failedAt(20*time.Minute, 19*time.Minute), failedAt(10*time.Minute, 9*time.Minute), failedAt(30*time.Minute, 5*time.Minute)
	steady := course(&incident.Change{Now: 0.01, Normal: 0.01, Unit: incident.Ratio}, minutes(0.01, 0.01, 0, 0)...)
	unknown := course(&incident.Change{NoBaseline: true})
	for _, given := range []struct {
		first, second *incident.Case
		want          string
	}{{early, late, holds}, {late, early, doesNotHold}, {wide, late, cannotBeTold}, {steady, late, doesNotHold}, {late, steady, doesNotHold}, {unknown, late, cannotBeTold}, {late, unknown, cannotBeTold}} {
		got, reason := beforeClaim{"a", "b"}.judge(given.first, given.second)
		assert.Equal(t, given.want, got, reason)
	}
}

func TestACallIsDeniedOnlyWhereItWouldBeSeen(t *testing.T) {
	t.Parallel()
	looked := func(key string, outcome incident.Outcome, callees ...string) *incident.Case {
		c := &incident.Case{Steps: []incident.StepResult{{Phase: incident.PhaseImpact, ID: key[len("impact/"):], Outcome: outcome, Reason: "No metric."}}}
		if len(callees) > 0 {
			c.Facts.Callees = &incident.Callees{Services: callees}
		}
		return c
	}
	calling, known := looked(calleesStep, incident.Found, "payment"), looked(serviceStep, incident.Found)
	claim := callsClaim{"order", "search"}
	for _, given := range []struct {
		found  *incident.Case
		traces source.Answer
		callee *incident.Case
		want   string
	}{
		{calling, source.Answer{}, known, doesNotHold},
		{looked(calleesStep, incident.NotChecked), source.Answer{}, known, cannotBeTold},
		{looked(calleesStep, incident.Clear), source.Answer{}, known, cannotBeTold},
		{calling, source.Answer{Problem: &source.Problem{Sentence: "Tempo is down."}}, known, cannotBeTold},
		{calling, source.Answer{Truncated: true}, known, cannotBeTold},
		{calling, source.Answer{Warnings: []string{"partial"}}, known, cannotBeTold},
		{calling, source.Answer{}, looked(serviceStep, incident.NotChecked), cannotBeTold},
	} {
		got, reason := claim.judge(given.found, given.traces, given.callee)
		assert.Equal(t, given.want, got, reason)
	}
	assert.True(t, callsClaim{"order", "payment"}.listed(calling))
	assert.Equal(t, `({ resource.service.name = "a\"} || { true" } > { resource.service.name = "b" })`, callsClaim{`a"} || { true`, "b"}.query())
}

func TestAVersionIsAccusedOnlyAgainstOthersThatPass(t *testing.T) {
	t.Parallel()
	traced := func(traits ...incident.Trait) *incident.Case {
		return &incident.Case{Steps: []incident.StepResult{{Phase: incident.PhaseExample, ID: "traits", Outcome: incident.Found}},
			Facts: incident.Facts{Failing: &incident.FailingTraces{Count: 20}, Traits: &incident.Traits{Traits: traits}}}
	}
	of := func(failing, failingOf, passing, passingOf int) incident.Trait {
		return incident.Trait{Service: "order", Attribute: versionAttribute, Value: "2.0", Failing: failing, FailingOf: failingOf, Passing: passing, PassingOf: passingOf}
	}
	found := source.Answer{Traces: []incident.TraceSummary{{ID: "ab"}}}
	slow := traced(of(20, 20, 10, 40))
	slow.Facts.Failing.Slow = true
	for _, given := range []struct {
		found  *incident.Case
		others source.Answer
		want   string
	}{
		{traced(of(20, 20, 10, 40)), source.Answer{}, holds},
		{traced(of(20, 20, 10, 40)), found, doesNotHold},
		{&incident.Case{}, found, doesNotHold},
		{traced(of(20, 20, 10, 40)), source.Answer{Problem: &source.Problem{Sentence: "Tempo is down."}}, cannotBeTold},
		{traced(of(20, 20, 10, 40)), source.Answer{Truncated: true}, cannotBeTold},
		{traced(of(19, 20, 10, 40)), source.Answer{}, cannotBeTold},
		{traced(of(4, 4, 10, 40)), source.Answer{}, cannotBeTold},
		{traced(of(20, 20, 40, 40)), source.Answer{}, cannotBeTold},
		{traced(incident.Trait{Service: "payment", Attribute: versionAttribute, Value: "2.0", Failing: 20, FailingOf: 20, PassingOf: 40}), source.Answer{}, cannotBeTold},
		{traced(), source.Answer{}, cannotBeTold},
		{&incident.Case{}, source.Answer{}, cannotBeTold},
		{slow, source.Answer{}, cannotBeTold},
	} {
		got, reason := versionClaim{"2.0", "order"}.judge(given.found, given.others)
		assert.Equal(t, given.want, got, reason)
	}
	require.True(t, traceql.Fits(versionClaim{"2.0", "order"}.query()))
}

func TestTimesOfDayAreTheLastThatPassed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Time{"11:59": noon.Add(-time.Minute), "12:00": noon, "12:01": noon.Add(time.Minute - 24*time.Hour), "2026-03-10 10:30": noon.Add(-90 * time.Minute),
		"2026-03-10T12:00:00+02:00": noon.Add(-2 * time.Hour)} {
		got, err := momentOf(text, noon)
		require.NoError(t, err)
		assert.Equal(t, want, got, text)
	}
}

func TestTheSizeOfATextIsRatherOverestimated(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"id":"impact/error-rate/1","text":"Error rate is 7.3%, normally 0.1%."}`, "sum by (server) (rate(traces_service_graph_request_total{client=\"order\"}[2h]))", "Fehlerquote", "エラー率"} {
		assert.GreaterOrEqual(t, tokens(text), len([]rune(text))/4, text)
	}
	fit, left, out := fitting(12, []string{"one", "two", "a text that is much too long to fit into what is left of it", "three"})
	assert.Equal(t, []string{"one", "two", "three"}, fit)
	assert.Equal(t, 1, out)
	assert.GreaterOrEqual(t, left, 0)
}

func FuzzClaim(f *testing.F) {
	for _, seed := range []string{"errors of a rose at 10:30", "a calls b", `"a b" failed before "c d"`, "only version 1 of a fails", "errors of \"\" fell", "calls calls calls"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read, err := readClaim(text, noon)
		if err == nil {
			require.NotEmpty(t, read.says())
		}
	})
}
