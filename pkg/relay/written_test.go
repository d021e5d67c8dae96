package relay_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/relay"
)

// bodies are what Alertmanager and Grafana sent.
func bodies(tb testing.TB) [][]byte {
	tb.Helper()
	var all [][]byte
	for _, file := range []string{"alertmanager.json", "grafana.json"} {
		content, err := os.ReadFile("../alerts/testdata/" + file)
		require.NoError(tb, err)
		all = append(all, content)
	}
	return append(all, []byte(`{"alerts":[{},{"annotations":null},{"annotations":{}},{"labels":{"a":"b"}}]}`),
		[]byte(`{"alerts":[{"annotations":{"faultline_summary":"of another"}}],"commonAnnotations":{"a":"é <b>"}}`))
}

// unannotated is a message without the three annotations.
func unannotated(t *testing.T, body []byte) any {
	t.Helper()
	var whole map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // a number may be larger than any float
	require.NoError(t, decoder.Decode(&whole))
	clean := func(holder map[string]any, key string) {
		annotations, _ := holder[key].(map[string]any)
		for _, name := range []string{"faultline_verdict", "faultline_summary", "faultline_url"} {
			delete(annotations, name)
		}
		if len(annotations) == 0 {
			delete(holder, key)
		}
	}
	clean(whole, "commonAnnotations")
	list, _ := whole["alerts"].([]any)
	for _, a := range list {
		if alert, is := a.(map[string]any); is {
			clean(alert, "annotations")
		}
	}
	return whole
}

// passedOn is what a webhook receiver gets of a body when each alert has the same verdict.
func passedOn(t *testing.T, body []byte) []byte {
	t.Helper()
	p := ringing(t)
	r := relaying(t, "", webhook("pager", p))
	m := relay.Read(body)
	answers := make([]relay.Answer, len(m.Alerts))
	for i := range answers {
		answers[i] = likely
	}
	require.NoError(t, r.Pass(t.Context(), m, knows(answers...)))
	require.Len(t, p.heard(), 1)
	return []byte(p.heard()[0])
}

func TestNothingButThreeAnnotationsIsChanged(t *testing.T) {
	t.Parallel()
	for _, body := range bodies(t) {
		written := passedOn(t, body)
		assert.Equal(t, unannotated(t, body), unannotated(t, written))
		for i := range relay.Read(body).Alerts {
			assert.Equal(t, likely.Summary, relay.Read(written).Alerts[i].Annotations["faultline_summary"])
		}
		if strings.Contains(string(body), "commonAnnotations") {
			assert.Equal(t, "likely", relay.Read(written).CommonAnnotations["faultline_verdict"], "all alerts have it")
		}
	}
}

func TestDamagedMessagesArePassedOnWhole(t *testing.T) {
	t.Parallel()
	p := ringing(t)
	r := relaying(t, "", webhook("pager", p))
	provoke.Each(t, 300, bodies(t), func(body []byte) {
		m := relay.Read(body)
		answers := make([]relay.Answer, len(m.Alerts))
		for i := range answers {
			answers[i] = likely
		}
		require.NoError(t, r.Pass(t.Context(), m, knows(answers...)))
		written := []byte(<-p.ring)
		if string(written) == string(body) {
			return
		}
		require.Equal(t, unannotated(t, body), unannotated(t, written))
	})
}

// FuzzMessages annotates whatever a webhook sends.
func FuzzMessages(f *testing.F) {
	for _, body := range bodies(f) {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m := relay.Read(body)
		answers := make([]relay.Answer, len(m.Alerts))
		for i := range answers {
			answers[i] = likely
		}
		written := relay.Annotated(m, answers)
		if string(written) != string(body) {
			require.Equal(t, unannotated(t, body), unannotated(t, written))
		}
	})
}

func TestATextForChatHoldsTheVerdictAndNobodysMarkup(t *testing.T) {
	t.Parallel()
	chat := ringing(t)
	r, err := to("", map[string]string{relay.URLSecret("chat"): chat.url, relay.AuthorizationSecret("chat"): "Bearer x"},
		relay.Receiver{Name: "chat", Type: relay.Slack, Internal: true})
	require.NoError(t, err)
	t.Cleanup(r.Close)
	body := strings.ReplaceAll(told("g", "firing", "A", "B"), "errors", "<!channel> *errors*")
	require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(body)), knows(likely, likely)))
	require.Len(t, chat.heard(), 1)
	var said struct{ Text string }
	require.NoError(t, json.Unmarshal([]byte(chat.heard()[0]), &said))
	assert.Equal(t, "*[FIRING:2]*\n• A: &lt;!channel&gt; ∗errors∗ &lt;high&gt; &amp; rising\n• B: &lt;!channel&gt; ∗errors∗ &lt;high&gt; &amp; rising\n"+
		"*Likely: a policy cut CoreDNS off.* <https://grafana.example/a?x=1&y=2|Investigate>", said.Text)
	assert.Equal(t, "Bearer x", chat.headers[0].Get("Authorization"))
}

