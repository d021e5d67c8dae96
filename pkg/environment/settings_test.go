package environment_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

const secret = "glsa_not-for-anyones-eyes"

func instance(settings string) backend.DataSourceInstanceSettings {
	return backend.DataSourceInstanceSettings{UID: "faultline-1", Name: "Production", Type: "faultline-investigation-datasource", JSONData: json.RawMessage(settings),
		DecryptedSecureJSONData: map[string]string{"token": secret, "metricsPassword": secret, "tlsCACert": "nonsense"}}
}

func TestEveryWrongSettingHasItsSentence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ settings, says string }{
		"nothing":                          {``, "nothing is set: set metrics, traces and logs"},
		"an empty object":                  {`{}`, "no store is set: set metrics, traces and logs"},
		"null":                             {`null`, "no store is set: set metrics, traces and logs"},
		"a list":                           {`[]`, "the settings are not a JSON object"},
		"broken JSON":                      {`{"metrics":`, "the settings are not a JSON object"},
		"a store as a text":                {`{"metrics":"prometheus"}`, "metrics is a JSON string and has to be an object"},
		"a uid as a number":                {`{"metrics":{"uid":5}}`, "metrics.uid is a JSON number and has to be a text"},
		"a limit as a text":                {`{"limits":{"questions":"many"}}`, "limits.questions is a JSON string and has to be a whole number"},
		"a misspelt setting":               {`{"metric":{"uid":"p"}}`, `there is no setting "metric"; known are metrics, traces, logs, recording, grafanaUrl, limits, labels, conventions, scope, cases, masks`},
		"a mask that is no pattern":        {`{"logs":{"uid":"p"},"masks":["("]}`, `masks[0] is "(", which is not a regular expression`},
		"a retention that is none":         {`{"logs":{"uid":"p"},"cases":{"retention":"1y"}}`, `cases.retention is "1y", which is not a duration of at least 24h`},
		"one in a store":                   {`{"logs":{"uuid":"p"}}`, `there is no setting "logs.uuid"; known are uid, url, user`},
		"one in the limits":                {`{"logs":{"uid":"p"},"limits":{"question":5}}`, `there is no setting "limits.question"; known are concurrency, questions, questionTimeout, answerBytes`},
		"two addresses":                    {`{"logs":{"uid":"l","url":"http://l"}}`, "logs has both a uid and a url: keep one"},
		"a url that is none":               {`{"traces":{"url":"tempo:3200"}}`, `traces.url is "tempo:3200", which is not a URL such as http://localhost:9090`},
		"a password in a url":              {`{"metrics":{"url":"http://me:` + secret + `@p:9090"}}`, "metrics.url holds a user or a password, which everyone could read: leave it out and set metrics.user and the secret metricsPassword"},
		"a password in a url that is none": {`{"metrics":{"url":"http://me:` + secret + `@p:port"}}`, "metrics.url holds a user or a password"},
		"a password in Grafana's address":  {`{"metrics":{"uid":"p"},"grafanaUrl":"http://me:` + secret + `@g"}`, "grafanaUrl holds a user or a password"},
		"a user without a url":             {`{"metrics":{"uid":"p","user":"me"}}`, "metrics.user belongs to a url, and none is set"},
		"a Grafana that is no URL":         {`{"metrics":{"uid":"p"},"grafanaUrl":"grafana"}`, `grafanaUrl is "grafana", which is not a URL such as http://localhost:3000`},
		"a negative limit":                 {`{"metrics":{"uid":"p"},"limits":{"concurrency":-1}}`, "a limit is negative"},
		"a time that is none":              {`{"metrics":{"uid":"p"},"limits":{"questionTimeout":"soon"}}`, `limits.questionTimeout is "soon", which is not a duration such as 10s`},
		"a label's name that is none":      {`{"metrics":{"uid":"p"},"labels":{"service":"my-service"}}`, `labels.service is "my-service", which is not a label's name`},
		"a misspelt scope":                 {`{"metrics":{"uid":"p"},"scope":{"env":"live"}}`, `there is no setting "scope.env"; known are namespace, environment, cluster`},
		"a misspelt label":                 {`{"metrics":{"uid":"p"},"labels":{"svc":"s"}}`, `there is no setting "labels.svc"; known are service, namespace, environment, cluster, pod`},
		"a misspelt role":                  {`{"metrics":{"uid":"p"},"conventions":{"request":{}}}`, `there is no setting "conventions.request"; known are requests, edges, lookups, pool, queue, build`},
		"one in a role":                    {`{"metrics":{"uid":"p"},"conventions":{"requests":{"metric":"m"}}}`, `there is no setting "conventions.requests.metric"; known are convention, histogram, counter`},
		"one in an operation":              {`{"metrics":{"uid":"p"},"conventions":{"requests":{"histogram":"m","operation":{"path":"p"}}}}`, `there is no setting "conventions.requests.operation.path"; known are whole, method, route, procedures, anyCase`},
		"one in a failure":                 {`{"metrics":{"uid":"p"},"conventions":{"requests":{"histogram":"m","failed":{"regex":"p"}}}}`, `there is no setting "conventions.requests.failed.regex"; known are label, pattern`},
		"a role without metrics":           {`{"metrics":{"uid":"p"},"conventions":{"requests":{}}}`, "conventions.requests is empty: name its histogram or a counter, or a known convention (OpenTelemetry HTTP, "},
		"an unknown convention":            {`{"metrics":{"uid":"p"},"conventions":{"edges":{"convention":"Consul"}}}`, `conventions.edges.convention is "Consul", which is not known: choose one of service graph, Istio`},
		"a metric's name that is none":     {`{"metrics":{"uid":"p"},"conventions":{"lookups":{"histogram":"dns lookups"}}}`, `conventions.lookups names the metric "dns lookups", which is not a metric's name`},
		"a pattern that is none":           {`{"metrics":{"uid":"p"},"conventions":{"requests":{"histogram":"m","failed":{"label":"code","pattern":"5(."}}}}`, `conventions.requests.failed.pattern is "5(.", which is not a regular expression`},
		"a filter's label that is none":    {`{"metrics":{"uid":"p"},"conventions":{"pool":{"used":"u","max":"m","only":{"a b":"c"}}}}`, `conventions.pool.only is "a b", which is not a label's name`},
		"half a pool":                      {`{"metrics":{"uid":"p"},"conventions":{"pool":{"used":"u"}}}`, "conventions.pool needs both used and max"},
		"a negative unit":                  {`{"metrics":{"uid":"p"},"conventions":{"lookups":{"histogram":"h","seconds":-1}}}`, "conventions.lookups.seconds is negative"},
		"a unit as a text":                 {`{"metrics":{"uid":"p"},"conventions":{"lookups":{"histogram":"h","seconds":"ms"}}}`, "conventions.lookups.seconds is a JSON string and has to be a number"},
		"what the store tells itself":      {`{"metrics":{"uid":"p"},"conventions":{"lookups":{"histogram":"h","native":true}}}`, `there is no setting "conventions.lookups.native"`},
		"calls without a callee":           {`{"metrics":{"uid":"p"},"conventions":{"edges":{"histogram":"h","failed":"f"}}}`, "conventions.edges.server is missing"},
		"calls that never fail":            {`{"metrics":{"uid":"p"},"conventions":{"edges":{"histogram":"h","server":"s"}}}`, "conventions.edges says nothing of failed calls"},
		"a misspelt receiver":              {`{"logs":{"uid":"p"},"relay":{"receivers":[{"name":"a","typ":"webhook"}]}}`, `there is no setting "relay.receivers[0].typ"; known are name, type, url, internal, template`},
		"a misspelt relay":                 {`{"logs":{"uid":"p"},"relay":{"receiver":[]}}`, `there is no setting "relay.receiver"; known are deadline, receivers`},
		"a receiver without an address":    {`{"logs":{"uid":"p"},"relay":{"receivers":[{"name":"a","type":"webhook"}]}}`, "relay.receivers[0] has no address: set its url, or the secret receiver.a.url"},
		"annotations without tags":         {`{"logs":{"uid":"p"},"annotations":{"tags":[]}}`, "annotations.tags is empty"},
		"a tag that is two":                {`{"logs":{"uid":"p"},"annotations":{"tags":["a,b"]}}`, `annotations.tags[0] is "a,b"`},
		"a misspelt list of tags":          {`{"logs":{"uid":"p"},"annotations":{"tag":["a"]}}`, `there is no setting "annotations.tag"; known are tags`},
		"an owner of nothing":              {`{"logs":{"uid":"p"},"owners":[{"owner":"team-a"}]}`, "owners[0] needs both a service and an owner"},
		"two owners":                       {`{"logs":{"uid":"p"},"owners":[{"service":"a","owner":"x"},{"service":"a","owner":"y"}]}`, `owners[1].service is "a", as that of another entry`},
		"a misspelt owner":                 {`{"logs":{"uid":"p"},"owners":[{"service":"a","team":"x"}]}`, `there is no setting "owners[0].team"; known are service, owner`},
		"no time at all":                   {`{"metrics":{"uid":"p"},"limits":{"questionTimeout":"0s"}}`, `limits.questionTimeout is "0s"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := environment.ReadSettings(instance(c.settings))
			require.ErrorContains(t, err, c.says)
			assert.NotContains(t, err.Error(), secret)
		})
	}
}

func TestAMissingTokenIsMissedOnlyWhereItWouldBeUsed(t *testing.T) {
	t.Parallel()
	without := func(settings string) error {
		i := instance(settings)
		i.DecryptedSecureJSONData = nil
		_, err := environment.ReadSettings(i)
		return err
	}
	require.ErrorContains(t, without(`{"logs":{"uid":"l"}}`), "the token is missing: create a service account")
	require.NoError(t, without(`{"logs":{"url":"http://loki:3100"}}`))
}

func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	_, err := environment.ReadSettings(instance(`{"metric":{},"logs":{"url":"loki"},"limits":{"questions":-5}}`))
	require.Error(t, err)
	assert.Len(t, strings.Split(err.Error(), "\n"), 3)
}

func TestKeysThatGrafanaKeepsInAnyDataSourceAreNoMistake(t *testing.T) {
	t.Parallel()
	_, err := environment.ReadSettings(instance(`{"metrics":{"uid":"p"},"pdcInjected":false,"tlsSkipVerify":true,"timeout":30}`))
	require.NoError(t, err)
}

func TestLimitsThatAreNotSetAreTheDefaults(t *testing.T) {
	t.Parallel()
	limits := investigate.DefaultLimits()
	limits.Questions = 7
	e, err := environment.New(t.Context(), instance(`{"metrics":{"uid":"p"},"limits":{"questions":7}}`))
	require.NoError(t, err)
	assert.Equal(t, limits, e.Limits())
	assert.Equal(t, "Production", e.Name())
}

func TestWrongSettingsMakeAnEnvironmentThatSaysSo(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]string{
		"not an object": `[]`, "a wrong url": `{"logs":{"url":"x"}}`,
		"a certificate that is none": `{"metrics":{"uid":"p"},"tlsAuthWithCACert":true}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := environment.New(t.Context(), instance(settings))
			require.NoError(t, err)
			_, err = e.Querier(t.Context(), 1)
			var unusable *failure.Failure
			require.ErrorAs(t, err, &unusable)
			assert.Contains(t, unusable.Sentence, "The settings of Production are wrong: ")
			assert.NotContains(t, unusable.Sentence, "\n")
			assert.Equal(t, "Fix them on the data source's page.", unusable.Advice)
		})
	}
}

