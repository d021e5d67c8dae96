package cause_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/cause"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// lookingUp is a case whose culprit's service, web, reports its lookups.
func lookingUp(metrics ...string) *incident.Case {
	c := caseWithOnset()
	c.Facts.Culprit = &incident.Culprit{Span: incident.Span{Service: "web"}}
	c.Facts.Conventions.Lookups = convention.Choose(metrics, incident.Naming{}).Lookups
	return c
}

// looked is how long lookups of a name took, before and since twenty minutes ago.
func looked(name string, before, since float64) incident.Series {
	return incident.Series{Labels: map[string]string{"dns_question_name": name},
		Points: append(points(ago(2*time.Hour), ago(20*time.Minute+15*time.Second), before), points(ago(20*time.Minute), end, since)...)}
}

func TestLookupsAreAskedForNameByNameWhateverTheHistogramIs(t *testing.T) {
	t.Parallel()
	require.Equal(t, `sum by (dns_question_name) (rate(dns_lookup_duration_seconds_sum{service_name="web"}[1m])) / `+
		`sum by (dns_question_name) (rate(dns_lookup_duration_seconds_count{service_name="web"}[1m]))`,
		phasetest.Planned(t, cause.Lookups(), lookingUp("dns_lookup_duration_seconds_sum", "dns_lookup_duration_seconds_count"))["mean"].Text)
	require.Equal(t, `sum by (dns_question_name) (histogram_sum(rate(dns_lookup_duration_seconds{service_name="web"}[1m]))) / `+
		`sum by (dns_question_name) (histogram_count(rate(dns_lookup_duration_seconds{service_name="web"}[1m])))`,
		phasetest.Planned(t, cause.Lookups(), lookingUp("dns_lookup_duration_seconds"))["mean"].Text)
	_, err := cause.Lookups().Plan(lookingUp())
	phasetest.RequireSkip(t, err, "No metric of DNS lookups is known")
}

func TestTheNameThatBecameSlowestIsToldWithItsNormalTime(t *testing.T) {
	t.Parallel()
	c := lookingUp("dns_lookup_duration_seconds_sum", "dns_lookup_duration_seconds_count")
	reading := phasetest.Learned(t, cause.Lookups(), c, source.Answers{"mean": {Series: []incident.Series{looked("quick", 0.005, 0.006), looked("api.bank", 0.005, 2.1), looked("slow as ever", 0.9, 0.9)}}})
	require.Equal(t, incident.Found, reading.Outcome)
	require.Contains(t, reading.Findings[0].Sentence, "DNS lookups of api.bank by web take 2.1 s, normally 5 ms, since 11:3")
	require.True(t, c.Facts.Lookups.Abnormal)
	require.Equal(t, `sum(rate(dns_lookup_duration_seconds_sum{dns_question_name="api.bank",service_name="web"}[5m])) / `+
		`sum(rate(dns_lookup_duration_seconds_count{dns_question_name="api.bank",service_name="web"}[5m]))`, c.Facts.Lookups.Query)
}

func TestLookupsAsQuickAsEverAreClearAndNoneAreNotChecked(t *testing.T) {
	t.Parallel()
	c := lookingUp("dns_lookup_duration_seconds_sum", "dns_lookup_duration_seconds_count")
	reading := phasetest.Learned(t, cause.Lookups(), c, source.Answers{"mean": {Series: []incident.Series{looked("a", 0.005, 0.006), looked("b", 0.9, 0.9)}}})
	require.Equal(t, incident.Clear, reading.Outcome)
	require.Contains(t, reading.Findings[0].Sentence, "web's DNS lookups are as quick as ever: the slowest of 2 names, ")
	_, err := cause.Lookups().Read(c, source.Answers{"mean": {}})
	phasetest.RequireSkip(t, err, "web reports no DNS lookups.")
	phasetest.RequireUnable(t, cause.Lookups(), c, "mean")
}
