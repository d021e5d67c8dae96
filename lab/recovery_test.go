package lab_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	storyRecovers = 2 * time.Minute // after the fix, as the story has it
	givenUp       = 10 * time.Minute
)

// live is a lab of its own with the walkthrough's case in it: a fix would change what other tests see.
type live struct {
	*lab.Lab

	instance plugin.Instance
	id       string // of the case
}

func liveCase(t *testing.T) *live {
	t.Helper()
	l, err := lab.Start(context.Background(), lab.Options{Scenario: "walkthrough", Backend: backend, Progress: os.Stderr, Log: os.Stderr})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Stop()) })
	w := &live{Lab: l, instance: patient(t, l.Instance())}
	body, err := json.Marshal(l.Request())
	require.NoError(t, err)
	require.NoError(t, l.Backend.Stream(t.Context(), w.instance, plugin.Request{Method: "POST", Path: "investigations", Query: "save=true", Body: body}, func(p plugin.Part) error {
		for line := range bytes.Lines(p.Body) {
			var event struct{ Type, ID string }
			if json.Unmarshal(line, &event) == nil && event.Type == "saved" {
				w.id = event.ID
			}
		}
		return nil
	}))
	require.NotEmpty(t, w.id)
	return w
}

func (w *live) call(t *testing.T, method, path string, body, into any) {
	t.Helper()
	var whole bytes.Buffer
	require.NoError(t, w.Backend.Call(t.Context(), w.instance, method, path, body, func(chunk []byte) error { whole.Write(chunk); return nil }))
	require.NoError(t, json.Unmarshal(whole.Bytes(), into), whole.String())
}

func (w *live) write(t *testing.T, id string, kind incident.EntryKind) incident.Entry {
	t.Helper()
	var taken incident.TakenEntry
	w.call(t, "POST", "cases/"+w.id+"/entries", incident.NewEntry{ID: id, Kind: kind, Text: "kubectl delete networkpolicy restrict-coredns -n kube-system"}, &taken)
	return taken.Entry
}

func (w *live) saved(t *testing.T) *incident.SavedCase {
	t.Helper()
	var s incident.SavedCase
	w.call(t, "GET", "cases/"+w.id, nil, &s)
	return &s
}

// follow reads what happens to the case until one event says that it is enough.
func (w *live) follow(t *testing.T, enough func(incident.CaseEvent) bool) {
	t.Helper()
	done := errors.New("enough")
	ctx, cancel := context.WithTimeout(t.Context(), givenUp)
	defer cancel()
	var rest []byte
	err := w.Backend.Stream(ctx, w.instance, plugin.Request{Method: "GET", Path: "cases/" + w.id + "/events"}, func(p plugin.Part) error {
		rest = append(rest, p.Body...)
		for {
			line, after, whole := bytes.Cut(rest, []byte("\n"))
			if !whole {
				return nil
			}
			rest = after
			var event incident.CaseEvent
			if err := json.Unmarshal(line, &event); err != nil {
				return err
			}
			if enough(event) {
				return done
			}
		}
	})
	require.ErrorIs(t, err, done)
}

// byChance is what a number may be above its limit when it is back. Of the 480 checkouts of a minute one may fail at any time, and
// that is more than the limit already; what is no share of requests jitters by a tenth.
func byChance(r incident.Reading) float64 {
	if r.Unit == incident.Ratio {
		return 3.0 / 480
	}
	return r.Limit / 10
}

// The fix is applied, the numbers come back, and the watch says so no earlier than they have held. Half a minute after that
// the fault returns, and the case is open again.
func TestTheRecoveryOfTheWalkthroughIsProvenAndARelapseReopensTheCase(t *testing.T) {
	t.Parallel()
	w := liveCase(t)
	fixed := w.Generator.Fix(time.Now())
	applied := w.write(t, "fix", incident.EntryFixApplied)

	var before []incident.WatchState
	w.follow(t, func(e incident.CaseEvent) bool {
		if e.Watch != nil && e.Watch.Stage != incident.StageGuarding {
			before = append(before, *e.Watch)
		}
		return e.Entry != nil && e.Entry.Kind == incident.EntryRecovered
	})
	confirmed := time.Now()
	require.NotEmpty(t, before)
	require.Equal(t, incident.StageWaiting, before[0].Stage, before[0].Sentence)
	s := w.saved(t)
	require.Equal(t, incident.CaseRecovered, s.State())
	recovery := s.Last(incident.EntryRecovered).Recovery
	t.Logf("fix at %s; criteria hold after %s; confirmed after %s", fixed.Format(time.TimeOnly), recovery.Since.Sub(fixed), confirmed.Sub(fixed))
	for _, r := range recovery.Readings {
		t.Logf("%s: %v %s, limit %v, normal %v", r.Name, r.Path, r.Unit, r.Limit, r.Normal)
		assert.Greater(t, r.Before, r.Limit, "%s was out of its limit before", r.Name)
		assert.LessOrEqual(t, r.After, r.Limit+byChance(r), "%s is back", r.Name)
	}
	require.Len(t, recovery.Readings, 4, "errors, latency, and the cause's own two numbers")
	assert.False(t, recovery.Since.Before(applied.When().Add(30*time.Second)), "rates of a minute cannot be back at once")
	assert.LessOrEqual(t, recovery.Since.Sub(fixed), storyRecovers)
	assert.GreaterOrEqual(t, confirmed.Sub(recovery.Since), 15*time.Second, "not before another sample of each agreed")
	for _, state := range before {
		for _, k := range state.Criteria {
			if k.Outcome == incident.Found && !k.Floor {
				assert.Equal(t, incident.StageWaiting, state.Stage, "%s of %v is above %v", k.Name, k.Now, k.Limit)
			}
		}
	}

	<-time.After(30 * time.Second)
	again := w.Generator.Relapse(time.Now())
	w.follow(t, func(e incident.CaseEvent) bool { return e.State == incident.CaseOpen })
	relapsed := w.saved(t).Last(incident.EntryRelapsed)
	require.NotNil(t, relapsed)
	t.Logf("relapse at %s; seen since %s, told after %s", again.Format(time.TimeOnly), relapsed.Recovery.Since.Sub(again), time.Since(again))
	assert.False(t, relapsed.Recovery.Since.Before(again))
}
