package alerts_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// empty is an environment whose stores hold nothing; organization 1 may look.
type empty struct{}

func (empty) Name() string                  { return "Production" }
func (empty) Naming() incident.Naming       { return incident.Naming{} }
func (empty) Knowledge() incident.Knowledge { return incident.Knowledge{} }
func (empty) Limits() investigate.Limits    { return investigate.DefaultLimits() }
func (empty) Querier(_ context.Context, organization int64) (source.Querier, error) {
	if organization != 1 {
		return nil, errors.New("not yours")
	}
	return empty{}, nil
}

func (empty) Ask(_ context.Context, q source.Question) source.Answer {
	return source.Answer{Question: q}
}

// clock is a time that stands still until it is set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func opened(t *testing.T, cases alerts.CaseOpener) (*alerts.Inbox, *clock) {
	t.Helper()
	all := runs.New(empty{})
	t.Cleanup(all.Close)
	c := &clock{at: noon}
	return alerts.New(all, cases, c.now), c
}

func firing(fingerprint, service string) alerts.MessageAlert {
	return alerts.MessageAlert{Status: alerts.Firing, Fingerprint: fingerprint, StartsAt: noon.Add(-2 * time.Minute),
		Labels: map[string]string{"alertname": "Errors", "service_name": service}}
}

func message(group string, all ...alerts.MessageAlert) alerts.Message {
	return alerts.Message{GroupKey: group, Alerts: all}
}

// results are what became of each of a message's alerts.
func results(t *testing.T, i *alerts.Inbox, m alerts.Message) []alerts.Result {
	t.Helper()
	outcomes, err := i.Receive(t.Context(), 1, m)
	require.NoError(t, err)
	var all []alerts.Result
	for _, o := range outcomes {
		all = append(all, o.Result)
	}
	return all
}

func TestANewFiringAlertIsInvestigatedAroundItsBegin(t *testing.T) {
	t.Parallel()
	inbox, _ := opened(t, nil)
	assert.Equal(t, []alerts.Result{alerts.Started}, results(t, inbox, message("g", firing("f1", "order"))))
	alert, run, found := inbox.Find(1, "f1")
	require.True(t, found)
	assert.Equal(t, incident.Window{From: noon.Add(-62 * time.Minute), To: noon}, alert.Window)
	c, err := run.Wait(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "order", c.Subject.Service)
	assert.Equal(t, alert.Window.From, c.Window.From)
}

func TestAnAlertThatIsToldAgainIsNotInvestigatedAgain(t *testing.T) {
	t.Parallel()
	inbox, time := opened(t, nil)
	results(t, inbox, message("g", firing("f1", "order")))
	_, first, _ := inbox.Find(1, "f1")
	time.pass(5 * 60e9)
	assert.Equal(t, []alerts.Result{alerts.Known}, results(t, inbox, message("g", firing("f1", "order"))))
	_, second, _ := inbox.Find(1, "f1")
	assert.Same(t, first, second)
}

func TestAGroupIsInvestigatedOnceForEachOfItsServices(t *testing.T) {
	t.Parallel()
	inbox, _ := opened(t, nil)
	assert.Equal(t, []alerts.Result{alerts.Started, alerts.Joined, alerts.Started},
		results(t, inbox, message("g", firing("f1", "order"), firing("f2", "order"), firing("f3", "payment"))))
	assert.Equal(t, []alerts.Result{alerts.Joined}, results(t, inbox, message("g", firing("f4", "order"))))
	_, first, _ := inbox.Find(1, "f1")
	_, fourth, _ := inbox.Find(1, "f4")
	assert.Same(t, first, fourth)
}

func TestOneFaultThatFiresRulesOfSeveralGroupsIsInvestigatedOnce(t *testing.T) {
	t.Parallel()
	inbox, clock := opened(t, nil)
	assert.Equal(t, []alerts.Result{alerts.Started}, results(t, inbox, message("errors", firing("f1", "order"))))
	clock.pass(2 * time.Minute)
	assert.Equal(t, []alerts.Result{alerts.Joined}, results(t, inbox, message("latency", firing("f2", "order"))))
	assert.Equal(t, []alerts.Result{alerts.Started}, results(t, inbox, message("latency", firing("f3", "payment"))))
	clock.pass(10 * time.Minute)
	assert.Equal(t, []alerts.Result{alerts.Started}, results(t, inbox, message("pods", firing("f4", "order"))), "what was found is no longer what is")
}

