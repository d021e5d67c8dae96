package investigate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/sourcetest"
)

// FuzzInvestigation investigates with the answers of one kind changed somewhere: the run ends, nothing panics, and the case can be
// written and says nothing that its answers do not carry.
func FuzzInvestigation(f *testing.F) {
	for kind, patch := range []string{"null", `"x"`, "1e999", "{}", "[]", `\"`, "0", "-1", "\x00", "99999999999999999999"} {
		f.Add(uint8(kind), uint32(700*kind+len(patch)), []byte(patch)) // #nosec G115 -- ten kinds
	}
	request, recording := walkthrough(f)
	f.Fuzz(func(t *testing.T, kind uint8, at uint32, patch []byte) {
		changed := sourcetest.Damaged{Truth: recording, Kind: kindsAsked()[int(kind)%len(kindsAsked())], Fault: func(_ context.Context, _ source.Kind, body []byte) sourcetest.Served {
			place := int(at) % (len(body) + 1)
			copy(body[place:], patch)
			return sourcetest.Served{Status: http.StatusOK, Body: bytes.NewReader(body)}
		}}
		c, err := investigate.Run(t.Context(), request, changed, investigate.Options{}, func(e investigate.Event) {
			if _, err := json.Marshal(e); err != nil {
				t.Error(err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Steps {
			soundStep(t, s)
		}
	})
}
