package storms

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/firing"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/storm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// town is an environment: alerts by service with the minutes for which they fire, and who calls whom, worse than before.
type town struct {
	alerts map[string]int
	calls  [][2]string
	lost   map[source.Kind]bool // what is not answered
	ours   int64
	told   []incident.ActiveAlert // by Alertmanager
}

func (*town) Name() string                  { return "Production" }
func (*town) Naming() incident.Naming       { return incident.Naming{} }
func (*town) Knowledge() incident.Knowledge { return incident.Knowledge{} }
func (*town) Limits() investigate.Limits    { return investigate.DefaultLimits() }
func (*town) Now() time.Time                { return noon }

func (e *town) Querier(_ context.Context, organization int64) (source.Querier, error) {
	if organization != e.ours {
		return nil, failure.New(failure.Unusable, "Not yours.", "Leave it.")
	}
	return e, nil
}

func (e *town) Ask(_ context.Context, q source.Question) source.Answer {
	a := source.Answer{Question: q}
	switch {
	case e.lost[q.Kind]:
		a.Problem = &source.Problem{Kind: source.Timeout, Sentence: "No answer.", Advice: "Wait."}
	case q.Kind == source.MetricNames:
		a.Names = []string{"traces_service_graph_request_total", "traces_service_graph_request_failed_total", "traces_service_graph_request_client_seconds_bucket"}
	case q.Kind == source.ActiveAlerts && e.told == nil:
		a.Problem = &source.Problem{Kind: source.Unconfigured}
	case q.Kind == source.ActiveAlerts:
		a.Alerts = e.told
	case strings.HasPrefix(q.Text, "ALERTS{"):
		a.Series = e.firing(q)
	case strings.Contains(q.Text, "service_graph"):
		a.Series = e.graph(q)
	}
	return a
}

func (e *town) firing(q source.Question) []incident.Series {
	var all []incident.Series
	for service, minutes := range e.alerts {
		s := incident.Series{Labels: map[string]string{"alertname": "Slow", "service_name": service}}
		if service == "" {
			delete(s.Labels, "service_name")
		}
		for m := minutes; m >= 0; m-- {
			s.Points = append(s.Points, incident.Point{Time: q.Window.To.Add(-time.Duration(m) * time.Minute), Value: 1})
		}
		if q.Kind == source.Instant {
			s.Points = s.Points[len(s.Points)-1:]
		}
		all = append(all, s)
	}
	return all
}

// graph has 100 calls of each edge now, half of which fail, and 1,000 before.
func (e *town) graph(q source.Question) []incident.Series {
	value := 1000.0
	if q.Window.Length() < 10*time.Minute {
		value = 100
		if strings.Contains(q.Text, "failed") {
			value = 50
		}
	} else if strings.Contains(q.Text, "failed") {
		value = 0
	}
	var all []incident.Series
	for _, c := range e.calls {
		all = append(all, incident.Series{Labels: map[string]string{"client": c[0], "server": c[1]}, Points: []incident.Point{{Time: q.Window.To, Value: value}}})
	}
	return all
}

// named is a case whose verdict blames a service; nobody with an empty one.
func named(culprit string, level incident.Level, minutesAgo int) *incident.Case {
	at := noon.Add(-time.Duration(minutesAgo) * time.Minute)
	c := &incident.Case{Verdict: incident.Verdict{Level: level, Sentence: string(level) + ": " + culprit}}
	c.Facts.Errors = &incident.Change{Worse: true}
	c.Facts.Onset = &incident.Onset{MovedAt: incident.MovedAt{Earliest: at, Latest: at.Add(time.Minute)}}
	if culprit != "" {
		c.Verdict.Candidates = []incident.Candidate{{Service: culprit, Kind: "k", Target: incident.Target{Type: "service", Name: culprit}}}
	}
	return c
}

// looking are Storms whose investigations give what is known of a service; an error of those of which nothing is.
type looking struct {
	*Storms
	mu    sync.Mutex
	began []string
}

func storming(t *testing.T, e *town, known map[string]*incident.Case) *looking {
	t.Helper()
	e.ours = 1
	all := runs.New(e)
	t.Cleanup(all.Close)
	l := &looking{Storms: New(e, all)}
	l.look = func(_ context.Context, _ int64, subject incident.Subject, _ incident.Window) (*incident.Case, error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.began = append(l.began, subject.Service)
		if known[subject.Service] == nil {
			return nil, failure.New(failure.Busy, "Others took too long.", "Wait.")
		}
		return known[subject.Service], nil
	}
	return l
}

