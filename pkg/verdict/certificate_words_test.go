package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestWhatACallSaysOfACertificateIsFoundWhereverItSaysIt(t *testing.T) {
	t.Parallel()
	for name, span := range map[string]incident.Span{
		"status":    {StatusMessage: "x509: certificate has expired"},
		"attribute": {Attributes: map[string]string{"error.message": "PKIX path validation failed"}},
		"exception": {Attributes: map[string]string{"exception.message": "TLS handshake timeout"}},
		"event":     {Events: []incident.SpanEvent{{Name: "exception", Attributes: map[string]string{"exception.message": "CERT_HAS_EXPIRED"}}}},
		"type":      {Attributes: map[string]string{"error.type": "SSLHandshakeException: SSL"}},
	} {
		c := expired("other-name", "ledger.shop.svc", "", true)
		span.Service, span.Name, span.Failed = "web", "GET", true
		c.Facts.Culprit.Span = span
		k := candidateOf(judged(t, c), "expired-certificate")
		require.NotNil(t, k, name)
		require.Contains(t, k.Because[1], "the failing call to ledger.shop.svc says ", name)
	}
}

func TestACertificateThatNothingTiesToTheFailureIsNoSuspect(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*incident.Case{
		"another name, and no word of it": expired("other-name", "ledger.shop.svc", "", true),
		"it expired long ago":             expired("ledger-tls", "ledger.shop.svc", "", false),
	} {
		require.Nil(t, candidateOf(judged(t, c), "expired-certificate"), name)
	}
	unlooked := expired("ledger-tls", "ledger.shop.svc", "", true)
	unlooked.Facts.Surroundings = nil
	require.Nil(t, candidateOf(judged(t, unlooked), "expired-certificate"))
	untraced := expired("ledger-tls", "ledger.shop.svc", "", true)
	untraced.Facts.Culprit = nil
	require.Nil(t, candidateOf(judged(t, untraced), "expired-certificate"))
}

func TestACertificateOfNoKnownHostIsItsOwnSuspect(t *testing.T) {
	t.Parallel()
	c := expired("ledger-tls", "", "x509: certificate has expired", true)
	k := candidateOf(judged(t, c), "expired-certificate")
	require.NotNil(t, k)
	require.Equal(t, "ledger-tls", k.Service)
}

func TestAQueueIsBlamedOnlyForWhatGoesThroughIt(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(f *incident.Facts){
		"it is as long as usual":  func(f *incident.Facts) { f.Surroundings.Queues[0].Abnormal = false },
		"nobody knows since when": func(f *incident.Facts) { f.Surroundings.Queues[0].Moved = nil },
		"the requests have no part in it": func(f *incident.Facts) {
			f.Example, f.Callees = nil, &incident.Callees{Services: []string{"bank"}}
		},
		"it grew after the service failed": func(f *incident.Facts) { late := moved(2 * time.Minute); f.Surroundings.Queues[0].Moved = &late },
	} {
		c := sold(behind("web-worker", 21*time.Minute))
		c.Facts.Callees = &incident.Callees{Services: []string{"web-worker"}}
		require.NotNil(t, candidateOf(judged(t, c), "consumer-lag"), name)
		change(&c.Facts)
		require.Nil(t, candidateOf(judged(t, c), "consumer-lag"), name)
	}
}