func TestATemplateMakesTheJSONThatAReceiverTakes(t *testing.T) {
	t.Parallel()
	p := ringing(t)
	r := relaying(t, "", relay.Receiver{Name: "tickets", Type: relay.JSON, URL: p.url, Internal: true,
		Template: `{"key": {{ json .GroupKey }}, "title": {{ json .Summary }}, "alerts": [{{ range $i, $a := .Alerts }}{{ if $i }},{{ end }}{{ json $a.Labels.alertname }}{{ end }}]}`})
	require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(told(`g"1`, "firing", "A", "B"))), knows(relay.Answer{}, likely)))
	assert.JSONEq(t, `{"key": "g\"1", "title": "Likely: a policy cut CoreDNS off.", "alerts": ["A","B"]}`, p.heard()[0])
}

func TestEveryWrongReceiverHasItsSentence(t *testing.T) {
	t.Parallel()
	hook := relay.Receiver{Name: "a", Type: relay.Webhook, URL: "https://x.example"}
	changed := func(change func(*relay.Receiver)) []relay.Receiver {
		r := hook
		change(&r)
		return []relay.Receiver{r}
	}
	for says, s := range map[string]relay.Settings{
		`relay.deadline is "soon"`:     {Deadline: "soon"},
		`relay.deadline is "2h"`:       {Deadline: "2h"},
		"name is \"My Pager\"":         {Receivers: changed(func(r *relay.Receiver) { r.Name = "My Pager" })},
		"as that of another receiver":  {Receivers: []relay.Receiver{hook, hook}},
		`type is "email"`:              {Receivers: changed(func(r *relay.Receiver) { r.Type = "email" })},
		"has no address":               {Receivers: changed(func(r *relay.Receiver) { r.URL = "" })},
		"would show everyone":          {Receivers: changed(func(r *relay.Receiver) { r.Type = relay.Slack })},
		"has both a url":               {Receivers: changed(func(r *relay.Receiver) { r.Name = "secret" })},
		`url is "x.example"`:           {Receivers: changed(func(r *relay.Receiver) { r.URL = "x.example" })},
		"holds a user or a password":   {Receivers: changed(func(r *relay.Receiver) { r.URL = "https://me:pw@x.example" })},
		"receiver.wrong.url is not":    {Receivers: changed(func(r *relay.Receiver) { r.Name, r.URL = "wrong", "" })},
		"that type needs one":          {Receivers: changed(func(r *relay.Receiver) { r.Type = relay.JSON })},
		"a template belongs":           {Receivers: changed(func(r *relay.Receiver) { r.Template = "{}" })},
		"template: what it makes is n": {Receivers: changed(func(r *relay.Receiver) { r.Type, r.Template = relay.JSON, `{"a": {{ .Summary }}}` })},
		"template: template: template": {Receivers: changed(func(r *relay.Receiver) { r.Type, r.Template = relay.JSON, `{{ nothing }}` })},
		"has 11 entries":               {Receivers: make([]relay.Receiver, 11)},
	} {
		_, err := relay.New(s, map[string]string{relay.URLSecret("secret"): "https://secret.example/token", relay.URLSecret("wrong"): "token"})
		require.ErrorContains(t, err, says)
		assert.NotContains(t, err.Error(), "secret.example")
		assert.NotContains(t, err.Error(), "pw")
	}
	none, err := relay.New(relay.Settings{}, nil)
	require.NoError(t, err)
	assert.Nil(t, none)
}

func TestPrivateAddressesAreReachedOnlyWhereTheSettingsSaySo(t *testing.T) {
	t.Parallel()
	p := ringing(t)
	outside := webhook("pager", p)
	outside.Internal = false
	r := relaying(t, "", outside)
	require.ErrorContains(t, r.Pass(t.Context(), relay.Read([]byte(told("g", "firing", "A"))), nil), `set "internal": true`)
	metadata := relaying(t, "", relay.Receiver{Name: "metadata", Type: relay.Webhook, URL: "http://169.254.169.254/latest", Internal: true})
	require.ErrorContains(t, metadata.Pass(t.Context(), relay.Read([]byte(told("g", "firing", "A"))), nil), "link-local")
	assert.Zero(t, p.requests)
}
