package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// asked puts a question to a server that gives a recorded answer, and gives the request too.
func asked(t *testing.T, q source.Question, file string) (source.Answer, *http.Request) {
	t.Helper()
	requests := make(chan *http.Request, 1)
	body := recorded(t, file)
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		requests <- r
		_, _ = w.Write(body)
	})
	answer := querierAt(t, s.URL).Ask(t.Context(), q)
	require.Nil(t, answer.Problem)
	assert.Equal(t, q, answer.Question)
	assert.EqualValues(t, len(body), answer.Bytes)
	assert.Positive(t, answer.Elapsed)
	return answer, <-requests
}

func TestEveryKindAsksItsEndpointAboutItsWindow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		question source.Question
		file     string
		path     string
		form     url.Values
		asked    string
		rows     int
	}{
		{instant, "prometheus-instant.json", "/api/v1/query",
			url.Values{"query": {instant.Text}, "time": {"1795417680"}, "stats": {"true"}}, "metrics-1", 2},
		{ranged, "prometheus-range.json", "/api/v1/query_range",
			url.Values{"query": {ranged.Text}, "start": {"1795417080"}, "end": {"1795417680"}, "step": {"30"}, "stats": {"true"}}, "metrics-1", 6},
		{metricNames, "prometheus-metric-names.json", "/api/v1/label/__name__/values",
			url.Values{"match[]": {metricNames.Text}, "start": {"1795417080"}, "end": {"1795417680"}}, "metrics-1", 3},
		{metricLabels, "prometheus-metric-names.json", "/api/v1/labels",
			url.Values{"match[]": {metricLabels.Text}, "start": {"1795417080"}, "end": {"1795417680"}}, "metrics-1", 3},
		{exemplars, "prometheus-exemplars.json", "/api/v1/query_exemplars",
			url.Values{"query": {exemplars.Text}, "start": {"1795417080"}, "end": {"1795417680"}}, "metrics-1", 2},
		{logLabels, "loki-labels.json", "/loki/api/v1/labels",
			url.Values{"start": {"1795417080000000000"}, "end": {"1795417680000000000"}}, "logs-1", 8},
		{logLines, "loki-lines.json", "/loki/api/v1/query_range", url.Values{"query": {logLines.Text}, "limit": {"3"},
			"direction": {"forward"}, "start": {"1795417080000000000"}, "end": {"1795417680000000000"}}, "logs-1", 3},
		{logCount, "loki-count.json", "/loki/api/v1/query",
			url.Values{"query": {logCount.Text}, "time": {"1795417680000000000"}}, "logs-1", 2},
		{traceSearch, "tempo-search.json", "/api/search",
			url.Values{"q": {traceSearch.Text}, "start": {"1795417080"}, "end": {"1795417680"}, "limit": {"3"}, "spss": {"1"}}, "traces-1", 3},
		{traceNames, "tempo-names.json", "/api/v2/search/tag/resource.service.name/values",
			url.Values{"start": {"1795417080"}, "end": {"1795417681"}}, "traces-1", 2},
		{alertRules, "prometheus-rules.json", "/api/v1/rules", url.Values{"type": {"alert"}}, "metrics-1", 1},
		{traceByID, "tempo-trace.pb", "/api/traces/01663855e13f045d", url.Values{}, "traces-1", 4},
	} {
		t.Run(string(c.question.Kind), func(t *testing.T) {
			t.Parallel()
			answer, request := asked(t, c.question, c.file)
			assert.Equal(t, c.path, request.URL.Path)
			assert.Equal(t, c.form, request.Form)
			assert.Equal(t, c.asked, answer.DataSource)
			assert.Equal(t, c.rows, answer.Rows())
			assert.Equal(t, c.rows, answer.Query().Rows)
		})
	}
}

func TestMetricsComeAsOrderedSeriesInUTC(t *testing.T) {
	t.Parallel()
	answer, _ := asked(t, ranged, "prometheus-range.json")
	assert.Equal(t, []incident.Series{
		{Labels: map[string]string{"service_name": "order-service"}, Points: []incident.Point{
			{Time: alert.Add(-time.Minute), Value: 27.199999999999996}, {Time: alert.Add(-30 * time.Second), Value: 27.13333333333333},
			{Time: alert, Value: 27.177777777777774}}},
		{Labels: map[string]string{"service_name": "payment-service"}, Points: []incident.Point{
			{Time: alert.Add(-time.Minute), Value: 47.822222222222216}, {Time: alert.Add(-30 * time.Second), Value: 47.73333333333333},
			{Time: alert, Value: 47.77777777777777}}},
	}, answer.Series)
}

