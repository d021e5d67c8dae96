package logpattern_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// often repeats a text with a number in it.
func often(n int, text string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s %d", text, 100+i)
	}
	return out
}

func sample(seconds float64, parts ...[]string) logpattern.Sample {
	var all []string
	for _, part := range parts {
		all = append(all, part...)
	}
	return logpattern.Sample{Lines: said(all...), Exposure: seconds}
}

func kinds(changes []logpattern.Change) map[string]incident.PatternChange {
	told := map[string]incident.PatternChange{}
	for _, c := range changes {
		told[c.Template.Text()] = c.Kind
	}
	return told
}

func TestWhatIsNewGoneRisenAndFallenIsToldAndWhatStayedIsNot(t *testing.T) {
	t.Parallel()
	changes := logpattern.Compare(
		sample(300, often(847, "Payment failed"), often(20, "Card declined"), often(10, "upstream timeout"), often(8, "Payment captured")),
		sample(600, often(3, "Payment failed"), often(40, "Card declined"), often(40, "cache warmed"), often(300, "Payment captured"))).Changed
	require.Equal(t, map[string]incident.PatternChange{"Payment failed <*>": incident.PatternRisen, "upstream timeout <*>": incident.PatternNew,
		"cache warmed <*>": incident.PatternGone, "Payment captured <*>": incident.PatternFallen}, kinds(changes))
	require.Equal(t, "Payment failed <*>", changes[0].Template.Text(), "the largest change comes first")
	require.Equal(t, 847, changes[0].Now)
	require.Equal(t, 3, changes[0].Before)
	require.Less(t, changes[0].Chance, 1e-9)
}

func TestLargeButRareAndSureButSmallChangesAreNotTold(t *testing.T) {
	t.Parallel()
	require.Empty(t, logpattern.Compare(sample(300, often(3, "one odd thing")), sample(300)).Changed, "three lines against none")
	require.Empty(t, logpattern.Compare(sample(300, often(3500, "tick")), sample(300, often(2500, "tick"))).Changed, "sure, but not twice as many")
}

func TestWhatIsTwiceAsFrequentByChanceIsNotTold(t *testing.T) {
	t.Parallel()
	fresh := often(900, "payment failed") // what is truly new makes room for chance among what is told
	require.Equal(t, map[string]incident.PatternChange{"payment failed <*>": incident.PatternNew},
		kinds(logpattern.Compare(sample(99, fresh, often(34, "batch written")), sample(600, often(113, "batch written"))).Changed), "twenty were to be expected")
	require.Len(t, logpattern.Compare(sample(300, fresh, often(160, "batch written")), sample(600, often(113, "batch written"))).Changed, 2)
	require.Len(t, logpattern.Compare(sample(300, fresh, often(13, "batch written")), sample(600, often(113, "batch written"))).Changed, 2)
}

func TestLostTrafficIsNotAGonePattern(t *testing.T) {
	t.Parallel()
	now, before := often(30, "order placed"), often(300, "order placed")
	require.NotEmpty(t, logpattern.Compare(sample(300, now), sample(300, before)).Changed, "by time alone it fell")
	require.Empty(t, logpattern.Compare(sample(300*1.5, now), sample(300*15, before)).Changed, "by requests it did not")
}

func TestTheSameLogOnBothSidesShowsNoChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := anyLines().Draw(t, "lines")
		same := logpattern.Sample{Lines: lines, Exposure: rapid.Float64Range(1, 1e5).Draw(t, "exposure")}
		require.Empty(t, logpattern.Compare(same, same).Changed)
	})
}

func TestNothingToCompareIsNoChange(t *testing.T) {
	t.Parallel()
	require.Empty(t, logpattern.Compare(logpattern.Sample{}, logpattern.Sample{}).Changed)
	require.Empty(t, logpattern.Compare(sample(300, often(50, "a line")), logpattern.Sample{}).Changed, "a baseline that covers no time says nothing")
}

func BenchmarkTenThousandLines(b *testing.B) {
	var all []string
	for i := range 10_000 {
		switch i % 4 {
		case 0:
			all = append(all, fmt.Sprintf(`{"timestamp":"2025-01-21T10:43:%02d.950Z","level":"warn","service":"payment-service","trace_id":"%032x","message":"Stripe request failed, retrying","attempt":%d,"error":"connection timeout"}`, i%60, i*7919, i%3))
		case 1:
			all = append(all, fmt.Sprintf(`level=error msg="checkout failed" user=usr_%d status=503 reason="payment-service answered 503"`, i))
		case 2:
			all = append(all, fmt.Sprintf("reserved sku=sku-%d quantity=%d warehouse=w%d in %d ms for customer%c", i, i%7, i%9, i%300, 'a'+rune(i%26)))
		default:
			all = append(all, fmt.Sprintf("10.244.%d.%d - - [21/Jan/2025:10:43:%02d +0000] \"GET /api/products/%d HTTP/1.1\" 200 %d", i%3, i%255, i%60, i, i*3))
		}
	}
	lines := said(all...)
	half := len(lines) / 2
	for b.Loop() {
		logpattern.Compare(logpattern.Sample{Lines: lines[:half], Exposure: 300}, logpattern.Sample{Lines: lines[half:], Exposure: 300})
	}
}
