package stack

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ages are pushed in this order, so that the past has to be taken after the present, as when a recording is loaded.
var ages = []time.Duration{0, 2 * time.Hour, 7*24*time.Hour - 10*time.Minute}

// within gives a range of ten minutes around a time, as parameters in seconds or nanoseconds since 1970.
func within(at time.Time, unit time.Duration) url.Values {
	stamp := func(t time.Time) string { return fmt.Sprint(t.UnixNano() / int64(unit)) }
	return url.Values{"start": {stamp(at.Add(-5 * time.Minute))}, "end": {stamp(at.Add(5 * time.Minute))}}
}

type vector struct {
	Data struct {
		Result []struct {
			Metric map[string]string `json:"metric"`
			Value  [2]any            `json:"value"`
		} `json:"result"`
	} `json:"data"`
}

func TestPrometheusFindsSamplesOfAnyAgeAtOnceUnderClassicNames(t *testing.T) {
	t.Parallel()
	server, service := sharedStack(t).Prometheus, serviceNamed("any-age")
	now := time.Now()
	for _, age := range ages {
		at := now.Add(-age)
		push(t, server.OTLP, requestsAt(t, service, traceOf(service, age), at))
		for metric, value := range map[string]string{
			`shop_requests_total{job="` + service + `"}`:                     "7",
			`shop_duration_seconds_sum{job="` + service + `"}`:               "0.3",
			`shop_duration_seconds_bucket{job="` + service + `", le="+Inf"}`: "1",
		} {
			answer, err := ask[vector](server.URL, "/api/v1/query", url.Values{
				"query": {metric}, "time": {fmt.Sprintf("%.3f", float64(at.Add(time.Second).UnixMilli())/1000)},
			})
			require.NoError(t, err)
			require.Len(t, answer.Data.Result, 1, "%s of %s ago", metric, age)
			found := answer.Data.Result[0]
			assert.Equal(t, value, found.Value[1])
			assert.Equal(t, service, found.Metric["service_name"])
			assert.Equal(t, service+"-0", found.Metric["k8s_pod_name"])
			assert.Equal(t, "shop", found.Metric["k8s_namespace_name"])
		}
	}
}

func TestPrometheusKeepsExemplarsWithTheirTrace(t *testing.T) {
	t.Parallel()
	server, service := sharedStack(t).Prometheus, serviceNamed("exemplars")
	at := time.Now().Add(-2 * time.Hour)
	trace := traceOf(service, 0)
	push(t, server.OTLP, requestsAt(t, service, trace, at))

	parameters := within(at, time.Second)
	parameters.Set("query", `shop_duration_seconds_bucket{job="`+service+`"}`)
	answer, err := ask[struct {
		Data []struct {
			Exemplars []struct {
				Labels map[string]string `json:"labels"`
			} `json:"exemplars"`
		} `json:"data"`
	}](server.URL, "/api/v1/query_exemplars", parameters)
	require.NoError(t, err)
	require.Len(t, answer.Data, 1)
	require.Len(t, answer.Data[0].Exemplars, 1)
	assert.Equal(t, hexOf(trace), answer.Data[0].Exemplars[0].Labels["trace_id"])
}

func TestLokiFindsLinesOfAnyAgeAtOnce(t *testing.T) {
	t.Parallel()
	server, service := sharedStack(t).Loki, serviceNamed("any-age")
	now := time.Now()
	for _, age := range ages {
		at, trace := now.Add(-age), traceOf(service, age)
		line := "payment timed out " + age.String() + " ago"
		push(t, server.OTLP, lineAt(t, service, line, trace, at))

		parameters := within(at, time.Nanosecond)
		parameters.Set("query", `{service_name="`+service+`", k8s_namespace_name="shop"} | trace_id="`+hexOf(trace)+`"`)
		answer, err := ask[struct {
			Data struct {
				Result []struct {
					Stream map[string]string `json:"stream"`
					Values [][]string        `json:"values"`
				} `json:"result"`
			} `json:"data"`
		}](server.URL, "/loki/api/v1/query_range", parameters)
		require.NoError(t, err)
		require.Len(t, answer.Data.Result, 1, "the line of %s ago", age)
		found := answer.Data.Result[0]
		require.Len(t, found.Values, 1)
		assert.Equal(t, line, found.Values[0][1])
		assert.Equal(t, service+"-0", found.Stream["k8s_pod_name"])
		assert.Equal(t, "error", found.Stream["detected_level"])
	}
}

type searchResult struct {
	Traces []struct {
		TraceID         string `json:"traceID"`
		RootServiceName string `json:"rootServiceName"`
	} `json:"traces"`
}

func TestTempoFindsSpansOfAnyAgeByIDAndBySearch(t *testing.T) {
	t.Parallel()
	server, service := sharedStack(t).Tempo, serviceNamed("any-age")
	now := time.Now()
	for _, age := range ages {
		at, trace := now.Add(-age), traceOf(service, age)
		push(t, server.OTLP, spanAt(t, service, "POST /api/checkout", trace, at))

		parameters := within(at, time.Second)
		parameters.Set("q", `{ resource.service.name = "`+service+`" && status = error }`)
		require.EventuallyWithT(t, func(t *assert.CollectT) {
			answer, err := ask[searchResult](server.URL, "/api/search", parameters)
			require.NoError(t, err)
			require.Len(t, answer.Traces, 1, "the trace of %s ago", age)
			assert.Equal(t, strings.TrimLeft(hexOf(trace), "0"), answer.Traces[0].TraceID)
			assert.Equal(t, service, answer.Traces[0].RootServiceName)
		}, time.Minute, 100*time.Millisecond)

		found, err := ask[struct {
			Batches []any `json:"batches"`
		}](server.URL, "/api/traces/"+hexOf(trace), nil)
		require.NoError(t, err)
		assert.Len(t, found.Batches, 1)
	}
}

func TestTempoCountsSpansOfThePastWithTraceQLMetrics(t *testing.T) {
	t.Parallel()
	server, service := sharedStack(t).Tempo, serviceNamed("counted")
	at := time.Now().Add(-2 * time.Hour)
	push(t, server.OTLP, spanAt(t, service, "GET /api/cart", traceOf(service, 0), at))

	parameters := within(at, time.Second)
	parameters.Set("q", `{ resource.service.name = "`+service+`" } | count_over_time()`)
	parameters.Set("step", "60s")
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		answer, err := ask[struct {
			Series []struct {
				Samples []struct {
					Value float64 `json:"value"`
				} `json:"samples"`
			} `json:"series"`
		}](server.URL, "/api/metrics/query_range", parameters)
		require.NoError(t, err)
		require.Len(t, answer.Series, 1)
		count := 0.0
		for _, sample := range answer.Series[0].Samples {
			count += sample.Value
		}
		assert.InDelta(t, 1, count, 0)
	}, time.Minute, 100*time.Millisecond)
}

func TestAStackOfMetricsAloneIsPrometheusAndNoOtherServer(t *testing.T) {
	t.Parallel()
	sharedStack(t) // builds what is missing
	s, err := Start(t.Context(), Options{MetricsOnly: true})
	require.NoError(t, err)
	left := footprintOf(s)
	assert.Equal(t, []*Server{s.Prometheus}, s.Servers())
	assert.Len(t, left.remains(), 4, "while it runs: the server, the watchdog, a listener and a folder")
	require.NoError(t, s.Stop(context.Background()))
	assert.Empty(t, left.remains())
}
