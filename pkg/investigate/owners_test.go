package investigate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

func TestACandidateHasTheOwnerThatTheSettingsName(t *testing.T) {
	t.Parallel()
	request, recording := walkthrough(t)
	request.Knowledge.Owners = []incident.Owner{{Service: "coredns", Owner: "Team Platform"}, {Service: "nobody", Owner: "Team Other"}}
	c, err := investigate.Run(t.Context(), request, recording, investigate.Options{}, func(investigate.Event) {})
	require.NoError(t, err)
	owned := 0
	for _, k := range c.Verdict.Candidates {
		assert.Equal(t, request.Knowledge.OwnerOf(k.Service), k.Owner)
		if k.Owner != "" {
			owned++
		}
	}
	assert.Positive(t, owned)
}
