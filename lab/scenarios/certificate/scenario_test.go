package certificate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/scenarios/certificate"
	"github.com/faultline-investigation/faultline/lab/scenarios/tape"
)

func invoices(r *tape.Tape, from, to time.Duration) float64 {
	return r.ErrorRatio("invoice-api", "POST", "/invoices", from, to)
}

func TestInvoicesFailFromTheVerySecondTheCertificateExpires(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, certificate.Scenario(), 0)
	expires, told := r.Last("certmanager_certificate_expiration_timestamp_seconds", -30*time.Minute, "name", "tax-gateway-tls")
	require.True(t, told)
	at := time.Unix(int64(expires), 0)
	require.Equal(t, tape.Alert.Add(-16*time.Minute).Unix(), at.Unix())
	for _, s := range r.Of("POST", "invoice-api", -2*time.Hour, 0, "error.type", "*tls.CertificateVerificationError") {
		require.True(t, s.EndTimestamp().AsTime().After(at))
	}
	require.InDelta(t, 0.65, invoices(r, -5*time.Minute, 0), 0.05)
	require.Less(t, invoices(r, -80*time.Minute, -16*time.Minute), 0.005)
}

func TestTheOneCalledSeesNoRequestFail(t *testing.T) {
	t.Parallel()
	r := tape.Of(t, certificate.Scenario(), 0)
	require.Less(t, r.ErrorRatio("tax-gateway", "POST", "/tax/quotes", -5*time.Minute, 0), 0.01)
	require.Greater(t, r.Lines("tax-gateway", "expired certificate", -5*time.Minute, 0), 100)
}

func TestRenewingTheCertificateHeals(t *testing.T) {
	t.Parallel()
	tape.Cured(t, certificate.Scenario(), 0.5, 0.005, invoices)
}
