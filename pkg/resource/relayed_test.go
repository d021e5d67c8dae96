package resource

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/prometheus/alertmanager/template"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
	"github.com/faultline-investigation/faultline/pkg/relay"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/storms"
)

// relaying is an environment with settings, whose one receiver hands over what it accepts. The deadline is one that no machine misses.
func relaying(t *testing.T, settings, token string) (post func(body string) (int, string), accepted <-chan template.Data) {
	t.Helper()
	bodies := make(chan template.Data, 100)
	receiver := server(t, func(_ http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		var data template.Data
		assert.NoError(t, json.Unmarshal(content, &data))
		bodies <- data
	})
	e, err := environment.New(t.Context(), backend.DataSourceInstanceSettings{UID: "prod", Name: "Production", DecryptedSecureJSONData: map[string]string{"token": token},
		JSONData: []byte(`{` + settings + `,"grafanaUrl":"http://127.0.0.1:1/sub/","relay":{"deadline":"1m","receivers":[{"name":"pager","type":"webhook","internal":true,"url":"` + receiver + `"}]}}`)})
	require.NoError(t, err)
	background := runs.New(e)
	t.Cleanup(func() {
		background.Close()
		e.Dispose()
	})
	handler := handler(e, alerts.New(background, nil, nil), storms.New(e, background), http.NotFoundHandler(), never)
	return func(body string) (int, string) {
		page := &client{}
		assert.NoError(t, handler.CallResource(t.Context(), request("Editor", "POST", "alerts", body), page)) //nolint:testifylint // as above
		var whole strings.Builder
		for _, r := range page.responses {
			whole.Write(r.Body)
		}
		return page.responses[0].Status, whole.String()
	}, bodies
}

// alertMessage is a message about one alert that began a minute ago.
func alertMessage(group, status string, labels map[string]string) string {
	body, _ := json.Marshal(map[string]any{"groupKey": group, "status": status, "alerts": []any{map[string]any{"status": status, "labels": labels,
		"annotations": map[string]string{"summary": "s"}, "startsAt": time.Now().Add(-time.Minute), "fingerprint": fmt.Sprint("f", group)}}})
	return string(body)
}

func checkoutLabels() map[string]string {
	return map[string]string{"alertname": "CheckoutErrors", "service_name": "order-service", "operation": "POST /api/checkout"}
}

func TestTheFirstMessageAboutAnAlertHoldsItsVerdict(t *testing.T) {
	t.Parallel()
	post, accepted := relaying(t, `"recording":"walkthrough"`, "")
	status, said := post(alertMessage("g", "firing", checkoutLabels()))
	require.Equal(t, http.StatusAccepted, status, said)
	assert.Contains(t, said, `"result":"started"`)
	annotations := (<-accepted).Alerts[0].Annotations
	assert.Equal(t, "likely", annotations["faultline_verdict"])
	assert.Equal(t, "Likely: network policy restrict-coredns cut CoreDNS off.", annotations["faultline_summary"])
	assert.Equal(t, "s", annotations["summary"])
	address := annotations["faultline_url"]
	assert.True(t, strings.HasPrefix(address, "http://127.0.0.1:1/sub/a/faultline-investigation-app/investigate?"), address)
	assert.Contains(t, address, "orgId=1")
	link, is := links.Parse(address)
	require.True(t, is)
	assert.Equal(t, []string{"prod", "order-service", "POST /api/checkout", "fg"}, []string{link.DataSource, link.Service, link.Operation, link.Alert})

	status, said = post(alertMessage("g", "resolved", checkoutLabels()))
	require.Equal(t, http.StatusAccepted, status)
	assert.Contains(t, said, `"result":"resolved"`)
	assert.NotContains(t, (<-accepted).Alerts[0].Annotations, "faultline_verdict")
}

func TestAlertsAboutNoServicePassAsTheyCame(t *testing.T) {
	t.Parallel()
	post, accepted := relaying(t, `"recording":"walkthrough"`, "")
	for _, name := range []string{"Watchdog", "DiskFull"} {
		status, _ := post(alertMessage(name, "firing", map[string]string{"alertname": name}))
		require.Equal(t, http.StatusAccepted, status)
		assert.Equal(t, template.KV{"summary": "s"}, (<-accepted).Alerts[0].Annotations)
	}
	labels := checkoutLabels()
	labels["alertname"], labels["rulename"] = "DatasourceError", "Checkout"
	_, _ = post(alertMessage("g", "firing", labels))
	annotations := (<-accepted).Alerts[0].Annotations
	assert.Contains(t, annotations["faultline_summary"], "could not evaluate a query of the rule \"Checkout\"")
	assert.NotContains(t, annotations, "faultline_verdict")
}

