package relay

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Settings are the part of a data source's settings that says where alerts are passed on to, and how long they wait for a verdict.
type Settings struct {
	Deadline  string     `json:"deadline,omitempty"`  // as Go writes durations; DefaultDeadline where it is empty
	Receivers []Receiver `json:"receivers,omitempty"` // none: nothing is passed on
}

// Receiver is where alerts are passed on to. Its secrets are URLSecret and AuthorizationSecret of its name.
type Receiver struct {
	Name     string `json:"name"`
	Type     Type   `json:"type"`
	URL      string `json:"url,omitempty"`      // unless the address is a secret
	Internal bool   `json:"internal,omitempty"` // it may be in a private network
	Template string `json:"template,omitempty"` // of JSON, for the type JSON alone
}

// Type is what a receiver understands.
type Type string

// The types of receivers.
const (
	Webhook Type = "webhook" // what Alertmanager's and Grafana's webhooks send
	Slack   Type = "slack"   // {"text": "..."}, as incoming webhooks of Slack, Mattermost and Rocket.Chat take it
	JSON    Type = "json"    // what a template makes
)

const (
	// DefaultDeadline is how long a message waits for verdicts. With sendWithin it ends before Grafana's webhooks give up, after 30 s.
	DefaultDeadline = 20 * time.Second
	longestDeadline = time.Minute
	mostReceivers   = 10
)

// URLSecret is the key among the secrets that holds a receiver's address.
func URLSecret(receiver string) string { return "receiver." + receiver + ".url" }

// AuthorizationSecret is the key among the secrets that holds the value of the Authorization header for a receiver.
func AuthorizationSecret(receiver string) string { return "receiver." + receiver + ".authorization" }

var receiverName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,40}$`)

func (s Settings) deadline() (time.Duration, error) {
	if s.Deadline == "" {
		return DefaultDeadline, nil
	}
	d, err := time.ParseDuration(s.Deadline)
	if err != nil || d < 0 || d > longestDeadline {
		return DefaultDeadline, fmt.Errorf("relay.deadline is %q, which is not a duration from 0s to %s such as 20s", s.Deadline, longestDeadline)
	}
	return d, nil
}

// Problems says what is wrong with the settings, an error with a sentence each.
func (s Settings) Problems(secrets map[string]string) []error {
	var problems []error
	if _, err := s.deadline(); err != nil {
		problems = append(problems, err)
	}
	if len(s.Receivers) > mostReceivers {
		problems = append(problems, fmt.Errorf("relay.receivers has %d entries; at most %d can be used", len(s.Receivers), mostReceivers))
	}
	names := map[string]bool{}
	for i, r := range s.Receivers {
		setting := fmt.Sprintf("relay.receivers[%d]", i)
		if !receiverName.MatchString(r.Name) {
			problems = append(problems, fmt.Errorf("%s.name is %q: use lower-case letters, digits and hyphens", setting, r.Name))
		} else if names[r.Name] {
			problems = append(problems, fmt.Errorf("%s.name is %q, as that of another receiver: give each its own", setting, r.Name))
		}
		names[r.Name] = true
		problems = append(problems, r.problems(setting, secrets)...)
	}
	return problems
}

func (r Receiver) problems(setting string, secrets map[string]string) []error {
	var problems []error
	if !slices.Contains([]Type{Webhook, Slack, JSON}, r.Type) {
		problems = append(problems, fmt.Errorf("%s.type is %q; known are %s, %s, %s", setting, r.Type, Webhook, Slack, JSON))
	}
	secret := secrets[URLSecret(r.Name)]
	switch {
	case r.URL != "" && r.Type == Slack:
		problems = append(problems, fmt.Errorf("%s.url would show everyone who can read the settings how to write to the channel: set the secret %s instead", setting, URLSecret(r.Name)))
	case r.URL != "" && secret != "":
		problems = append(problems, fmt.Errorf("%s has both a url and the secret %s: keep one", setting, URLSecret(r.Name)))
	case r.URL == "" && secret == "":
		problems = append(problems, fmt.Errorf("%s has no address: set its url, or the secret %s", setting, URLSecret(r.Name)))
	default:
		problems = append(problems, addressProblem(setting, r, secret)...)
	}
	if (r.Type == JSON) != (r.Template != "") {
		problems = append(problems, fmt.Errorf("%s: a template belongs to the type %s, and that type needs one", setting, JSON))
	} else if r.Type == JSON {
		if _, err := newTemplate(r.Template); err != nil {
			problems = append(problems, fmt.Errorf("%s.template: %w", setting, err))
		}
	}
	return problems
}

// addressProblem checks the address. It repeats nothing of a secret one.
func addressProblem(setting string, r Receiver, secret string) []error {
	u, err := url.Parse(r.URL + secret) // one of them is empty
	switch {
	case secret == "" && (err == nil && u.User != nil || err != nil && strings.Contains(r.URL, "@")):
		return []error{fmt.Errorf("%s.url holds a user or a password, which everyone could read: leave it out and set the secret %s", setting, AuthorizationSecret(r.Name))}
	case err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https"):
		return nil
	case secret != "":
		return []error{fmt.Errorf("the secret %s is not a URL such as https://hooks.example.com/alerts", URLSecret(r.Name))}
	}
	return []error{fmt.Errorf("%s.url is %q, which is not a URL such as https://hooks.example.com/alerts", setting, r.URL)}
}

// check is Problems as one error.
func (s Settings) check(secrets map[string]string) error { return errors.Join(s.Problems(secrets)...) }
