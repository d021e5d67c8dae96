package environment

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/casebook/freeze"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/relay"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/shipped"
)

// foreign are keys that Grafana itself keeps in any data source's jsonData.
var foreign = []string{"pdcInjected", "enableSecureSocksProxy", "secureSocksProxyUsername", "oauthPassThru", "tlsAuth", "tlsAuthWithCACert", "tlsSkipVerify", "serverName", "timeout"}

// The settings that there are, at the top and one level below.
var (
	topKeys   = append([]string{"metrics", "traces", "logs", "recording", "grafanaUrl", "limits", "labels", "conventions", "scope", "cases", "masks", "relay", "alertmanager"}, knowledgeKeys...)
	storeKeys = []string{"uid", "url", "user"}
	innerKeys = map[string][]string{"metrics": storeKeys, "traces": storeKeys, "logs": storeKeys, "alertmanager": storeKeys,
		"limits":                         {"concurrency", "questions", "questionTimeout", "answerBytes"},
		"labels":                         keysOf[incident.LabelNames](),
		"scope":                          keysOf[incident.Scope](),
		"cases":                          {"retention"},
		"annotations":                    keysOf[incident.Annotations](),
		"relay":                          keysOf[relay.Settings](),
		"conventions":                    keysOf[ConventionSettings](),
		"conventions.requests":           settable(keysOf[incident.RequestMetric]()),
		"conventions.edges":              settable(keysOf[incident.EdgeMetric]()),
		"conventions.lookups":            settable(keysOf[incident.LookupMetric]()),
		"conventions.pool":               keysOf[incident.PoolMetric](),
		"conventions.queue":              keysOf[incident.QueueMetric](),
		"conventions.build":              keysOf[incident.BuildMetric](),
		"conventions.requests.operation": keysOf[incident.OperationLabels](),
		"conventions.requests.failed":    keysOf[incident.Match](),
		"conventions.edges.failedCall":   keysOf[incident.Match](),
	}
)

// ReadSettings reads an instance's settings. The error joins a sentence for everything that is wrong with them.
func ReadSettings(instance backend.DataSourceInstanceSettings) (Settings, error) {
	s := Settings{secrets: instance.DecryptedSecureJSONData, uid: instance.UID, name: instance.Name}
	if len(instance.JSONData) == 0 {
		return s, errors.New("nothing is set: set metrics, traces and logs to the data sources to look in")
	}
	if err := json.Unmarshal(instance.JSONData, &s); err != nil {
		return s, unreadable(err)
	}
	problems := append(unknown(instance.JSONData), s.problems()...)
	return s, errors.Join(problems...)
}

// unreadable says which setting has the wrong type, where that is what is wrong.
func unreadable(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) || wrong.Field == "" {
		return fmt.Errorf("the settings are not a JSON object: %w", err)
	}
	expected := "an object"
	switch wrong.Type.Kind().String() {
	case "string":
		expected = "a text"
	case "int", "int64":
		expected = "a whole number"
	case "float64":
		expected = "a number"
	case "bool":
		expected = "true or false"
	case "slice":
		expected = "a list"
	}
	return fmt.Errorf("%s is a JSON %s and has to be %s", wrong.Field, wrong.Value, expected)
}

// unknown names the settings that nothing reads, so that a misspelt one is not silently ignored.
func unknown(data json.RawMessage) []error {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(data, &keys); err != nil {
		return []error{unreadable(err)}
	}
	return append(strangers("", keys, topKeys), unknownBelow("", keys, topKeys)...)
}

// unknownBelow looks into those of the known settings that have settings of their own.
func unknownBelow(prefix string, keys map[string]json.RawMessage, known []string) []error {
	var problems []error
	for _, key := range known {
		var inner map[string]json.RawMessage
		if below, nested := innerKeys[prefix+key]; nested && json.Unmarshal(keys[key], &inner) == nil {
			problems = append(problems, strangers(prefix+key+".", inner, below)...)
			problems = append(problems, unknownBelow(prefix+key+".", inner, below)...)
		}
	}
	if prefix == "" {
		problems = append(problems, unknownReceivers(keys)...)
	}
	return append(problems, unknownInLists(keys)...)
}

