package cause_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
)

func TestAPoolWithoutALimitIsNeverExhausted(t *testing.T) {
	t.Parallel()
	for reported, says := range map[float64]string{
		0:  "web has 20 connections in use, normally 3; its pool has no limit.",
		-1: "web has 20 connections in use, normally 3; its pool has no limit.",
		20: "web's connection pool is exhausted: 20 of 20 connections in use, normally 3, since",
	} {
		c := pooled()
		c.Facts.Conventions.Pool.Name = ""
		reading := phasetest.Learned(t, cause.Pool(), c, ownPool(use(nil, 3, 20), reported))
		require.Contains(t, reading.Findings[0].Sentence, says)
		require.Equal(t, reported > 0, c.Facts.Pool.Abnormal)
		require.Equal(t, map[bool]incident.Outcome{true: incident.Found, false: incident.Clear}[reported > 0], reading.Outcome)
	}
}
func TestAPoolThatIsFullAndWasFullBeforeIsNoNormalOne(t *testing.T) {
	t.Parallel()
	c := pooled()
	c.Facts.Conventions.Pool.Name = ""
	reading := phasetest.Learned(t, cause.Pool(), c, ownPool(use(nil, 98, 98), 100))
	require.Equal(t, incident.Found, reading.Outcome)
	require.Contains(t, reading.Findings[0].Sentence, "web has 98 of 100 connections in use, and has had as many before: normally 98.")
	require.False(t, c.Facts.Pool.Abnormal)
}