func TestAlertsAboutNoServiceAreNotInvestigatedWhateverTheirLabels(t *testing.T) {
	t.Parallel()
	for says, c := range map[string]struct {
		labels map[string]string
		result alerts.Result
	}{
		`the rule "Checkout errors": the data source prom failed: no such host`: {map[string]string{"alertname": "DatasourceError",
			"datasource_uid": "prom", "rulename": "Checkout errors"}, alerts.SourceFailed},
		"returned no data from the data source": {map[string]string{"alertname": "DatasourceNoData"}, alerts.SourceFailed},
		"shows that alerting works":             {map[string]string{"alertname": "Watchdog"}, alerts.NoService},
		"and is about no service":               {map[string]string{"alertname": "DeadMansSwitch"}, alerts.NoService},
		"test message of a contact point":       {map[string]string{"alertname": "TestAlert", "instance": "Grafana"}, alerts.NoService},
	} {
		inbox, _ := opened(t, nil)
		a := firing("f", "order")
		a.Annotations = map[string]string{"Error": "no such host"}
		for name, value := range c.labels {
			a.Labels[name] = value
		}
		outcomes, err := inbox.Receive(t.Context(), 1, message("g", a))
		require.NoError(t, err)
		assert.Equal(t, c.result, outcomes[0].Result)
		assert.Contains(t, outcomes[0].Sentence, says)
	}
}

func TestAlertsAboutTwoServicesOfOneNameDoNotShareAnInvestigation(t *testing.T) {
	t.Parallel()
	inbox, _ := opened(t, nil)
	blue, green, again := firing("f1", "order"), firing("f2", "order"), firing("f3", "order")
	blue.Labels["namespace"], green.Labels["namespace"], again.Labels["namespace"] = "blue", "monitoring", "monitoring"
	green.Labels["exported_namespace"], again.Labels["exported_namespace"] = "green", "green"
	assert.Equal(t, []alerts.Result{alerts.Started, alerts.Started, alerts.Joined}, results(t, inbox, message("g", blue, green, again)))
	alert, _, _ := inbox.Find(1, "f2")
	assert.Equal(t, incident.Subject{Service: "order", Scope: incident.Scope{Namespace: "green"}}, alert.Subject)
}

func TestAnAlertThatFiresAgainLaterIsAnotherIncident(t *testing.T) {
	t.Parallel()
	inbox, time := opened(t, nil)
	results(t, inbox, message("g", firing("f1", "order")))
	ended := firing("f1", "order")
	ended.Status = alerts.Resolved
	assert.Equal(t, []alerts.Result{alerts.Ended}, results(t, inbox, message("g", ended)))
	alert, _, found := inbox.Find(1, "f1")
	require.True(t, found, "what was found stays for a while")
	assert.Equal(t, alerts.Resolved, alert.Status)

	time.pass(3 * 3600e9)
	again := firing("f1", "order")
	again.StartsAt = time.now()
	assert.Equal(t, []alerts.Result{alerts.Started}, results(t, inbox, message("g", again)))
}

func TestAnAlertWhoseInvestigationFailedIsInvestigatedWhenItIsToldAgain(t *testing.T) {
	t.Parallel()
	inbox, time := opened(t, nil)
	ahead := firing("f1", "order") // by a clock that is most of an hour ahead, which leaves no time to look at
	ahead.StartsAt = noon.Add(55 * 60e9)
	assert.Equal(t, []alerts.Result{alerts.Started}, results(t, inbox, message("g", ahead)))
	_, run, _ := inbox.Find(1, "f1")
	_, err := run.Wait(t.Context())
	require.Error(t, err)
	time.pass(3600e9)
	assert.Equal(t, []alerts.Result{alerts.Started}, results(t, inbox, message("g", ahead)))
	_, run, _ = inbox.Find(1, "f1")
	_, err = run.Wait(t.Context())
	require.NoError(t, err)
}