func TestWhatCouldNotBeLookedAtIsNoVerdict(t *testing.T) {
	t.Parallel()
	refusing := server(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	for settings, says := range map[string]string{
		`"metrics":{"url":"` + refusing + `"},"traces":{"url":"` + refusing + `"},"logs":{"url":"` + refusing + `"}`: "Not investigated: ",
		`"metrics":{"uid":"p"}`: "Not investigated: Grafana could not be reached",
		`"metric":{"uid":"p"}`:  "Not investigated: The settings of Production are wrong",
	} {
		post, accepted := relaying(t, settings, "t")
		status, said := post(alertMessage("g", "firing", checkoutLabels()))
		require.Equal(t, http.StatusAccepted, status, said)
		annotations := (<-accepted).Alerts[0].Annotations
		assert.Contains(t, annotations["faultline_summary"], says)
		assert.NotContains(t, annotations, "faultline_verdict")
		t.Log(annotations["faultline_summary"])
	}
}

func TestASenderIsToldToComeBackWhenReceiversAreWrong(t *testing.T) {
	t.Parallel()
	for settings, says := range map[string]string{
		`{"recording":"walkthrough","relay":{"receivers":[{"name":"a","type":"webhook"}]}}`:                                             "has no address",
		`{"recording":"walkthrough","relay":{"receivers":[{"name":"a","type":"webhook","internal":true,"url":"http://169.254.1.1/"}]}}`: "link-local",
	} {
		e := environmentOf(t, settings)
		t.Cleanup(e.Dispose)
		status, said := as(t, e, "Editor", "POST", "alerts", alertMessage("g", "resolved", checkoutLabels()))
		assert.Equal(t, http.StatusServiceUnavailable, status)
		assert.Contains(t, said, says)
	}
}

func TestAlertsOfAnotherOrganizationArePassedOnToNobody(t *testing.T) {
	t.Parallel()
	post, accepted := relaying(t, `"recording":"walkthrough"`, "")
	status, _ := post(`{"orgId":7,"alerts":[{"status":"firing"}]}`)
	assert.Equal(t, http.StatusForbidden, status)
	assert.Empty(t, accepted)
}

func TestTheMessageNamesTheOwnerOfWhatTheVerdictBlames(t *testing.T) {
	t.Parallel()
	e := environmentOf(t, `{"metrics":{"url":"http://127.0.0.1:1"}}`)
	background := runs.New(e)
	t.Cleanup(func() {
		background.Close()
		e.Dispose()
	})
	on := &relayed{inbox: inbox{alerts.New(background, nil, nil), e, nil}, organization: 1}
	c := &incident.Case{Subject: incident.Subject{Service: "order"}, Verdict: incident.Verdict{Level: incident.Likely, Candidates: []incident.Candidate{{Service: "order"}}}}
	labels := map[string]string{"alertname": "A", "service_name": "order", "team": "Team\nOrders"}
	_, err := on.Receive(t.Context(), 1, alerts.Message{GroupKey: "g", Alerts: []alerts.MessageAlert{{Status: alerts.Firing, Fingerprint: "f", Labels: labels, StartsAt: time.Now()}}})
	require.NoError(t, err)
	assert.Equal(t, "Team Orders", on.ownerOf("f", c), "the alert is about what is blamed")
	c.Verdict.Candidates[0].Service = "payment"
	assert.Empty(t, on.ownerOf("f", c), "the alert's team is another's")
	c.Verdict.Candidates[0].Owner = "Team Payments"
	assert.Equal(t, "Team Payments", on.ownerOf("f", c))
	c.Verdict.Level = incident.NoClearCause
	assert.Empty(t, on.ownerOf("f", c))
}

// Alerts without a verdict are counted by what became of them; a result without a reason of its name would be counted as "other".
func TestVerdictsAndResultsOfAlertsHaveNamesInTheRelaysMetrics(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{string(incident.Likely), string(incident.Possible), string(incident.NoClearCause)}, relay.Verdicts())
	var named []string
	for _, reason := range relay.Reasons() {
		named = append(named, string(reason))
	}
	for _, result := range alerts.Results() {
		if result != alerts.Started && result != alerts.Joined && result != alerts.Known {
			assert.Contains(t, named, string(result))
		}
	}
}
