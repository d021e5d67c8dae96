package walkthrough_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/walkthrough"
)

func TestTheNumbersDoNotDependOnTheSeed(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 1 << 60} {
		r := record(walkthrough.Scenario{}.Start(alert, seed).Generate(alert))
		require.Len(t, r.failingCheckouts(alert.Add(-30*time.Minute), alert), 847)
		require.InDelta(t, 0.073, r.errorRatio(lastFive, alert, ofCheckout...), 0.001)
		require.InDelta(t, 2.3, r.quantile(0.99, lastFive, alert, server, ofCheckout...), 0.035)
		require.InDelta(t, 0.082, r.errorRatio(lastFive, alert, "service", "payment-service"), 0.001)
		require.InEpsilon(t, 1.8, r.quantile(0.99, lastFive, alert, server, "service", "payment-service"), 0.02)
		require.InEpsilon(t, 1.8, r.quantile(0.99, lastFive, alert, graph, "client", "order-service", "server", "payment-service"), 0.03)
		require.InDelta(t, 0.0001, r.errorRatio(lastFive, alert, "service", "auth-service"), 0.00001)
		require.InDelta(t, 0.0002, r.errorRatio(lastFive, alert, "service", "inventory-service"), 0.00002)
		require.Len(t, r.trace(shownTrace()), 5)
	}
}