func (l *looking) find(t *testing.T, request Request) Storm {
	t.Helper()
	found, err := l.Find(t.Context(), 1, request, nil)
	require.NoError(t, err)
	require.True(t, found.Done)
	return found
}

// byCause are the services whose alerts each culprit explains.
func byCause(s Storm) map[string][]string {
	service, culprit, by := map[string]string{}, map[string]string{}, map[string][]string{}
	for _, a := range s.Alerts {
		service[a.ID] = a.Subject.Service
	}
	for _, c := range s.Causes {
		culprit[c.ID] = c.Service
	}
	for _, e := range s.Explained {
		by[culprit[e.Cause]] = append(by[culprit[e.Cause]], service[e.Alert])
	}
	for _, services := range by {
		slices.Sort(services)
	}
	return by
}

func TestOneInvestigationOfTheDeepestServiceAnswersForAll(t *testing.T) {
	t.Parallel()
	e := &town{alerts: map[string]int{"front": 3, "cart": 4, "stock": 5, "": 2, "backup": 9}, calls: [][2]string{{"front", "cart"}, {"cart", "stock"}, {"stock", "disk"}}}
	s := storming(t, e, map[string]*incident.Case{"stock": named("disk", incident.Likely, 6)})
	var steps []Storm
	found, err := s.Find(t.Context(), 1, Request{}, func(s Storm) { steps = append(steps, s) })
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{"disk": {"cart", "front", "stock"}}, byCause(found))
	assert.Equal(t, "1 cause explains 3 of 5 alerts.", found.Sentence)
	assert.Equal(t, []string{"disk"}, found.Causes[0].Services)
	assert.Equal(t, []string{"stock", "disk"}, found.Explained[slices.IndexFunc(found.Explained, func(e storm.Explained) bool { return e.Path[0] == "stock" })].Path)
	require.Len(t, found.Unplaced, 2)
	for _, u := range found.Unplaced {
		assert.NotEmpty(t, u.Sentence)
	}
	assert.Equal(t, []string{"stock", "backup"}, s.began, "what calls nobody is looked at by itself, and last")
	assert.Contains(t, fmt.Sprint(found.Investigated), "Others took too long.")
	assert.Equal(t, "5 alerts are firing; causes are being looked for.", steps[0].Sentence)
	assert.Contains(t, found.Calls, storm.Call{Caller: "stock", Callee: "disk", State: storm.Worse})
	for _, q := range found.Queries {
		assert.NotEmpty(t, q.Text+q.Language)
	}
}

func TestWhatTwoInvestigationsNameIsOneCauseWithTheEarlierBeginning(t *testing.T) {
	t.Parallel()
	e := &town{alerts: map[string]int{"cart": 4, "desk": 3}, calls: [][2]string{{"cart", "disk"}, {"desk", "disk"}}}
	s := storming(t, e, map[string]*incident.Case{"cart": named("disk", incident.Possible, 5), "desk": named("disk", incident.Likely, 4)})
	found := s.find(t, Request{})
	assert.Equal(t, map[string][]string{"disk": {"cart", "desk"}}, byCause(found))
	assert.Equal(t, incident.Likely, found.Causes[0].Level)
	assert.Equal(t, noon.Add(-5*time.Minute), found.Causes[0].Began.From)
	assert.Equal(t, []string{"disk"}, found.Causes[0].Services)
}

func TestAServiceWhoseCauseIsNotFoundIsSaidToBeWhereItBegins(t *testing.T) {
	t.Parallel()
	e := &town{alerts: map[string]int{"front": 3, "cart": 4}, calls: [][2]string{{"front", "cart"}, {"cart", "stock"}}}
	found := storming(t, e, map[string]*incident.Case{"cart": named("", incident.NoClearCause, 5)}).find(t, Request{})
	assert.Equal(t, map[string][]string{"cart": {"cart", "front"}}, byCause(found))
	assert.Contains(t, found.Sentence, "only the service is known at which it begins")
	well := named("", incident.NoClearCause, 5)
	well.Facts = incident.Facts{} // nothing is wrong with it
	found = storming(t, e, map[string]*incident.Case{"cart": well, "front": well}).find(t, Request{})
	assert.Empty(t, found.Causes)
	assert.Len(t, found.Unexplained, 2)
	assert.Equal(t, "2 alerts are firing; no cause was found that explains any.", found.Sentence)
}

