// Package environment joins one environment's metrics, traces and logs: it reads a data source instance's settings,
// guards its token, opens the doors to its stores and says what is wrong with any of it.
package environment

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/httpapi"
)

// StoreSettings say where one store is: behind Grafana by the uid of its data source, or at an address of its own.
type StoreSettings struct {
	UID  string `json:"uid,omitempty"`
	URL  string `json:"url,omitempty"`
	User string `json:"user,omitempty"` // basic authentication at URL; the password is <store>Password in secureJsonData
}

// Limits bound what a run may ask; zero values mean the defaults.
type Limits struct {
	Concurrency     int    `json:"concurrency,omitempty"`     // questions at the stores at one time
	Questions       int    `json:"questions,omitempty"`       // questions of a whole run
	QuestionTimeout string `json:"questionTimeout,omitempty"` // as Go writes durations, for example "10s"
	AnswerBytes     int64  `json:"answerBytes,omitempty"`     // size of one answer
}

// Settings are a data source instance's jsonData, with its secrets.
type Settings struct {
	Metrics    StoreSettings `json:"metrics"`
	Traces     StoreSettings `json:"traces"`
	Logs       StoreSettings `json:"logs"`
	GrafanaURL string        `json:"grafanaUrl,omitempty"` // where this backend reaches Grafana; empty means Grafana's root_url
	Limits     Limits        `json:"limits,omitzero"`

	secrets map[string]string
	uid     string
	name    string
}

const tokenSecret = "token"

// foreign are keys that Grafana itself keeps in any data source's jsonData.
var foreign = []string{"pdcInjected", "enableSecureSocksProxy", "oauthPassThru", "tlsAuth", "tlsAuthWithCACert", "tlsSkipVerify", "serverName", "timeout"}

// ReadSettings reads an instance's settings. The error joins a sentence for everything that is wrong with them.
func ReadSettings(instance backend.DataSourceInstanceSettings) (Settings, error) {
	s := Settings{secrets: instance.DecryptedSecureJSONData, uid: instance.UID, name: instance.Name}
	if len(instance.JSONData) == 0 {
		return s, errors.New("nothing is set: set metrics, traces and logs to the data sources to look in")
	}
	if err := json.Unmarshal(instance.JSONData, &s); err != nil {
		return s, fmt.Errorf("the settings cannot be read: %w", err)
	}
	problems := append(unknown(instance.JSONData), s.problems()...)
	return s, errors.Join(problems...)
}

// unknown names the settings that nothing reads, so that a misspelt one is not silently ignored.
func unknown(data json.RawMessage) []error {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(data, &keys); err != nil {
		return []error{fmt.Errorf("the settings cannot be read: %w", err)}
	}
	known := append([]string{"metrics", "traces", "logs", "grafanaUrl", "limits"}, foreign...)
	var problems []error
	for key := range keys {
		if !slices.Contains(known, key) {
			problems = append(problems, fmt.Errorf("there is no setting %q; known are metrics, traces, logs, grafanaUrl and limits", key))
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return problems
}

func (s Settings) problems() []error {
	var problems []error
	for _, signal := range signals() {
		store := s.store(signal)
		if store.UID != "" && store.URL != "" {
			problems = append(problems, fmt.Errorf("%s has both a uid and a url: keep one", signal))
		}
		if store.URL != "" && !isURL(store.URL) {
			problems = append(problems, fmt.Errorf("%s.url is %q, which is not a URL such as http://localhost:9090", signal, store.URL))
		}
	}
	if s.Metrics == (StoreSettings{}) && s.Traces == (StoreSettings{}) && s.Logs == (StoreSettings{}) {
		problems = append(problems, errors.New("no store is set: set metrics, traces and logs to the data sources to look in"))
	}
	if s.throughGrafana() && s.secrets[tokenSecret] == "" {
		problems = append(problems, errors.New("the token is missing: create a service account with the role Viewer in this organisation and set its token"))
	}
	if s.GrafanaURL != "" && !isURL(s.GrafanaURL) {
		problems = append(problems, fmt.Errorf("grafanaUrl is %q, which is not a URL such as http://localhost:3000", s.GrafanaURL))
	}
	if _, err := s.runLimits(); err != nil {
		problems = append(problems, err)
	}
	return problems
}

// runLimits are the limits of a run, with defaults for what is not set.
func (s Settings) runLimits() (investigate.Limits, error) {
	limits := investigate.DefaultLimits()
	if s.Limits.Concurrency < 0 || s.Limits.Questions < 0 || s.Limits.AnswerBytes < 0 {
		return limits, errors.New("a limit is negative: leave it out for the default, or set a positive number")
	}
	if s.Limits.Concurrency > 0 {
		limits.Concurrency = s.Limits.Concurrency
	}
	if s.Limits.Questions > 0 {
		limits.Questions = s.Limits.Questions
	}
	if s.Limits.QuestionTimeout != "" {
		timeout, err := time.ParseDuration(s.Limits.QuestionTimeout)
		if err != nil || timeout <= 0 {
			return limits, fmt.Errorf("limits.questionTimeout is %q, which is not a duration such as 10s", s.Limits.QuestionTimeout)
		}
		limits.QuestionTimeout = timeout
	}
	return limits, nil
}

func (s Settings) store(signal source.Signal) StoreSettings {
	return map[source.Signal]StoreSettings{source.Metrics: s.Metrics, source.Traces: s.Traces, source.Logs: s.Logs}[signal]
}

// throughGrafana says whether any store is reached by the uid of its data source.
func (s Settings) throughGrafana() bool {
	return s.Metrics.UID != "" || s.Traces.UID != "" || s.Logs.UID != ""
}

// address tells httpapi where a store is. The token goes to Grafana's proxy alone, a password to its own store alone.
func (s Settings) address(signal source.Signal, grafana string) httpapi.Store {
	store := s.store(signal)
	switch {
	case store.UID != "":
		return httpapi.Store{Name: store.UID, URL: strings.TrimRight(grafana, "/") + "/api/datasources/proxy/uid/" + url.PathEscape(store.UID),
			Header: bearer(s.secrets[tokenSecret])}
	case store.URL != "":
		return httpapi.Store{Name: store.URL, URL: store.URL, Header: basic(store.User, s.secrets[string(signal)+"Password"])}
	}
	return httpapi.Store{}
}

func signals() []source.Signal { return []source.Signal{source.Metrics, source.Traces, source.Logs} }

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}
