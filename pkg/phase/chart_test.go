package phase_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
)

func TestChartsFollowHowOftenTheServiceIsSampledAndHowLongTheWindowIs(t *testing.T) {
	t.Parallel()
	to := time.Date(2025, 1, 21, 10, 47, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		interval, length   time.Duration
		averaging, spacing time.Duration
	}{
		"not known":   {0, time.Hour, time.Minute, 15 * time.Second},
		"every 5 s":   {5 * time.Second, time.Hour, time.Minute, 15 * time.Second},
		"every 30 s":  {30 * time.Second, time.Hour, 2 * time.Minute, 30 * time.Second},
		"a whole day": {15 * time.Second, 24 * time.Hour, time.Minute, 3 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kase := &incident.Case{Window: incident.Window{From: to.Add(-c.length), To: to}}
			if c.interval > 0 {
				kase.Facts.Service = &incident.ServiceSeries{Interval: c.interval}
			}
			require.Equal(t, c.averaging, phase.Averaging(kase))
			require.Equal(t, c.spacing, phase.Spacing(kase))
			require.Equal(t, c.length+time.Hour, phase.Lookback(kase).Length())
		})
	}
}
