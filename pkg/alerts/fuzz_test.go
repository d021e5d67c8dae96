package alerts_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/runs"
)

// messages are what Alertmanager and Grafana sent, and what nobody should.
func messages(tb testing.TB) [][]byte {
	tb.Helper()
	bodies := [][]byte{[]byte(`{"alerts":[{"status":"firing","labels":null,"annotations":{"investigate_url":"::"}},{"startsAt":"0000-01-01T00:00:00Z"}]}`)}
	for _, file := range []string{"alertmanager.json", "grafana.json"} {
		content, err := os.ReadFile("testdata/" + file)
		require.NoError(tb, err)
		bodies = append(bodies, content)
	}
	return bodies
}

// FuzzMessages takes whatever a webhook sends.
func FuzzMessages(f *testing.F) {
	for _, body := range messages(f) {
		f.Add(body)
	}
	f.Fuzz(soundOutcomes)
}

func TestDamagedMessagesAreTakenOrRefused(t *testing.T) {
	t.Parallel()
	provoke.Each(t, 1000, messages(t), func(body []byte) { soundOutcomes(t, body) })
}

// soundOutcomes checks that each alert of a message has an outcome, and that what is remembered is small.
func soundOutcomes(t *testing.T, body []byte) {
	t.Helper()
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
}
