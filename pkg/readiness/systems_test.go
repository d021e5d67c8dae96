package readiness_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/readiness"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// twoSystems is a stack in which two services are called order, in namespaces of their own.
type twoSystems struct{ stack }

// Ask implements source.Querier.
func (s twoSystems) Ask(ctx context.Context, q source.Question) source.Answer {
	answer := s.stack.Ask(ctx, q)
	if q.Kind == source.Instant && q.Name == "requests" {
		for _, namespace := range []string{"shop", "trial"} {
			answer.Series = append(answer.Series, incident.Series{Labels: map[string]string{"service_name": "order", "namespace": namespace}, Points: []incident.Point{{Value: 1}}})
		}
	}
	return answer
}

func TestServicesOfOneNameAreSaidToBeLookedAtTogether(t *testing.T) {
	t.Parallel()
	stores := twoSystems{stack{metrics: []string{"http_server_request_duration_seconds_bucket", "http_server_request_duration_seconds_count", "http_server_request_duration_seconds_sum"},
		requests: []string{"auth"}}}
	for namespace, want := range map[string]string{"": "Services of this name in 2 namespaces, looked at together: shop, trial.", "shop": ""} {
		naming := incident.Naming{Scope: incident.Scope{Namespace: namespace}}
		report, err := readiness.Look(t.Context(), stores, naming, time.Minute, time.Date(2026, 3, 10, 10, 47, 0, 0, time.UTC))
		require.NoError(t, err)
		mixed := map[string]string{}
		for _, s := range report.Services {
			mixed[s.Service] = s.Mixed
		}
		require.Equal(t, map[string]string{"auth": "", "order": want}, mixed)
	}
}
