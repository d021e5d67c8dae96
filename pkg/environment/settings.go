// Package environment joins one environment's metrics, traces and logs: it reads a data source instance's settings,
// guards its token, opens the doors to its stores and says what is wrong with any of it.
package environment

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/relay"
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
	Metrics StoreSettings `json:"metrics"`
	Traces  StoreSettings `json:"traces"`
	Logs    StoreSettings `json:"logs"`
	// Alertmanager is asked what fires; it may be left out.
	Alertmanager StoreSettings `json:"alertmanager,omitzero"`
	// Recording is the name of a recording that comes with the plugin, which answers in the stores' place; empty for stores.
	Recording  string   `json:"recording,omitempty"`
	GrafanaURL string   `json:"grafanaUrl,omitempty"` // where this backend reaches Grafana; empty means Grafana's root_url
	Limits     Limits   `json:"limits,omitzero"`
	Cases      Cases    `json:"cases,omitzero"`
	Masks      []string `json:"masks,omitempty"` // regular expressions of what is masked in saved cases, beside the usual secrets
	// Relay says where alerts are passed on to.
	Relay relay.Settings `json:"relay,omitzero"`
	// Labels are what the team's labels are called, in metrics and logs; those that are known are tried after them.
	Labels      incident.LabelNames `json:"labels,omitzero"`
	Conventions ConventionSettings  `json:"conventions,omitzero"`
	// Scope is what is investigated where nobody says more: the data source stands for this namespace, environment or cluster.
	Scope incident.Scope `json:"scope,omitzero"`

	incident.Knowledge // externals, runbooks and checks

	secrets map[string]string
	uid     string
	name    string
}

const (
	tokenSecret = "token"
	truthSecret = "practiceTruth" // JSON of an incident.Truth: what was injected for a game day
)

// truth is what really happened, for those who practise; nil where nobody has said it. It is a secret, since settings
// reach the browser and secrets do not.
func (s Settings) truth() (*incident.Truth, error) {
	text := s.secrets[truthSecret]
	if text == "" {
		return nil, nil //nolint:nilnil // nobody has said it, and that is fine
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	var truth incident.Truth
	if err := decoder.Decode(&truth); err != nil || truth.Cause == "" {
		return nil, fmt.Errorf(`the secret %s is not JSON such as {"service": "coredns", "component": "networkpolicy/x", "cause": "a policy cuts CoreDNS off"}`, truthSecret)
	}
	return &truth, nil
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
	return map[source.Signal]StoreSettings{source.Metrics: s.Metrics, source.Traces: s.Traces, source.Logs: s.Logs, source.Alertmanager: s.Alertmanager}[signal]
}

// throughGrafana says whether any store is reached by the uid of its data source.
func (s Settings) throughGrafana() bool {
	return s.Metrics.UID != "" || s.Traces.UID != "" || s.Logs.UID != "" || s.Alertmanager.UID != ""
}

// grafana is where Grafana itself is asked with the token, which has been checked then; nowhere without one.
func (s Settings) grafana(address string) httpapi.Store {
	if !s.throughGrafana() {
		return httpapi.Store{}
	}
	return httpapi.Store{Name: address, URL: address, Header: bearer(s.secrets[tokenSecret])}
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
