package httpapi

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// searchAnswer is laid out as Tempo 2.8 answers a search with selected attributes: each set of spans twice.
const searchAnswer = `{"traces":[{"traceID":"00159922f43c87305","rootServiceName":"order-service","rootTraceName":"POST /api/checkout",
"startTimeUnixNano":"1795417139421395000","durationMs":224,
"spanSet":{"spans":[{"spanID":"38cd","durationNanos":"8813000","attributes":[]}],"matched":2},
"spanSets":[{"spans":[{"spanID":"38cd","name":"charge","startTimeUnixNano":"1795417139421395000","durationNanos":"8813000","attributes":[
 {"key":"status","value":{"stringValue":"error"}},{"key":"service.name","value":{"stringValue":"payment-service"}},
 {"key":"http.response.status_code","value":{"intValue":"503"}},{"key":"retry","value":{"intValue":3}},{"key":"cached","value":{"boolValue":false}},
 {"key":"share","value":{"doubleValue":0.25}},{"key":"tags","value":{"arrayValue":{"values":[]}}}]},{"spanID":"38cd","attributes":[]}],"matched":2},
 {"spans":[{"spanID":"522a","durationNanos":"1000000"}],"matched":1}]}],"metrics":{"completedJobs":3,"totalJobs":3}}`

func TestASearchBringsTheSelectedAttributesOfEachSpanOnce(t *testing.T) {
	t.Parallel()
	found, err := decodeSearch([]byte(searchAnswer), true)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "159922f43c87305", found[0].ID)
	require.Equal(t, 224*time.Millisecond, found[0].Duration)
	require.Equal(t, []incident.Span{
		{ID: "38cd", Start: time.Date(2026, time.November, 23, 6, 58, 59, 421395000, time.UTC), Name: "charge", Service: "payment-service", Failed: true, Duration: 8813 * time.Microsecond, Attributes: map[string]string{
			"status": "error", "service.name": "payment-service", "http.response.status_code": "503", "retry": "3", "cached": "false", "share": "0.25", "tags": ""}},
		{ID: "522a", Duration: time.Millisecond, Attributes: map[string]string{}},
	}, found[0].Spans)
}

func TestSpansThatWereNotAskedForAreLeftOut(t *testing.T) {
	t.Parallel()
	found, err := decodeSearch([]byte(searchAnswer), false)
	require.NoError(t, err)
	require.Empty(t, found[0].Spans)
	_, err = decodeSearch([]byte(`{"error":"no"}`), true)
	require.Error(t, err)
}
