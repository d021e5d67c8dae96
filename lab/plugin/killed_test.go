package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/pkg/casebook/grafana/grafanatest"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// kills is how often; more of them, with another order of events, is for measuring.
var kills = flag.Int("kills", 25, "how often the backend is killed")

// acknowledged is what a backend said it had kept.
type acknowledged struct {
	mu      sync.Mutex
	cases   map[string]bool
	entries map[string]string // entry to its case
	sent    int
}

// The real backend is killed at random moments while it investigates, opens cases and writes entries into them. The cases
// are kept in a fake Grafana that outlives it.
func TestABackendThatIsKilledAgainAndAgainLosesNothingThatItAcknowledged(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(grafanatest.New())
	t.Cleanup(server.Close)
	i := unreachable()
	i.Settings = map[string]any{"metrics": map[string]string{"url": "http://127.0.0.1:1"}, "grafanaUrl": server.URL}
	i.Secrets = map[string]string{"token": grafanatest.Token}
	known := &acknowledged{cases: map[string]bool{}, entries: map[string]string{}}
	random := rand.New(rand.NewPCG(1047, 25))
	for round := range *kills {
		b, err := plugin.Start(binary, io.Discard)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		var working sync.WaitGroup
		working.Go(func() { keepInvestigating(ctx, b, i, round, known) })
		for writer := range 3 {
			working.Go(func() { keepWriting(ctx, b, i, fmt.Sprintf("r%d-w%d", round, writer), known) })
		}
		time.Sleep(time.Duration(50+random.IntN(400)) * time.Millisecond)
		require.NoError(t, syscall.Kill(b.PID(), syscall.SIGKILL))
		cancel()
		working.Wait()
		b.Stop()
	}
	everythingIsThere(t, i, known)
}

func keepInvestigating(ctx context.Context, b *plugin.Backend, i plugin.Instance, round int, known *acknowledged) {
	for n := 0; ctx.Err() == nil; n++ {
		body, _ := json.Marshal(request(fmt.Sprintf("service-%d-%d", round%5, n)))
		_ = b.Stream(ctx, i, plugin.Request{Method: "POST", Path: "investigations", Query: "save=true", Body: body}, func(p plugin.Part) error {
			var event struct{ Type, ID string }
			if json.Unmarshal(p.Body, &event) == nil && event.Type == "saved" {
				known.mu.Lock()
				known.cases[event.ID] = true
				known.mu.Unlock()
			}
			return nil
		}) // it ends with the backend
	}
}

func keepWriting(ctx context.Context, b *plugin.Backend, i plugin.Instance, name string, known *acknowledged) {
	for n := 0; ctx.Err() == nil; n++ {
		id := known.anyCase()
		if id == "" {
			time.Sleep(time.Millisecond)
			continue
		}
		entry := incident.NewEntry{ID: fmt.Sprintf("%s-%d", name, n), Kind: incident.EntryNote, Text: "written while it lives"}
		var taken incident.TakenEntry
		err := b.Call(ctx, i, "POST", "cases/"+id+"/entries", entry, func(chunk []byte) error { return json.Unmarshal(chunk, &taken) })
		known.mu.Lock()
		known.sent++
		if err == nil && taken.Entry.ID == entry.ID {
			known.entries[entry.ID] = id
		}
		known.mu.Unlock()
	}
}

func (a *acknowledged) anyCase() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id := range a.cases {
		return id
	}
	return ""
}

func everythingIsThere(t *testing.T, i plugin.Instance, known *acknowledged) {
	t.Helper()
	b := started(t)
	t.Logf("%d kills; acknowledged: %d cases, %d of %d entries sent", *kills, len(known.cases), len(known.entries), known.sent)
	require.NotEmpty(t, known.cases)
	require.NotEmpty(t, known.entries)
	count := map[string]int{}
	for id := range known.cases {
		var whole bytes.Buffer
		require.NoError(t, b.Call(t.Context(), i, "GET", "cases/"+id, nil, func(chunk []byte) error { whole.Write(chunk); return nil }))
		s, err := incident.ReadSaved(whole.Bytes())
		require.NoError(t, err)
		for _, e := range s.Entries {
			count[id+"/"+e.ID]++
		}
	}
	for entry, id := range known.entries {
		assert.Equal(t, 1, count[id+"/"+entry], "entry %s of %s", entry, id)
	}
}
