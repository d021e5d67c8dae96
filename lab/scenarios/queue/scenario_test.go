package queue_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/queue"
	"github.com/faultline-investigation/faultline/lab/scenarios/tape"
)

func orders(r *tape.Tape, from, to time.Duration) float64 {
	return r.ErrorRatio("order-api", "POST", "/orders", from, to)
}

func TestOnePartitionIsHeldUpAndAThirdOfTheOrdersGetNoPrice(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, queue.Scenario(), 0)
	lag := func(partition string, at time.Duration) float64 {
		messages, _ := r.Last("kafka_consumergroup_lag", at, "partition", partition)
		return messages
	}
	require.InDelta(t, 2*15*60, lag("2", 0), 30)
	for _, partition := range []string{"0", "1"} {
		require.Less(t, lag(partition, 0), 10.0)
	}
	require.Less(t, lag("2", -16*time.Minute), 10.0)
	require.InDelta(t, 1.0/3, orders(r, -5*time.Minute, 0), 0.05)
	require.Less(t, orders(r, -80*time.Minute, -16*time.Minute), 0.005)
}

func TestAFailingOrderWaitsForAReplyAndTheWorkerIsNotInItsTrace(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, queue.Scenario(), 0)
	waits, answered := 0, map[string]bool{}
	for _, s := range r.Of("process orders", "pricing-worker", -10*time.Minute, 0) {
		answered[s.TraceID().String()] = true
	}
	for _, s := range r.Of("receive order-prices", "order-api", -10*time.Minute, 0) {
		if s.Failed() {
			waits++
			require.False(t, answered[s.TraceID().String()])
			require.InDelta(t, 4, s.Seconds(), 0.001)
		}
	}
	require.Greater(t, waits, 500)
	require.NotEmpty(t, answered)
}

func TestSkippingTheMessageHeals(t *testing.T) {
	t.Parallel()
	tape.Cured(t, queue.Scenario(), 0.25, 0.005, orders)
}
