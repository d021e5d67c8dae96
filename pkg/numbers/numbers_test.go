package numbers_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
)

func TestNumbersReadAsAPersonWritesThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value float64
		unit  incident.Unit
		want  string
	}{
		{0.0730, incident.Ratio, "7.3 %"},
		{0.001, incident.Ratio, "0.1 %"},
		{0.0002, incident.Ratio, "0.02 %"},
		{0, incident.Ratio, "0 %"},
		{0.72, incident.Ratio, "72 %"},
		{2.3, incident.Seconds, "2.3 s"},
		{0.4, incident.Seconds, "400 ms"},
		{0.005, incident.Seconds, "5 ms"},
		{0.9999, incident.Seconds, "1 s"},
		{0, incident.Seconds, "0 s"},
		{620, incident.Seconds, "10 min 20 s"},
		{0.00042, incident.Seconds, "420 µs"},
		{847, incident.Count, "847"},
		{57700, incident.Count, "57,700"},
		{1234567, incident.Count, "1,234,567"},
		{-1234, incident.Count, "-1,234"},
		{14.8, incident.PerSecond, "14.8/s"},
		{0.0455, incident.Seconds, "46 ms"},
		{3.25, incident.PerSecond, "3.2/s"},
		{0.1, incident.PerSecond, "0.1/s"},
		{1.0 / 60, incident.PerSecond, "1/min"},
		{0.0005, incident.PerSecond, "1.8/h"},
		{0, incident.PerSecond, "0/s"},
	} {
		require.Equal(t, c.want, numbers.Say(c.value, c.unit), "%v %s", c.value, c.unit)
	}
	require.Equal(t, "2,847 ms", numbers.Milliseconds(2847*time.Millisecond))
}