// keysOf lists the names that a type's fields have in JSON.
func keysOf[T any]() []string {
	t := reflect.TypeFor[T]()
	keys := make([]string, t.NumField())
	for i := range keys {
		keys[i], _, _ = strings.Cut(t.Field(i).Tag.Get("json"), ",")
	}
	return keys
}

// settable leaves out what is found out from the stores, whatever anybody would set.
func settable(keys []string) []string {
	return slices.DeleteFunc(keys, func(k string) bool { return k == "spellings" || k == "native" || k == "mean" })
}

func strangers(prefix string, keys map[string]json.RawMessage, known []string) []error {
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !slices.Contains(known, key) && (prefix != "" || !slices.Contains(foreign, key)) {
			problems = append(problems, fmt.Errorf("there is no setting %q; known are %s", prefix+key, strings.Join(known, ", ")))
		}
	}
	return problems
}

// whereProblems say whether it is clear where to look: in stores, or in a recording.
func (s Settings) whereProblems() []error {
	stores := s.Metrics != (StoreSettings{}) || s.Traces != (StoreSettings{}) || s.Logs != (StoreSettings{})
	switch {
	case s.Recording == "" && !stores:
		return []error{errors.New("no store is set: set metrics, traces and logs to the data sources to look in")}
	case s.Recording != "" && stores:
		return []error{errors.New("recording is set beside stores: take one of them out, since a recording answers in the stores' place")}
	case s.Recording != "" && !shipped.Known(s.Recording):
		return []error{fmt.Errorf("recording is %q, and there is no such recording; there is %s", s.Recording, strings.Join(shipped.Names(), ", "))}
	}
	return nil
}

func (s Settings) problems() []error {
	var problems []error
	for _, signal := range append(signals(), source.Alertmanager) {
		problems = append(problems, s.storeProblems(signal)...)
	}
	problems = append(problems, s.whereProblems()...)
	if s.throughGrafana() && s.secrets[tokenSecret] == "" {
		problems = append(problems, errors.New("the token is missing: create a service account with the role Viewer in this organization and set its token"))
	}
	if s.GrafanaURL != "" {
		problems = append(problems, addressProblems("grafanaUrl", s.GrafanaURL, "http://localhost:3000", "the token")...)
	}
	problems = append(problems, knowledgeProblems(s.Knowledge)...)
	if _, err := s.runLimits(); err != nil {
		problems = append(problems, err)
	}
	if _, err := s.truth(); err != nil {
		problems = append(problems, err)
	}
	if _, err := s.Cases.retention(); err != nil {
		problems = append(problems, err)
	}
	if _, err := freeze.NewMasks(s.Masks); err != nil {
		problems = append(problems, err)
	}
	problems = append(problems, s.Relay.Problems(s.secrets)...)
	return append(problems, s.namingProblems()...)
}

func (s Settings) storeProblems(signal source.Signal) []error {
	store := s.store(signal)
	var problems []error
	if store.UID != "" && store.URL != "" {
		problems = append(problems, fmt.Errorf("%s has both a uid and a url: keep one", signal))
	}
	if store.URL != "" {
		problems = append(problems, addressProblems(string(signal)+".url", store.URL, "http://localhost:9090",
			fmt.Sprintf("%s.user and the secret %sPassword", signal, signal))...)
	}
	if store.User != "" && store.URL == "" {
		problems = append(problems, fmt.Errorf("%s.user belongs to a url, and none is set: set %s.url or leave the user out", signal, signal))
	}
	return problems
}

// addressProblems checks an address. One that holds a password is not repeated.
func addressProblems(setting, address, example, instead string) []error {
	u, err := url.Parse(address)
	switch {
	case err == nil && u.User != nil, err != nil && strings.Contains(address, "@"):
		return []error{fmt.Errorf("%s holds a user or a password, which everyone could read: leave it out and set %s", setting, instead)}
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return []error{fmt.Errorf("%s is %q, which is not a URL such as %s", setting, address, example)}
	}
	return nil
}

func signals() []source.Signal { return []source.Signal{source.Metrics, source.Traces, source.Logs} }
