package logpattern_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
)

func TestHostsAreTheNamesThatALineSpeaksOf(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"api.stripe.com", "shop.svc.cluster.local"},
		logpattern.Hosts(`{"upstream":"10.0.0.53:53","query":"API.Stripe.com"} shop.svc.cluster.local api.stripe.com:443`))
	require.Empty(t, logpattern.Hosts("dial tcp 10.96.0.1:443: connect: no route to host"))
}

func TestMessagesOfOneKindHaveOnePattern(t *testing.T) {
	t.Parallel()
	require.Equal(t, logpattern.Of("plugin/kubernetes: dial tcp 10.96.0.1:443: no route to host"),
		logpattern.Of("plugin/kubernetes: dial tcp 10.97.12.1:6443: no route to host"))
	require.NotEqual(t, logpattern.Of("connection refused"), logpattern.Of("connection reset"))
}
