package numbers_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

func TestWhatStoresReadIsSaidAsFarAsTheySayIt(t *testing.T) {
	t.Parallel()
	for want, read := range map[string]incident.Read{
		"":                                      {},
		"1,204 samples":                         {Samples: 1204},
		"12 MiB of log lines":                   {LogBytes: 12 << 20},
		"1,204 samples and 12 MiB of log lines": {Samples: 1204, LogBytes: 12 << 20},
		"1,204 samples, 12 MiB of log lines and 3 MiB of traces": {Samples: 1204, LogBytes: 12 << 20, TraceBytes: 3 << 20},
	} {
		require.Equal(t, want, numbers.StoresRead(read))
	}
}
