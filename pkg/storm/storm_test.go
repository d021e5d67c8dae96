package storm_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/storm"
)

var ten = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// at is a beginning that is known to a minute, so many minutes after ten.
func at(minutes int) incident.Window {
	end := ten.Add(time.Duration(minutes) * time.Minute)
	return incident.Window{From: end.Add(-time.Minute), To: end}
}

func alert(service string, minutes int) storm.Alert {
	return storm.Alert{ID: service, Service: service, Began: at(minutes)}
}

func cause(service string, level incident.Level, minutes int) storm.Cause {
	return storm.Cause{ID: service, Services: []string{service}, Level: level, Began: at(minutes)}
}

func worse(calls ...string) []storm.Call { return calling(storm.Worse, calls...) }

// calling makes calls of pairs of services.
func calling(state storm.State, pairs ...string) []storm.Call {
	var calls []storm.Call
	for i := 0; i+1 < len(pairs); i += 2 {
		calls = append(calls, storm.Call{Caller: pairs[i], Callee: pairs[i+1], State: state})
	}
	return calls
}

// by are the alerts that a cause explains.
func by(a storm.Answer, cause string) []string {
	alerts := []string{}
	for _, e := range a.Explained {
		if e.Cause == cause {
			alerts = append(alerts, e.Alert)
		}
	}
	return alerts
}

func reasonOf(list []storm.Unexplained, alert string) storm.Reason {
	for _, u := range list {
		if u.Alert == alert {
			return u.Reason
		}
	}
	return ""
}

func TestOneCauseExplainsAllThatCallItAndBeganAfterIt(t *testing.T) {
	t.Parallel()
	g := storm.NewGraph(worse("front", "cart", "cart", "stock", "mail", "smtp"))
	a := storm.Explain([]storm.Alert{alert("front", 5), alert("cart", 6), alert("stock", 5), alert("mail", 5)}, g, []storm.Cause{cause("stock", incident.Likely, 4)})
	assert.Equal(t, []string{"stock"}, a.Causes)
	assert.Equal(t, []string{"front", "cart", "stock"}, by(a, "stock"))
	assert.Equal(t, []string{"front", "cart", "stock"}, a.Explained[0].Path)
	assert.Equal(t, storm.NoPath, reasonOf(a.Unexplained, "mail"))
	assert.Empty(t, a.Unplaced)
}

func TestNothingIsExplainedByWhatItsServiceIsCalledBy(t *testing.T) {
	t.Parallel()
	g := storm.NewGraph(worse("front", "cart", "cart", "stock"))
	a := storm.Explain([]storm.Alert{alert("stock", 5)}, g, []storm.Cause{cause("cart", incident.Likely, 4)})
	assert.Empty(t, a.Explained)
	assert.Empty(t, a.Causes, "a cause that explains nothing is no part of the answer")
	assert.Equal(t, storm.NoPath, reasonOf(a.Unexplained, "stock"))
}

func TestAnAlertAgainstTheOrderInTimeStaysUnexplained(t *testing.T) {
	t.Parallel()
	g := storm.NewGraph(worse("cart", "stock", "front", "cart"))
	unknown := alert("front", 5)
	unknown.Began.From = time.Time{}
	unknown.ID = "front since long"
	never := storm.Alert{ID: "never", Service: "front"}
	a := storm.Explain([]storm.Alert{alert("cart", -30), alert("front", 120), unknown, never, alert("stock", 3)}, g, []storm.Cause{cause("stock", incident.Likely, 4)})
	assert.Equal(t, []string{"stock"}, by(a, "stock"), "a minute before it is what rules and samples make of the same moment")
	assert.Equal(t, storm.Earlier, reasonOf(a.Unexplained, "cart"))
	assert.Equal(t, storm.MuchLater, reasonOf(a.Unexplained, "front"))
	assert.Equal(t, storm.Unordered, reasonOf(a.Unexplained, "front since long"))
	assert.Equal(t, storm.Unordered, reasonOf(a.Unexplained, "never"))
}

func TestACauseWhoseBeginningIsNotKnownExplainsNothing(t *testing.T) {
	t.Parallel()
	a := storm.Explain([]storm.Alert{alert("cart", 5)}, storm.NewGraph(worse("cart", "stock")), []storm.Cause{{ID: "stock", Services: []string{"stock"}, Level: incident.Likely}})
	assert.Empty(t, a.Explained)
	assert.Equal(t, storm.Unordered, reasonOf(a.Unexplained, "cart"))
}

