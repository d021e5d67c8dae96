package topology_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/tape"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

func TestACallThatNobodyAnswersInTimeIsMadeAgain(t *testing.T) {
	t.Parallel()
	impatient := till(false)
	usual := impatient.System
	impatient.System = func() topology.System {
		s := usual()
		call := &s.Services[0].Operations[0].Calls[0]
		call.Timeout, call.Retries = time.Millisecond, 2
		return s
	}
	r := tape.Of(t, impatient, 0)
	asked, again := len(r.Of("PUT /stock/{id}", "stock", -4*time.Minute, -3*time.Minute)), 0
	sales := len(r.Of("POST /sales", "till", -4*time.Minute, -3*time.Minute))
	for _, s := range r.Of("PUT", "till", -4*time.Minute, -3*time.Minute) {
		if _, has := s.Attributes().Get("http.request.resend_count"); has {
			again++
		}
	}
	require.Positive(t, sales)
	require.InDelta(t, 3*sales, asked, 6, "some lie across the minute's ends")
	require.InDelta(t, 2*sales, again, 6)
}