func TestEverySettingIsInTheListOfKeys(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/provisioning.md")
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(page), "In `jsonData`:")
	table, _, _ = strings.Cut(table, "In `secureJsonData`:")
	settings := reflect.TypeFor[environment.Settings]()
	keys := 0
	for _, field := range reflect.VisibleFields(settings) {
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if key != "" {
			keys++
			assert.Regexp(t, "`"+key+"[`.]", table)
		}
	}
	assert.Positive(t, keys)
}

func TestEverySettingThatIsReadIsKnown(t *testing.T) {
	t.Parallel()
	var all environment.Settings
	filled(reflect.ValueOf(&all).Elem())
	written, err := json.Marshal(all)
	require.NoError(t, err)
	for _, key := range []string{`"scope":{"namespace":"x"`, `"commands":[{"text":"x"`, `"failedCall":{"label":"x"`} {
		require.Contains(t, string(written), key)
	}
	_, err = environment.ReadSettings(instance(string(written)))
	require.Error(t, err, "x is no address")
	assert.NotContains(t, err.Error(), "there is no setting")
}

// filled sets every setting to something, but for what only stores report.
func filled(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		filled(v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() && jsonName(field) != "native" && jsonName(field) != "mean" && jsonName(field) != "spellings" {
				filled(v.Field(i))
			}
		}
	case reflect.Map: // its keys are what people choose
	default:
		panic("settings hold no " + v.Kind().String() + " so far")
	}
}

func TestEverySettingOfTheConventionsIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/conventions.md")
	require.NoError(t, err)
	roles := reflect.TypeFor[environment.ConventionSettings]()
	for _, role := range reflect.VisibleFields(roles) {
		name := jsonName(role)
		_, told, found := strings.Cut(string(page), "\n| `"+name+"` |")
		require.True(t, found, name)
		told, _, _ = strings.Cut(told, "\n")
		for _, key := range settableBelow(role.Type.Elem()) {
			assert.Contains(t, told, "`"+key+"`", name)
		}
	}
}

func TestEverySettingOfWhatPeopleKnowIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/settings.md")
	require.NoError(t, err)
	_, explained, _ := strings.Cut(string(page), "\n## externals")
	for _, entry := range []reflect.Type{reflect.TypeFor[incident.External](), reflect.TypeFor[incident.Runbook](), reflect.TypeFor[incident.RunbookCommand](),
		reflect.TypeFor[incident.Check]()} {
		for _, field := range reflect.VisibleFields(entry) {
			assert.Contains(t, explained, "`"+jsonName(field)+"`", entry.Name())
		}
	}
}

// settableBelow are the keys of a role's setting, and of what it holds in turn, other than those that the stores tell.
func settableBelow(role reflect.Type) []string {
	var keys []string
	for _, field := range reflect.VisibleFields(role) {
		switch key := jsonName(field); key {
		case "native", "mean", "spellings", "convention":
		default:
			keys = append(keys, key)
			inner := field.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct {
				keys = append(keys, settableBelow(inner)...)
			}
		}
	}
	return keys
}

func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}
