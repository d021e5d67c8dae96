package stack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// direct keeps no connection: an idle one would count as a leak.
var direct = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 30 * time.Second}

func describe(resource pcommon.Resource, service string) {
	resource.Attributes().PutStr("service.name", service)
	resource.Attributes().PutStr("k8s.namespace.name", "shop")
	resource.Attributes().PutStr("k8s.pod.name", service+"-0")
}

// requestsAt holds a counter of 7 requests and a histogram of one request of 0.3 s with an exemplar, both at one time.
func requestsAt(t *testing.T, service string, trace pcommon.TraceID, at time.Time) []byte {
	t.Helper()
	metrics, stamp := pmetric.NewMetrics(), pcommon.NewTimestampFromTime(at)
	resource := metrics.ResourceMetrics().AppendEmpty()
	describe(resource.Resource(), service)
	scope := resource.ScopeMetrics().AppendEmpty()

	counter := scope.Metrics().AppendEmpty()
	counter.SetName("shop.requests")
	sum := counter.SetEmptySum()
	sum.SetIsMonotonic(true)
	sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	point := sum.DataPoints().AppendEmpty()
	point.SetTimestamp(stamp)
	point.SetIntValue(7)

	durations := scope.Metrics().AppendEmpty()
	durations.SetName("shop.duration")
	durations.SetUnit("s")
	histogram := durations.SetEmptyHistogram()
	histogram.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	bucket := histogram.DataPoints().AppendEmpty()
	bucket.SetTimestamp(stamp)
	bucket.ExplicitBounds().FromRaw([]float64{0.1, 1})
	bucket.BucketCounts().FromRaw([]uint64{0, 1, 0})
	bucket.SetCount(1)
	bucket.SetSum(0.3)
	exemplar := bucket.Exemplars().AppendEmpty()
	exemplar.SetTimestamp(stamp)
	exemplar.SetDoubleValue(0.3)
	exemplar.SetTraceID(trace)

	body, err := pmetricotlp.NewExportRequestFromMetrics(metrics).MarshalProto()
	require.NoError(t, err)
	return body
}

func lineAt(t *testing.T, service, line string, trace pcommon.TraceID, at time.Time) []byte {
	t.Helper()
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	describe(resource.Resource(), service)
	record := resource.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetTimestamp(pcommon.NewTimestampFromTime(at))
	record.SetTraceID(trace)
	record.SetSeverityText("ERROR")
	record.Body().SetStr(line)
	body, err := plogotlp.NewExportRequestFromLogs(logs).MarshalProto()
	require.NoError(t, err)
	return body
}

func spanAt(t *testing.T, service, name string, trace pcommon.TraceID, at time.Time) []byte {
	t.Helper()
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	describe(resource.Resource(), service)
	span := resource.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetTraceID(trace)
	span.SetSpanID(pcommon.SpanID(trace[:8]))
	span.SetName(name)
	span.SetKind(ptrace.SpanKindServer)
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(at))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(at.Add(300 * time.Millisecond)))
	span.Status().SetCode(ptrace.StatusCodeError)
	body, err := ptraceotlp.NewExportRequestFromTraces(traces).MarshalProto()
	require.NoError(t, err)
	return body
}

// serviceNamed makes a name of its own for each run of a test, since the stores of the shared stack forget nothing.
func serviceNamed(prefix string) string { return fmt.Sprintf("%s-%d", prefix, time.Now().UnixNano()) }

// traceOf makes a trace id that is the service's and the age's alone.
func traceOf(service string, age time.Duration) pcommon.TraceID {
	sum := sha256.Sum256([]byte(service + age.String()))
	return pcommon.TraceID(sum[:16])
}

func hexOf(trace pcommon.TraceID) string { return hex.EncodeToString(trace[:]) }

func push(t *testing.T, address string, body []byte) {
	t.Helper()
	response, err := direct.Post(address, "application/x-protobuf", bytes.NewReader(body))
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	said, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Less(t, response.StatusCode, 300, "%s said %s: %s", address, response.Status, said)
}

// ask decodes the server's JSON answer to a query into T.
func ask[T any](base, path string, parameters url.Values) (T, error) {
	var answer T
	response, err := direct.Get(base + path + "?" + parameters.Encode())
	if err != nil {
		return answer, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer, err
	}
	if response.StatusCode != http.StatusOK {
		return answer, fmt.Errorf("%s: %s", response.Status, body)
	}
	return answer, json.Unmarshal(body, &answer)
}
