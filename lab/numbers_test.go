package lab_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the walkthrough reads in the waterfall, the span's attributes, the name server's log and the list of pods.
func TestTheNumbersOfTheTraceAndOfTheNameServerStandInFindings(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	require.InDelta(t, 2.847, valueOf(t, c, "example/culprit", "request's duration").Value, 0)
	require.InDelta(t, 2.62, valueOf(t, c, "example/culprit", "culprit's duration").Value, 0)
	require.InDelta(t, 3, valueOf(t, c, "example/culprit", "attempt").Value, 0)
	require.InDelta(t, 3, valueOf(t, c, "example/culprit", "attempts allowed").Value, 0)
	require.Contains(t, stepOf(t, c, "example/culprit").Findings[1].Sentence, "Request timed out after 2500ms")
	took := map[string]int64{}
	for _, s := range stepOf(t, c, "example/trace").Findings[0].Evidence.Trace.Spans {
		took[s.Service+" "+s.Name] = s.Duration.Milliseconds()
	}
	require.Equal(t, map[string]int64{"order-service POST /api/checkout": 2847, "auth-service validate": 42, "inventory-service reserve": 67,
		"payment-service charge": 2650, "payment-service stripe-api: POST /v1/charges": 2620}, took)
	var said []string
	for _, f := range stepOf(t, c, "cause/infra-logs").Findings {
		for _, l := range f.Evidence.Lines {
			said = append(said, l.Text)
		}
	}
	require.Contains(t, strings.Join(said, "\n"), "10.0.0.53:53")
	require.Contains(t, strings.Join(said, "\n"), "dial tcp 10.96.0.1:443: connect: no route to host")
}

func TestTheExitCriteriaMeasureWhatTheFirstPhaseMeasured(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	for name, step := range map[string]string{"error rate": "impact/error-rate", "request rate": "impact/request-rate", "p99 latency": "impact/latency"} {
		require.InEpsilon(t, valueOf(t, c, step, name).Value, valueOf(t, c, "recovery/exit-criteria", name).Value, 0.1, name)
	}
}

func TestTheExampleIsOneThatAnExemplarNames(t *testing.T) {
	t.Parallel()
	c := investigated(t)
	require.Contains(t, c.Facts.Exemplars.Traces, c.Facts.Example.Trace.ID)
	require.Contains(t, stepOf(t, c, "example/trace").Findings[0].Sentence, "that an exemplar names")
}
