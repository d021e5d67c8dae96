package environment_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/environment"
)

const stores = `{"metrics":{"url":"http://p:9090"},`

func TestEveryWrongExternalRunbookAndCheckHasItsSentence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ settings, says string }{
		"a list that is none":           {`"externals":{}}`, "externals is a JSON object and has to be a list"},
		"an unknown setting":            {`"externals":[{"host":"a.b","statuspage":"https://s"}]}`, `there is no setting "externals[0].statuspage"; known are host, name, statusPage`},
		"a host with a scheme":          {`"externals":[{"host":"https://a.b","statusPage":"https://s"}]}`, `externals[0].host is "https://a.b", which is not a host`},
		"no status page":                {`"externals":[{"host":"a.b"}]}`, "externals[0].statusPage is missing"},
		"a status page that is no URL":  {`"externals":[{"host":"a.b","statusPage":"file:///etc"}]}`, `externals[0].statusPage is "file:///etc", which is not a URL`},
		"a status page with a password": {`"externals":[{"host":"a.b","statusPage":"https://me:pw@s"}]}`, "externals[0].statusPage holds a user or a password"},
		"a runbook for nobody":          {`"runbooks":[{"url":"https://w"}]}`, "runbooks[0] has neither a service nor an alert"},
		"a runbook without anything":    {`"runbooks":[{"service":"a"}]}`, "runbooks[0] has neither a url nor commands"},
		"an unknown part of a command":  {`"runbooks":[{"service":"a","commands":[{"text":"ls","y":1}]}]}`, `there is no setting "runbooks[0].commands[0].y"; known are text, why, changes`},
		"an empty command":              {`"runbooks":[{"service":"a","commands":[{}]}]}`, "runbooks[0].commands[0].text is missing"},
		"a check without a name":        {`"checks":[{"language":"promql","query":"up","sentence":"{value}"}]}`, "checks[0].name is missing"},
		"a check that does not parse":   {`"checks":[{"name":"a","language":"promql","query":"up(","sentence":"{value}"}]}`, "checks[0].query: it is not PromQL"},
		"a sentence without a number":   {`"checks":[{"name":"a","language":"promql","query":"up","sentence":"well"}]}`, "checks[0].sentence: it lacks {value}"},
		"an unknown unit":               {`"checks":[{"name":"a","language":"promql","query":"up","sentence":"{value}","unit":"apples"}]}`, `checks[0].unit is "apples"`},
		"a limit as a text":             {`"checks":[{"name":"a","above":"5"}]}`, "above is a JSON string and has to be a number"},
		"two checks of one name": {`"checks":[{"name":"a","language":"promql","query":"up","sentence":"{value}"},{"name":"a","language":"promql","query":"up","sentence":"{value}"}]}`,
			`checks[1].name is "a", as that of another check`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := environment.ReadSettings(instance(stores + c.settings))
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestWhatIsKnownComesFromTheSettings(t *testing.T) {
	t.Parallel()
	e, err := environment.New(t.Context(), instance(stores+`"externals":[{"host":"*.stripe.com","name":"Stripe","statusPage":"https://status.stripe.com"}],
		"runbooks":[{"service":"shop","url":"https://wiki/shop","commands":[{"text":"kubectl get pods","why":"Shows the pods.","changes":false}]}],
		"checks":[{"name":"Queue","language":"promql","query":"depth{service=\"$service\"}","sentence":"{value} wait.","above":5,"services":["shop"]}]}`))
	require.NoError(t, err)
	known := e.Knowledge()
	require.Equal(t, "Stripe", known.Externals[0].Name)
	require.Equal(t, "kubectl get pods", known.Runbooks[0].Commands[0].Text)
	require.InDelta(t, 5, *known.Checks[0].Above, 0)
	_, err = e.Querier(t.Context(), 1)
	require.NoError(t, err)
}