func TestExemplarsComeInOrderByTheTracesThatTheyNameHoweverTheseAreSpelled(t *testing.T) {
	t.Parallel()
	answer, _ := asked(t, exemplars, "prometheus-exemplars.json")
	assert.Equal(t, []incident.Exemplar{
		{Trace: "c33f610f07e4614d", Time: time.UnixMilli(1795417380250).UTC(), Value: 0.7},
		{Trace: "8f2e4a1b7c9d3e5f", Time: time.UnixMilli(1795417391920).UTC(), Value: 2.847},
	}, answer.Exemplars, "the third names no trace")
}

func TestAScalarIsASeriesWithoutLabels(t *testing.T) {
	t.Parallel()
	answer, _ := asked(t, instant, "prometheus-instant-scalar.json")
	assert.Equal(t, []incident.Series{{Points: []incident.Point{{Time: alert, Value: 42}}}}, answer.Series)
}

func TestWhatIsNoNumberIsLeftOut(t *testing.T) {
	t.Parallel()
	answer, _ := asked(t, instant, "prometheus-instant-not-numbers.json")
	assert.Equal(t, []incident.Series{{Labels: map[string]string{"case": "seven"},
		Points: []incident.Point{{Time: alert, Value: 7}}}}, answer.Series)
}

func TestExemplarsAndHistogramsThatAreNoNumbersAreLeftOutToo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		question source.Question
		body     string
		rows     int
	}{
		"an exemplar": {exemplars, `{"status":"success","data":[{"seriesLabels":{},"exemplars":[{"labels":{"trace_id":"a1"},"value":"NaN","timestamp":1795417680},
			{"labels":{"trace_id":"b2"},"value":"7","timestamp":1795417680}]}]}`, 1},
		"a histogram": {instant, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1795417680,
			{"count":"NaN","sum":"NaN","buckets":[[0,"0.5","1","NaN"]]}]}]}}`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := querierAt(t, server(t, saying(200, c.body)).URL).Ask(t.Context(), c.question)
			require.Nil(t, answer.Problem)
			assert.Equal(t, c.rows, answer.Rows())
			_, err := json.Marshal(answer)
			require.NoError(t, err, "JSON has no such numbers, and a case with one could not be sent")
		})
	}
}

func TestNothingFoundIsAnAnswerWithoutRows(t *testing.T) {
	t.Parallel()
	for file, q := range map[string]source.Question{
		"prometheus-empty.json": instant, "loki-empty.json": logLines, "tempo-search-empty.json": traceSearch,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			answer, _ := asked(t, q, file)
			assert.Zero(t, answer.Rows())
			assert.False(t, answer.Truncated)
		})
	}
}

func TestLinesComeInOrderWithTheirLevelAndLabels(t *testing.T) {
	t.Parallel()
	answer, _ := asked(t, logLines, "loki-lines.json")
	require.Len(t, answer.Lines, 3)
	for i, l := range answer.Lines {
		assert.Equal(t, "error", l.Level)
		assert.Contains(t, l.Text, `"level":"error"`)
		assert.Equal(t, "shop", l.Labels["k8s_namespace_name"])
		assert.True(t, last.Contains(l.Time))
		assert.True(t, i == 0 || !l.Time.Before(answer.Lines[i-1].Time), "line %d is older than the one before it", i)
	}
	assert.Equal(t, time.Unix(0, 1795417620018290422).UTC(), answer.Lines[0].Time)
}

func TestTracesComeNewestFirst(t *testing.T) {
	t.Parallel()
	answer, _ := asked(t, traceSearch, "tempo-search.json")
	require.Len(t, answer.Traces, 3)
	assert.Equal(t, incident.TraceSummary{ID: "1663855e13f045d", Service: "order-service", Name: "POST /api/checkout",
		Start: time.Unix(0, 1795417471517435547).UTC(), Duration: 657 * time.Millisecond}, answer.Traces[0])
	assert.True(t, answer.Traces[0].Start.After(answer.Traces[1].Start))
	assert.True(t, answer.Traces[1].Start.After(answer.Traces[2].Start))
}

func TestATraceComesWithItsSpans(t *testing.T) {
	t.Parallel()
	answer, _ := asked(t, traceByID, "tempo-trace.pb")
	trace := answer.Trace
	require.NotNil(t, trace)
	assert.Equal(t, "1663855e13f045d", trace.ID)
	assert.Equal(t, time.Unix(0, 1795417471517435547).UTC(), trace.Start)
	root := trace.Spans[0]
	assert.Empty(t, root.Parent)
	assert.Equal(t, "order-service", root.Service)
	assert.Equal(t, "POST /api/checkout", root.Name)
	assert.Equal(t, incident.KindServer, root.Kind)
	assert.True(t, root.Failed)
	assert.Equal(t, "shop", root.Resource["service.namespace"])
}

func TestTracesOutsideTheWindowAreDropped(t *testing.T) {
	t.Parallel()
	oldest, newest := time.Unix(0, 1795417371875275412).UTC(), time.Unix(0, 1795417471517435547).UTC()
	for name, c := range map[string]struct {
		window incident.Window
		found  int
	}{
		"a trace at its start is in":      {incident.Window{From: oldest, To: newest.Add(1)}, 3},
		"a trace at its end is out":       {incident.Window{From: oldest, To: newest}, 2},
		"a trace just before it is out":   {incident.Window{From: oldest.Add(1), To: newest.Add(1)}, 2},
		"whole seconds around it are out": {incident.Window{From: newest.Add(1), To: newest.Add(2)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := traceSearch
			q.Window = c.window
			answer, _ := asked(t, q, "tempo-search.json")
			assert.Len(t, answer.Traces, c.found)
			assert.True(t, answer.Truncated, "the store stopped at the limit, whatever was dropped")
		})
	}
}

func TestAnAnswerAtItsLimitMayHaveMore(t *testing.T) {
	t.Parallel()
	q := logLines
	for limit, truncated := range map[int]bool{3: true, 4: false} {
		q.Limit = limit
		answer, _ := asked(t, q, "loki-lines.json")
		assert.Equal(t, truncated, answer.Truncated, "limit %d", limit)
		assert.Equal(t, truncated, answer.Query().Truncated)
	}
	search, _ := asked(t, traceSearch, "tempo-search.json")
	assert.True(t, search.Truncated)
	assert.Empty(t, search.Warnings, "it need not look further than its limit")
}

func TestASearchThatDidNotReadEverythingIsNotWhole(t *testing.T) {
	t.Parallel()
	search := func(metrics string) source.Answer {
		return querierAt(t, server(t, saying(200, `{"traces":[],"metrics":`+metrics+`}`)).URL).Ask(t.Context(), traceSearch)
	}
	partial := search(`{"completedJobs":17,"totalJobs":20}`)
	require.Nil(t, partial.Problem)
	assert.True(t, partial.Truncated, "a count of it is a lower bound")
	assert.Equal(t, []string{"the search ended with 3 of its 20 parts unread"}, partial.Warnings)
	assert.Equal(t, partial.Warnings, partial.Query().Warnings)
	assert.Empty(t, search(`{"completedJobs":20,"totalJobs":20}`).Warnings)
	assert.Empty(t, search(`{}`).Warnings, "an older version does not tell")
}

func TestWhatAStoreWarnsOfComesWithItsAnswer(t *testing.T) {
	t.Parallel()
	vector := `{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["a shard is missing"]}`
	names := `{"status":"success","data":["a"],"warnings":["a shard is missing"]}`
	for name, c := range map[string]struct {
		question source.Question
		body     string
	}{
		"instant":       {instant, vector},
		"range":         {ranged, `{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["a shard is missing"]}`},
		"metric names":  {metricNames, names},
		"metric labels": {metricLabels, names},
		"log labels":    {logLabels, names},
		"log count":     {logCount, vector},
		"lines":         {logLines, `{"status":"success","data":{"resultType":"streams","result":[]},"warnings":["a shard is missing"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := querierAt(t, server(t, saying(200, c.body)).URL).Ask(t.Context(), c.question)
			require.Nil(t, answer.Problem)
			assert.Equal(t, []string{"a shard is missing"}, answer.Warnings)
		})
	}
}

func TestANativeHistogramIsReadAsTheClassicOneItWouldHaveBeen(t *testing.T) {
	t.Parallel()
	histogram := `{"count":"10","sum":"12","buckets":[[3,"-0.001","0.001","1"],[0,"0.5","1","3"],[0,"2","4","6"]]}`
	want := map[string]float64{"-0.001": 0, "0.001": 1, "0.5": 1, "1": 4, "2": 4, "4": 10, "+Inf": 10}
	for name, c := range map[string]struct {
		question source.Question
		body     string
	}{
		"vector": {instant, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"server":"a"},"histogram":[1795417680,` + histogram + `]}]}}`},
		"matrix": {ranged, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"server":"a"},"histograms":[[1795417680,` + histogram + `]]}]}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := querierAt(t, server(t, saying(200, c.body)).URL).Ask(t.Context(), c.question)
			require.Nil(t, answer.Problem)
			found := map[string]float64{}
			for _, s := range answer.Series {
				assert.Equal(t, "a", s.Labels["server"])
				require.Len(t, s.Points, 1)
				found[s.Labels["le"]] = s.Points[0].Value
			}
			assert.Equal(t, want, found)
		})
	}
}
