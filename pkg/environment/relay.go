package environment

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/relay"
)

// relayKeys are the settings of an entry of relay.receivers.
var relayKeys = keysOf[relay.Receiver]()

// Relay passes alerts on to the receivers of the settings; nil where there are none. The error is a *failure.Failure that says what is
// wrong with the receivers. What else is wrong with the settings does not keep alerts from being passed on.
func (e *Environment) Relay() (*relay.Relay, error) {
	if e.relayInvalid != nil {
		return nil, failure.New(failure.Unavailable, fmt.Sprintf("The receivers in the settings of %s are wrong: %s.", e.settings.name, oneLine(e.relayInvalid)),
			"Correct relay on the data source's page. Senders repeat their alerts until then.")
	}
	return e.relay, nil
}

// relayOf reads the receivers alone, so that a mistake elsewhere in the settings stops no alert.
func relayOf(instance backend.DataSourceInstanceSettings) (*relay.Relay, error) {
	var keys map[string]json.RawMessage
	_ = json.Unmarshal(instance.JSONData, &keys) // what is no object names no receivers; ReadSettings says what is wrong with it
	if keys["relay"] == nil {
		return nil, nil //nolint:nilnil // nothing is passed on
	}
	var settings relay.Settings
	if err := json.Unmarshal(keys["relay"], &settings); err != nil {
		return nil, fmt.Errorf("relay cannot be read: %w", err)
	}
	return relay.New(settings, instance.DecryptedSecureJSONData)
}

// unknownReceivers names the settings of receivers that nothing reads.
func unknownReceivers(keys map[string]json.RawMessage) []error {
	var settings struct {
		Receivers []map[string]json.RawMessage `json:"receivers"`
	}
	if json.Unmarshal(keys["relay"], &settings) != nil {
		return nil // of another type, which is said elsewhere
	}
	var problems []error
	for i, receiver := range settings.Receivers {
		problems = append(problems, strangers(fmt.Sprintf("relay.receivers[%d].", i), receiver, relayKeys)...)
	}
	return problems
}

// PublicURL is where people reach Grafana; empty where that is not known.
func (e *Environment) PublicURL(ctx context.Context) string {
	if root, err := rootURL(ctx); err == nil {
		return root
	}
	return e.settings.GrafanaURL
}

// relayed adds to what Save & test found what became of alerts.
func (e *Environment) relayed(h *Health) {
	if e.relay == nil {
		return
	}
	counts := e.relay.Counts()
	h.Relay = &counts
	if counts.LastFailure != "" {
		h.Problems = append(h.Problems, "The last alerts were not passed on. "+counts.LastFailure)
	}
}

// relayOnly is what Save & test says of receivers where the settings allow nothing else.
func (e *Environment) relayOnly(err error) Health {
	h := Health{Stores: []StoreHealth{}, Problems: []string{err.Error()}}
	e.relayed(&h)
	if e.relay != nil {
		h.Problems = append(h.Problems, "Alerts are passed on all the same, without verdicts.")
	}
	return h
}
