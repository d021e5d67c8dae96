package investigate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/sourcetest"
)

// FuzzInvestigation investigates with the answers of one kind changed somewhere.
func FuzzInvestigation(f *testing.F) {
	for kind, patch := range []string{"null", `"x"`, "1e999", "{}", "[]", `\"`, "0", "-1", "\x00", "99999999999999999999"} {
		f.Add(uint8(kind), uint32(700*kind+len(patch)), []byte(patch)) // #nosec G115 -- ten kinds
	}
	request, recording := walkthrough(f)
	f.Fuzz(func(t *testing.T, kind uint8, at uint32, patch []byte) {
		soundRun(t, request, sourcetest.Damaged{Truth: recording, Kind: kindsAsked()[int(kind)%len(kindsAsked())], Fault: func(_ context.Context, _ source.Kind, body []byte) sourcetest.Served {
			place := int(at) % (len(body) + 1)
			copy(body[place:], patch)
			return sourcetest.Served{Status: http.StatusOK, Body: bytes.NewReader(body)}
		}})
	})
}

func TestInvestigationsWithDamagedAnswersComeToTheirEnd(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	damager := provoke.New(t)
	var mu sync.Mutex
	for range 12 {
		soundRun(t, request, sourcetest.Damaged{Truth: recording, Fault: func(ctx context.Context, kind source.Kind, body []byte) sourcetest.Served {
			mu.Lock()
			defer mu.Unlock()
			if damager.Once(4) {
				body = damager.Damage(body)
			}
			return sourcetest.Whole(ctx, kind, body)
		}})
	}
}

// soundRun investigates: the run ends, nothing panics, and the case can be written and says nothing that its answers do not carry.
func soundRun(t *testing.T, request investigate.Request, querier source.Querier) {
	t.Helper()
	c, err := investigate.Run(t.Context(), request, querier, investigate.Options{}, func(e investigate.Event) {
		if _, err := json.Marshal(e); err != nil {
			t.Error(err)
		}
	})
	require.NoError(t, err)
	for _, s := range c.Steps {
		soundStep(t, s)
		require.NotContains(t, s.Advice, "report this as a bug", "%s: %s", s.Key(), s.Reason)
	}
}