func TestCallsThatAreAsBeforeCarryNoFailure(t *testing.T) {
	t.Parallel()
	g := storm.NewGraph(append(worse("front", "cart"), calling(storm.Unchanged, "cart", "stock")...))
	a := storm.Explain([]storm.Alert{alert("front", 5), alert("cart", 5)}, g, []storm.Cause{cause("stock", incident.Likely, 4)})
	assert.Empty(t, a.Explained)
	assert.Equal(t, storm.CallsNormal, reasonOf(a.Unexplained, "front"))
}

func TestCallsKnownToBeWorseOutweighThoseThatNobodyMeasured(t *testing.T) {
	t.Parallel()
	g := storm.NewGraph(append(worse("front", "cart"), calling(storm.Unmeasured, "front", "mail", "desk", "mail")...))
	causes := []storm.Cause{cause("cart", incident.Possible, 4), cause("mail", incident.Likely, 4)}
	a := storm.Explain([]storm.Alert{alert("front", 5), alert("desk", 5)}, g, causes)
	assert.Equal(t, []string{"front"}, by(a, "cart"))
	assert.Equal(t, []string{"desk"}, by(a, "mail"))
	for _, e := range a.Explained {
		assert.Equal(t, e.Cause == "cart", e.Measured)
	}
}

func TestTheFewestCausesAreChosenAndThenTheSurest(t *testing.T) {
	t.Parallel()
	g := storm.NewGraph(worse("a", "x", "b", "x", "b", "y", "c", "y", "a", "z", "b", "z", "c", "z"))
	alerts := []storm.Alert{alert("a", 5), alert("b", 5), alert("c", 5)}
	x, y, z := cause("x", incident.Likely, 4), cause("y", incident.Likely, 4), cause("z", incident.NoClearCause, 4)
	assert.Equal(t, []string{"z"}, storm.Explain(alerts, g, []storm.Cause{x, y, z}).Causes)
	assert.Equal(t, []string{"x", "y"}, storm.Explain(alerts, g, []storm.Cause{x, y}).Causes)
	twin := cause("w", incident.Likely, 4)
	twin.Services = []string{"z"}
	assert.Equal(t, []string{"w"}, storm.Explain(alerts, g, []storm.Cause{z, twin}).Causes)
}

func TestAlertsWithoutAPlaceAreSaidToHaveNone(t *testing.T) {
	t.Parallel()
	a := storm.Explain([]storm.Alert{{ID: "nameless"}, alert("backup", 5), alert("lone", 5)}, storm.NewGraph(worse("cart", "stock")),
		[]storm.Cause{cause("lone", incident.Possible, 4)})
	assert.Equal(t, storm.NoService, reasonOf(a.Unplaced, "nameless"))
	assert.Equal(t, storm.NotInGraph, reasonOf(a.Unplaced, "backup"))
	assert.Equal(t, []string{"lone"}, by(a, "lone"), "its own investigation placed it")
}

func TestAServiceOfTheSameNameElsewhereIsAnother(t *testing.T) {
	t.Parallel()
	g := storm.NewGraph(worse("cart", "stock"))
	in := func(a storm.Alert, s incident.Scope) storm.Alert {
		a.Scope = s
		a.ID += s.String()
		return a
	}
	here := cause("stock", incident.Likely, 4)
	here.Scope = incident.Scope{Namespace: "shop", Cluster: "eu"}
	alerts := []storm.Alert{in(alert("cart", 5), incident.Scope{Cluster: "eu", Namespace: "web"}), in(alert("cart", 5), incident.Scope{Cluster: "us"}),
		in(alert("stock", 5), incident.Scope{Namespace: "test"}), in(alert("stock", 5), incident.Scope{})}
	a := storm.Explain(alerts, g, []storm.Cause{here})
	assert.Equal(t, []string{alerts[0].ID, alerts[3].ID}, by(a, "stock"))
	assert.Equal(t, storm.OtherSystem, reasonOf(a.Unexplained, alerts[1].ID))
	assert.Equal(t, storm.OtherSystem, reasonOf(a.Unexplained, alerts[2].ID))
}

