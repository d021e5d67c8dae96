package alerts_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/runs"
)

// FuzzMessages takes whatever a webhook sends: each of its alerts has an outcome, and what is remembered is small.
func FuzzMessages(f *testing.F) {
	for _, file := range []string{"alertmanager.json", "grafana.json"} {
		content, err := os.ReadFile("testdata/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Add([]byte(`{"alerts":[{"status":"firing","labels":null,"annotations":{"investigate_url":"::"}},{"startsAt":"0000-01-01T00:00:00Z"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var message alerts.Message
		if json.Unmarshal(body, &message) != nil {
			return
		}
		all := runs.New(empty{})
		defer all.Close()
		inbox := alerts.New(all, nil, nil)
		outcomes, err := inbox.Receive(t.Context(), 1, message)
		if err != nil || len(outcomes) != len(message.Alerts) {
			t.Fatalf("%d outcomes of %d alerts: %v", len(outcomes), len(message.Alerts), err)
		}
		for _, o := range outcomes {
			alert, _, found := inbox.Find(1, o.Fingerprint)
			if written, err := json.Marshal(alert); found && (err != nil || len(written) > 64<<10) {
				t.Fatalf("an alert of %d bytes: %v", len(written), err)
			}
		}
	})
}