func TestAStormIsInvestigatedInPart(t *testing.T) {
	t.Parallel()
	inbox, time := opened(t, nil)
	var storm []alerts.MessageAlert
	for _, service := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		storm = append(storm, firing(service, service))
	}
	all := results(t, inbox, message("g", storm...))
	assert.Equal(t, []alerts.Result{alerts.Started, alerts.Started, alerts.Started, alerts.Started, alerts.Started, alerts.TooMany, alerts.TooMany}, all)
	_, _, found := inbox.Find(1, "g")
	assert.False(t, found)
	time.pass(60e9)
	all = results(t, inbox, message("g", storm...))
	assert.Equal(t, []alerts.Result{alerts.Known, alerts.Known, alerts.Known, alerts.Known, alerts.Known, alerts.Started, alerts.Started}, all)
}

func TestOfManyAlertsTheNewestKeepTheirInvestigations(t *testing.T) {
	t.Parallel()
	inbox, time := opened(t, nil)
	name := func(i int) string { return fmt.Sprintf("service-%d", i) }
	for i := range 60 {
		time.pass(20e9)
		require.Equal(t, []alerts.Result{alerts.Started}, results(t, inbox, message("g", firing(name(i), name(i)))))
	}
	for i := range 60 {
		_, _, found := inbox.Find(1, name(i))
		assert.Equal(t, i >= 10, found, "each is as large as its traces; fifty are kept")
	}
	assert.Equal(t, []alerts.Result{alerts.Known}, results(t, inbox, message("g", firing(name(0), name(0)))), "it is no new alert for that")
}

func TestARulesOwnLinkSaysWhatItsAlertsAreAbout(t *testing.T) {
	t.Parallel()
	inbox, _ := opened(t, nil)
	a := firing("f1", "gateway")
	a.Annotations = map[string]string{"investigate_url": "https://grafana/a/faultline-investigation-app/investigate?ds=prod&service=order&operation=POST+%2Fcheckout"}
	results(t, inbox, message("g", a))
	alert, _, _ := inbox.Find(1, "f1")
	assert.Equal(t, incident.Subject{Service: "order", Operation: "POST /checkout"}, alert.Subject)
}

func TestAnAlertWithoutAServiceIsSaidToHaveNone(t *testing.T) {
	t.Parallel()
	inbox, _ := opened(t, nil)
	outcomes, err := inbox.Receive(t.Context(), 1, message("g", alerts.MessageAlert{Status: alerts.Firing, Labels: map[string]string{"alertname": "DiskFull"}}))
	require.NoError(t, err)
	require.Len(t, outcomes, 1)
	assert.Equal(t, alerts.NoService, outcomes[0].Result)
	assert.Contains(t, outcomes[0].Sentence, "label service_name")
	assert.NotEmpty(t, outcomes[0].Fingerprint)
}

func TestAnotherOrganizationFindsNothingAndMayNotAsk(t *testing.T) {
	t.Parallel()
	inbox, _ := opened(t, nil)
	results(t, inbox, message("g", firing("f1", "order")))
	_, _, found := inbox.Find(2, "f1")
	assert.False(t, found)
	_, err := inbox.Receive(t.Context(), 2, message("g", firing("f1", "order")))
	require.EqualError(t, err, "not yours")
}

// casebook is no casebook: it tells what it was given.
type casebook struct{ given chan *incident.Case }

func (c casebook) Open(_ context.Context, _ int64, _ alerts.Alert, found *incident.Case) error {
	c.given <- found
	return nil
}

func TestACaseIsOpenedOnceForAnInvestigation(t *testing.T) {
	t.Parallel()
	cases := casebook{given: make(chan *incident.Case, 10)}
	inbox, _ := opened(t, cases)
	results(t, inbox, message("g", firing("f1", "order"), firing("f2", "order"), firing("f1", "order")))
	assert.Equal(t, "order", (<-cases.given).Subject.Service)
	assert.Empty(t, cases.given)
}