func TestTheDeepestServicesWithAlertsComeFirst(t *testing.T) {
	t.Parallel()
	g := storm.NewGraph(append(worse("front", "cart", "cart", "stock", "cart", "price", "desk", "price", "left", "right", "right", "left"),
		calling(storm.Unchanged, "price", "stock")...))
	var alerts []storm.Alert
	for _, s := range []string{"front", "cart", "desk", "stock", "price", "left", "right", "alone", ""} {
		alerts = append(alerts, alert(s, 5))
	}
	assert.Equal(t, []storm.Deep{{"price", 4}, {"stock", 3}, {"left", 2}, {"alone", 1}}, g.Deepest(alerts))
}

func TestCirclesOfCallsAreFollowedOnce(t *testing.T) {
	t.Parallel()
	g := storm.NewGraph(worse("a", "b", "b", "c", "c", "a", "a", "a"))
	a := storm.Explain([]storm.Alert{alert("a", 5), alert("b", 5), alert("c", 5)}, g, []storm.Cause{cause("c", incident.Likely, 4)})
	assert.Len(t, a.Explained, 3)
	assert.Equal(t, []storm.Deep{{"a", 3}}, g.Deepest([]storm.Alert{alert("c", 5), alert("b", 5), alert("a", 5)}))
}

// Whatever the graph and the causes are: each alert has one fate, every explanation holds by itself, and no smaller set would do.
func TestEveryAnswerHoldsByItsOwnRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		service := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g"})
		state := rapid.SampledFrom([]storm.State{storm.Worse, storm.Unchanged, storm.Unmeasured})
		calls := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) storm.Call {
			return storm.Call{Caller: service.Draw(t, "caller"), Callee: service.Draw(t, "callee"), State: state.Draw(t, "state")}
		}), 0, 15).Draw(t, "calls")
		var alerts []storm.Alert
		for i, s := range rapid.SliceOfN(service, 1, 8).Draw(t, "alerts") {
			a := alert(s, rapid.IntRange(-20, 100).Draw(t, "began"))
			a.ID = fmt.Sprint(i)
			alerts = append(alerts, a)
		}
		var causes []storm.Cause
		for i, s := range rapid.SliceOfN(service, 0, 5).Draw(t, "causes") {
			c := cause(s, rapid.SampledFrom([]incident.Level{incident.Likely, incident.Possible, incident.NoClearCause}).Draw(t, "level"), rapid.IntRange(-10, 10).Draw(t, "caused"))
			c.ID = fmt.Sprint("cause ", i)
			causes = append(causes, c)
		}
		g := storm.NewGraph(calls)
		answer := storm.Explain(alerts, g, causes)
		requireSound(t, answer, alerts, g, causes)
		for _, chosen := range answer.Causes {
			require.True(t, slices.ContainsFunc(answer.Explained, func(e storm.Explained) bool {
				others := slices.ContainsFunc(answer.Explained, func(o storm.Explained) bool { return o.Alert == e.Alert && o.Cause != e.Cause })
				return e.Cause == chosen && !others
			}), "%s is not needed", chosen)
		}
	})
}

func requireSound(t *rapid.T, answer storm.Answer, alerts []storm.Alert, g *storm.Graph, causes []storm.Cause) {
	states := map[[2]string]storm.State{}
	for _, c := range g.Calls() {
		states[[2]string{c.Caller, c.Callee}] = c.State
	}
	explained := map[string]bool{}
	for _, e := range answer.Explained {
		explained[e.Alert] = true
		a := alerts[slices.IndexFunc(alerts, func(a storm.Alert) bool { return a.ID == e.Alert })]
		c := causes[slices.IndexFunc(causes, func(c storm.Cause) bool { return c.ID == e.Cause })]
		require.Contains(t, answer.Causes, c.ID)
		require.Equal(t, a.Service, e.Path[0])
		require.Contains(t, c.Services, e.Path[len(e.Path)-1])
		for i := range e.Path[1:] {
			state, calls := states[[2]string{e.Path[i], e.Path[i+1]}]
			require.True(t, calls)
			require.NotEqual(t, storm.Unchanged, state)
			require.True(t, state == storm.Worse || !e.Measured)
		}
		require.False(t, a.Began.To.Before(c.Began.From.Add(-storm.Slack)))
		require.False(t, a.Began.From.After(c.Began.To.Add(storm.Later)))
	}
	for _, u := range slices.Concat(answer.Unexplained, answer.Unplaced) {
		require.False(t, explained[u.Alert])
	}
	require.Equal(t, len(alerts), len(explained)+len(answer.Unexplained)+len(answer.Unplaced))
}