func TestACulpritThatTheServiceDoesNotCallIsNoCauseOfItsAlerts(t *testing.T) {
	t.Parallel()
	e := &town{alerts: map[string]int{"cart": 4, "desk": 3}, calls: [][2]string{{"cart", "stock"}, {"desk", "stock"}, {"cart", "price"}, {"front", "mail"}}}
	elsewhere := named("mail", incident.Likely, 5)
	found := storming(t, e, map[string]*incident.Case{"cart": elsewhere, "desk": named("cart", incident.Likely, 5)}).find(t, Request{})
	assert.Empty(t, found.Causes, "neither mail nor cart is called, and the two explain no other's alerts")
	elsewhere.Verdict.Candidates = append(elsewhere.Verdict.Candidates, incident.Candidate{Service: "stock", Component: "stock's disk", Target: incident.Target{Name: "stock"}})
	found = storming(t, e, map[string]*incident.Case{"cart": elsewhere, "desk": named("", incident.NoClearCause, 5)}).find(t, Request{})
	assert.Equal(t, map[string][]string{"stock": {"cart", "desk"}}, byCause(found))
	assert.Equal(t, incident.Possible, found.Causes[0].Level, "it is not what the investigation names first")
	assert.Contains(t, found.Causes[0].Sentence, "Possible: stock's disk.")
	node := named("", incident.Likely, 5)
	node.Verdict.Candidates = []incident.Candidate{{Service: "kubelet", Target: incident.Target{Type: "node", Name: "worker-3"}}}
	found = storming(t, e, map[string]*incident.Case{"cart": node, "desk": node}).find(t, Request{})
	assert.Equal(t, map[string][]string{"kubelet": {"cart", "desk"}}, byCause(found), "what is not on the call graph may be the cause of any service")
	assert.Equal(t, []string{"cart", "desk", "kubelet"}, found.Causes[0].Services)
}

func TestWhatIsNamedOfAServiceWhoseNumbersAreNoWorseIsNoCause(t *testing.T) {
	t.Parallel()
	e := &town{alerts: map[string]int{"front": 3, "cart": 4}, calls: [][2]string{{"front", "cart"}, {"cart", "stock"}}}
	for _, change := range []*incident.Change{{}, {Worse: true}, {NoBaseline: true}, nil} {
		everyday := named("cart", incident.Possible, 5)
		everyday.Facts.Errors = change
		found := storming(t, e, map[string]*incident.Case{"cart": everyday}).find(t, Request{})
		if change != nil && !change.Worse && !change.NoBaseline {
			assert.Empty(t, found.Causes)
			continue
		}
		assert.Equal(t, map[string][]string{"cart": {"cart", "front"}}, byCause(found), "what could not be compared is not called well")
	}
	silent := named("cart", incident.Possible, 5)
	silent.Facts.Errors, silent.Facts.Traffic = &incident.Change{}, &incident.Change{Worse: true}
	assert.Len(t, storming(t, e, map[string]*incident.Case{"cart": silent}).find(t, Request{}).Causes, 1)
}

func TestAlertsThatHaveFiredForHoursDoNotHideTheStorm(t *testing.T) {
	t.Parallel()
	e := &town{alerts: map[string]int{"front": 3, "cart": 4, "stock": 600}, calls: [][2]string{{"front", "cart"}, {"cart", "stock"}}}
	s := storming(t, e, map[string]*incident.Case{"cart": named("cart", incident.Likely, 5)})
	found := s.find(t, Request{})
	assert.Equal(t, []string{"cart", "stock"}, s.began)
	assert.Equal(t, map[string][]string{"cart": {"cart", "front"}}, byCause(found))
	require.Len(t, found.Unexplained, 1)
	assert.Equal(t, storm.NoPath, found.Unexplained[0].Reason)
}

func TestWithoutAnInvestigationThePlaceIsKnownWhereCallsAreWorse(t *testing.T) {
	t.Parallel()
	e := &town{alerts: map[string]int{"front": 3, "cart": 4, "backup": 3}, calls: [][2]string{{"front", "cart"}, {"cart", "stock"}}}
	found := storming(t, e, nil).find(t, Request{})
	assert.Equal(t, map[string][]string{"cart": {"cart", "front"}}, byCause(found))
	assert.Equal(t, incident.NoClearCause, found.Causes[0].Level)
	assert.Contains(t, found.Causes[0].Sentence, "Others took too long.")
}