func TestTheBodiesOfBothSendersAreRead(t *testing.T) {
	t.Parallel()
	for _, sender := range []string{"alertmanager", "grafana"} {
		t.Run(sender, func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile("testdata/" + sender + ".json")
			require.NoError(t, err)
			var m alerts.Message
			require.NoError(t, json.Unmarshal(body, &m))
			inbox, time := opened(t, nil)
			time.pass(m.Alerts[0].StartsAt.Sub(noon) + 60e9)
			assert.Equal(t, []alerts.Result{alerts.Started, alerts.Ended}, results(t, inbox, m))
			alert, _, found := inbox.Find(1, m.Alerts[0].Fingerprint)
			require.True(t, found)
			assert.Equal(t, incident.Subject{Service: "order-service", Operation: "POST /api/checkout"}, alert.Subject)
		})
	}
}

func TestAnAlertIsRememberedInAFewKiBWhateverItsLabels(t *testing.T) {
	t.Parallel()
	inbox, _ := opened(t, nil)
	large := firing(strings.Repeat("f", 1<<20), "order")
	for i := range 10_000 {
		large.Labels[fmt.Sprintf("a%05d", i)] = strings.Repeat("x", 100)
	}
	large.Labels["zone"] = strings.Repeat("é", 1<<20)
	outcomes, err := inbox.Receive(t.Context(), 1, message("g", large))
	require.NoError(t, err)
	require.Equal(t, alerts.Started, outcomes[0].Result)
	require.Less(t, len(outcomes[0].Fingerprint), 200)
	alert, _, found := inbox.Find(1, outcomes[0].Fingerprint)
	require.True(t, found)
	size := 0
	for name, value := range alert.Labels {
		size += len(name) + len(value)
	}
	assert.LessOrEqual(t, size, 4<<10)
	assert.Equal(t, "order", alert.Labels["service_name"], "what is used comes first")
	assert.Equal(t, "Errors", alert.Labels["alertname"])
	assert.Equal(t, []alerts.Result{alerts.Known}, results(t, inbox, message("g", large)))
}

func TestAlertsThatJoinAreLimitedToo(t *testing.T) {
	t.Parallel()
	inbox, clock := opened(t, nil)
	flood := []alerts.MessageAlert{}
	for i := range 1000 {
		flood = append(flood, firing(fmt.Sprint("f", i), "order"))
	}
	all := results(t, inbox, message("g", flood...))
	assert.Equal(t, alerts.Started, all[0])
	assert.Equal(t, alerts.Joined, all[100])
	assert.Equal(t, alerts.TooMany, all[999])
	clock.pass(time.Minute)
	assert.Equal(t, []alerts.Result{alerts.Joined}, results(t, inbox, message("g", flood[999])), "it is taken when it is sent again")
}

func TestAnAlertWhoseStateOrTimeMakesNoSenseIsNamed(t *testing.T) {
	t.Parallel()
	inbox, _ := opened(t, nil)
	for says, change := range map[string]func(*alerts.MessageAlert){
		`status is "burning"`: func(a *alerts.MessageAlert) { a.Status = "burning" },
		`status is ""`:        func(a *alerts.MessageAlert) { a.Status = "" },
		"year 1970":           func(a *alerts.MessageAlert) { a.StartsAt = time.Unix(5, 0) },
		"after tomorrow":      func(a *alerts.MessageAlert) { a.StartsAt = noon.AddDate(7000, 0, 0) },
	} {
		strange := firing("f", "order")
		change(&strange)
		outcomes, err := inbox.Receive(t.Context(), 1, message("g", strange, firing("g "+says, "other "+says)))
		require.NoError(t, err)
		assert.Equal(t, alerts.Invalid, outcomes[0].Result)
		assert.Contains(t, outcomes[0].Sentence, says)
		assert.Equal(t, alerts.Started, outcomes[1].Result, "the others are taken")
	}
}