func TestNoMoreThanSixServicesAreInvestigated(t *testing.T) {
	t.Parallel()
	e := &town{alerts: map[string]int{}}
	for n := range 9 {
		e.alerts[fmt.Sprint("s", n)] = 3
		e.calls = append(e.calls, [2]string{fmt.Sprint("s", n), "well"})
	}
	s := storming(t, e, nil)
	found := s.find(t, Request{})
	assert.Len(t, s.began, 6)
	assert.Contains(t, fmt.Sprint(found.Problems), "3 more services were not investigated")
}

func TestWhatOthersHaveReadIsExplainedToo(t *testing.T) {
	t.Parallel()
	e := &town{alerts: map[string]int{"cart": 4}, calls: [][2]string{{"front", "cart"}, {"desk", "cart"}},
		told: []incident.ActiveAlert{{Labels: map[string]string{"alertname": "Late", "service_name": "desk"}, Since: noon.Add(-3 * time.Minute)}}}
	s := storming(t, e, map[string]*incident.Case{"cart": named("cart", incident.Likely, 5)})
	page := firing.Told(incident.ActiveAlert{Labels: map[string]string{"alertname": "Errors", "service_name": "front"}, Since: noon.Add(-time.Minute)}, firing.FromGrafana)
	dog := firing.Told(incident.ActiveAlert{Labels: map[string]string{"alertname": "Watchdog", "service_name": "front"}}, firing.FromGrafana)
	found := s.find(t, Request{Known: []firing.Alert{page, dog}})
	assert.Equal(t, map[string][]string{"cart": {"cart", "desk", "front"}}, byCause(found))
	earlier := s.find(t, Request{At: noon.Add(-time.Hour)})
	assert.Equal(t, noon.Add(-time.Hour), earlier.At)
	assert.NotContains(t, byCause(earlier)["cart"], "desk", "Alertmanager does not know what fired then")
}

func TestWhatCouldNotBeReadIsSaid(t *testing.T) {
	t.Parallel()
	e := &town{alerts: map[string]int{"cart": 4}, lost: map[source.Kind]bool{source.Instant: true}}
	s := storming(t, e, nil)
	_, err := s.Find(t.Context(), 1, Request{}, nil)
	require.ErrorContains(t, err, "No answer.")
	known := firing.Told(incident.ActiveAlert{Labels: map[string]string{"alertname": "Errors", "service_name": "front"}, Since: noon.Add(-time.Minute)}, firing.FromGrafana)
	found := s.find(t, Request{Known: []firing.Alert{known}})
	assert.Len(t, found.Alerts, 1)
	assert.Contains(t, strings.Join(found.Problems, " "), "Alerts of ALERTS were not checked: No answer.")
	assert.Contains(t, strings.Join(found.Problems, " "), "Calls between services were not checked")
	_, err = s.Find(t.Context(), 2, Request{}, nil)
	require.ErrorContains(t, err, "Not yours")
}

func TestAnAlertThatJoinsAStormHasItsAnswerAtOnce(t *testing.T) {
	t.Parallel()
	e := &town{alerts: map[string]int{"cart": 4, "stock": 5}, calls: [][2]string{{"front", "cart"}, {"cart", "stock"}, {"mail", "smtp"}}}
	s := storming(t, e, map[string]*incident.Case{"stock": named("stock", incident.Likely, 6)})
	told := func(service string, ago time.Duration) firing.Alert {
		return firing.Told(incident.ActiveAlert{Labels: map[string]string{"alertname": "Errors", "service_name": service}, Since: noon.Add(-ago)}, firing.FromWebhook)
	}
	_, is := s.Join(t.Context(), 1, told("front", 0))
	assert.False(t, is, "no storm is known")
	s.find(t, Request{})
	began := len(s.began)
	joined, is := s.Join(t.Context(), 1, told("front", 0))
	require.True(t, is)
	assert.Equal(t, []string{"front", "cart", "stock"}, joined.Path)
	assert.Equal(t, "stock", joined.Cause.Service)
	assert.Equal(t, 2, joined.Alerts)
	for _, a := range []firing.Alert{told("mail", 0), told("front", 30*time.Minute), told("backup", 0)} {
		_, is = s.Join(t.Context(), 1, a)
		assert.False(t, is, a.Subject.Service)
	}
	_, is = s.Join(t.Context(), 2, told("front", 0))
	assert.False(t, is, "another organization")
	assert.Len(t, s.began, began, "nothing is investigated")
}
