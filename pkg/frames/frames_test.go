package frames

import (
	"context"
	"encoding/json"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/dataplane/sdata/numeric"
	"github.com/grafana/dataplane/sdata/timeseries"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/links"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/shipped"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// replay is an environment whose stores answer what real ones answered to the walkthrough. A signal that is down gives
// no answer.
type replay struct {
	recording *shipped.Recording
	knowledge incident.Knowledge
	down      source.Signal
	asked     atomic.Int32
}

func (*replay) Name() string                                             { return "Production" }
func (*replay) Naming() incident.Naming                                  { return incident.Naming{} }
func (r *replay) Knowledge() incident.Knowledge                          { return r.knowledge }
func (*replay) Limits() investigate.Limits                               { return investigate.DefaultLimits() }
func (r *replay) Querier(context.Context, int64) (source.Querier, error) { return r, nil }

func (r *replay) Ask(ctx context.Context, q source.Question) source.Answer {
	r.asked.Add(1)
	if q.Kind.Signal() == r.down {
		return source.Answer{Question: q, Problem: &source.Problem{Kind: source.Unreachable, Signal: r.down, Sentence: "The store is down.", Advice: "Start it."}}
	}
	return r.recording.Ask(ctx, q)
}

// walkthrough is the handler of an environment in which the walkthrough happened, and what to ask it.
func walkthrough(t *testing.T, down source.Signal) (*Handler, investigate.Request, *replay) {
	t.Helper()
	recording, err := shipped.Open("walkthrough")
	require.NoError(t, err)
	request := investigate.Request{Subject: recording.Subject, Window: recording.Window, Knowledge: recording.Knowledge}
	stores := &replay{recording: recording, knowledge: request.Knowledge, down: down}
	all := runs.New(stores)
	t.Cleanup(all.Close)
	return &Handler{Runs: all, UID: "prod"}, request, stores
}

// asked is a panel's query about a request.
func asked(t *testing.T, refID, queryType, number string, r investigate.Request) backend.DataQuery {
	t.Helper()
	body, err := json.Marshal(query{Service: r.Subject.Service, Operation: r.Subject.Operation, Number: number})
	require.NoError(t, err)
	return backend.DataQuery{RefID: refID, QueryType: queryType, JSON: body, TimeRange: backend.TimeRange{From: r.Window.From, To: r.Window.To}}
}

func answers(t *testing.T, h *Handler, queries ...backend.DataQuery) backend.Responses {
	t.Helper()
	response, err := h.QueryData(t.Context(), &backend.QueryDataRequest{Queries: queries})
	require.NoError(t, err)
	require.Len(t, response.Responses, len(queries))
	return response.Responses
}

func answer(t *testing.T, h *Handler, queryType, number string, r investigate.Request) backend.DataResponse {
	t.Helper()
	return answers(t, h, asked(t, "A", queryType, number, r))["A"]
}

// column is a frame's field by its name.
func column(t *testing.T, f *data.Frame, name string) *data.Field {
	t.Helper()
	field, at := f.FieldByName(name)
	require.GreaterOrEqual(t, at, 0, "the frame has no field %s", name)
	return field
}

func TestEveryQueryTypeAnswersInTheShapeThatItSays(t *testing.T) {
	t.Parallel()
	h, request, _ := walkthrough(t, "")
	for name := range queryTypes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := answer(t, h, name, "", request)
			require.NoError(t, response.Error)
			require.NotEmpty(t, response.Frames)
			assert.Empty(t, response.Frames[0].Meta.Notices)
			for _, f := range response.Frames {
				require.NotNil(t, f.Meta)
				assert.Equal(t, "A", f.RefID)
				assert.Positive(t, f.Rows(), "%s of the walkthrough is empty", f.Name)
				_, err := json.Marshal(f)
				require.NoError(t, err)
			}
			upholdsItsType(t, response.Frames)
		})
	}
}

// upholdsItsType reads frames with the contract's own library, as Grafana's alerting does.
func upholdsItsType(t *testing.T, frames data.Frames) {
	t.Helper()
	switch kind := frames[0].Meta.Type; kind {
	case data.FrameTypeNumericWide, data.FrameTypeNumericLong:
		reader, err := numeric.CollectionReaderFromFrames(frames)
		require.NoError(t, err)
		collection, err := reader.GetCollection(false)
		require.NoError(t, err)
		assert.NotEmpty(t, collection.Refs)
		assert.Empty(t, collection.RemainderIndices)
	case data.FrameTypeTimeSeriesMulti:
		reader, err := timeseries.CollectionReaderFromFrames(frames)
		require.NoError(t, err)
		collection, err := reader.GetCollection(false)
		require.NoError(t, err)
		assert.Len(t, collection.Refs, len(frames))
		assert.Empty(t, collection.RemainderIndices)
	default:
		assert.True(t, kind == data.FrameTypeTable || frames[0].Meta.PreferredVisualization == data.VisTypeNodeGraph, "type %q", kind)
	}
}

func TestEveryNumberIsOneValueAnAlertRuleTakes(t *testing.T) {
	t.Parallel()
	h, request, _ := walkthrough(t, "")
	for name, kind := range queryTypes() {
		for number := range kind.numbers {
			t.Run(name+" "+number, func(t *testing.T) {
				t.Parallel()
				response := answer(t, h, name, number, request)
				require.NoError(t, response.Error)
				reader, err := numeric.CollectionReaderFromFrames(response.Frames)
				require.NoError(t, err)
				collection, err := reader.GetCollection(false)
				require.NoError(t, err)
				require.Len(t, collection.Refs, 1)
				value, empty, err := collection.Refs[0].NullableFloat64Value()
				require.NoError(t, err)
				assert.False(t, empty)
				assert.NotNil(t, value)
				assert.Equal(t, data.Labels{"service": "order-service", "operation": "POST /api/checkout"}, collection.Refs[0].GetLabels())
			})
		}
	}
}

func TestEveryStepThatAnAnswerRestsOnIsThere(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, s := range investigate.All() {
		keys = append(keys, s.Key())
	}
	for name, kind := range queryTypes() {
		for _, key := range kind.rests {
			assert.Contains(t, keys, key, name)
		}
		for _, n := range kind.numbers {
			assert.Subset(t, kind.rests, n.rests, name)
		}
	}
}

func TestADashboardsPanelsShareOneInvestigation(t *testing.T) {
	t.Parallel()
	h, request, stores := walkthrough(t, "")
	var queries []backend.DataQuery
	for name := range queryTypes() {
		queries = append(queries, asked(t, name, name, "", request))
	}
	for name, response := range answers(t, h, queries...) {
		require.NoError(t, response.Error, name)
	}
	once := stores.asked.Load()
	const ofStatusPages = 1 // which are no question to a store
	assert.LessOrEqual(t, int(once)-ofStatusPages, investigate.DefaultLimits().Questions)
	// A dashboard that is refreshed within the same half minute shows the same investigation.
	if begun := request.Window.To.Truncate(30 * time.Second); request.Window.To.Sub(begun) < 15*time.Second {
		request.Window.To = request.Window.To.Add(5 * time.Second)
	} else {
		request.Window.To = request.Window.To.Add(-5 * time.Second)
	}
	require.NoError(t, answer(t, h, "verdict", "", request).Error)
	assert.Equal(t, once, stores.asked.Load())
}

func TestWhatNobodyCouldLookAtIsANoticeAndNeverANumber(t *testing.T) {
	t.Parallel()
	h, request, _ := walkthrough(t, source.Metrics)
	for _, name := range []string{"impact", "impact-series", "onset", "dependencies", "recovery"} {
		response := answer(t, h, name, "", request)
		require.NoError(t, response.Error, name)
		require.NotEmpty(t, response.Frames[0].Meta.Notices, name)
		assert.Contains(t, response.Frames[0].Meta.Notices[0].Text, " was not checked.")
	}
	for name, numbers := range map[string][]string{"impact": {"error_rate", "p99_normal"}, "onset": {"age"}, "dependencies": {"failing"},
		"recovery": {"open"}} {
		for _, number := range numbers {
			response := answer(t, h, name, number, request)
			require.ErrorContains(t, response.Error, " was not checked.", "%s %s", name, number)
			assert.Equal(t, backend.StatusBadGateway, response.Status)
			assert.Empty(t, response.Frames)
		}
	}
}

func TestTheNumbersAreThoseOfTheCase(t *testing.T) {
	t.Parallel()
	h, request, _ := walkthrough(t, "")
	run, err := h.Runs.Start(t.Context(), 0, request)
	require.NoError(t, err)
	c, err := run.Wait(t.Context())
	require.NoError(t, err)

	impact := answer(t, h, "impact", "", request).Frames[0]
	assert.InDelta(t, c.Facts.Errors.Now, *column(t, impact, "error_rate").At(0).(*float64), 0)
	assert.InDelta(t, c.Facts.Latency.Normal, *column(t, impact, "p99_normal").At(0).(*float64), 0)

	onset := answer(t, h, "onset", "", request).Frames[0]
	assert.Equal(t, c.Facts.Onset.Earliest, column(t, onset, "time").At(0))
	assert.Equal(t, c.Facts.Onset.Latest, column(t, onset, "timeEnd").At(0))

	verdict := answer(t, h, "verdict", "", request).Frames[0]
	assert.Equal(t, c.Verdict.Sentence, column(t, verdict, "sentence").At(0))
	opened, ok := links.Parse(column(t, verdict, "sentence").Config.Links[0].URL)
	require.True(t, ok)
	assert.Equal(t, "prod", opened.DataSource)
	assert.Equal(t, "order-service", opened.Service)

	callees := answer(t, h, "dependencies", "", request).Frames[0]
	assert.Equal(t, len(c.Facts.Dependencies.Rows), callees.Rows())
	changes := answer(t, h, "changes", "", request).Frames[0]
	assert.Equal(t, len(c.Facts.Changes.List), changes.Rows())

	recovery := answer(t, h, "recovery", "", request).Frames[0]
	open := answer(t, h, "recovery", "open", request).Frames[0]
	require.Equal(t, len(c.Facts.Recovery.Criteria), recovery.Rows())
	assert.InDelta(t, float64(recovery.Rows()-1), *open.Fields[0].At(0).(*float64), 0, "in the walkthrough all but the traffic has to come back")
	for i, k := range c.Facts.Recovery.Criteria {
		traffic := k.ID == incident.CriterionTraffic
		assert.Equal(t, traffic, column(t, recovery, "met").At(i), k.Name)
		assert.Equal(t, map[bool]string{true: "at least", false: "at most"}[traffic], column(t, recovery, "bound").At(i))
	}
}

func TestAnnotationsHaveTheColumnsThatGrafanaReads(t *testing.T) {
	t.Parallel()
	h, request, _ := walkthrough(t, "")
	for _, name := range []string{"onset", "chain", "changes"} {
		f := answer(t, h, name, "", request).Frames[0]
		for field, kind := range map[string]data.FieldType{"time": data.FieldTypeTime, "title": data.FieldTypeString,
			"text": data.FieldTypeString, "tags": data.FieldTypeString} {
			assert.Equal(t, kind, column(t, f, field).Type(), "%s of %s", field, name)
		}
	}
}

func TestAGraphsEdgesAreBetweenItsNodes(t *testing.T) {
	t.Parallel()
	h, request, _ := walkthrough(t, "")
	frames := answer(t, h, "dependency-graph", "", request).Frames
	require.Len(t, frames, 2)
	var ids []string
	for i := range frames[0].Rows() {
		ids = append(ids, column(t, frames[0], "id").At(i).(string))
	}
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(ids))), len(ids), "ids are unique")
	for i := range frames[1].Rows() {
		assert.Contains(t, ids, column(t, frames[1], "source").At(i))
		assert.Contains(t, ids, column(t, frames[1], "target").At(i))
	}
}

const noStore = `{"metrics":{"url":"http://127.0.0.1:1"}}` // nothing listens there

func TestAPanelsQueryThatCannotBeAnsweredSaysWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ settings, queryType, json, says string }{
		"another type":     {noStore, "guess", `{}`, `There is no query type "guess"; choose one of candidates, `},
		"no type":          {noStore, "", `{}`, `There is no query type ""; choose one of candidates, `},
		"broken JSON":      {noStore, "findings", `{"service":`, "The query cannot be read: "},
		"no service":       {noStore, "findings", `{}`, "The request names no service."},
		"blanks":           {noStore, "findings", `{"service":" "}`, "The request names no service."},
		"another number":   {noStore, "onset", `{"service":"order","number":"p99"}`, `A query of the type onset has no number "p99"; it has age.`},
		"a number of none": {noStore, "chain", `{"service":"order","number":"p99"}`, `has no number "p99"; it has none.`},
		"wrong settings":   {`{}`, "findings", `{"service":"order"}`, "The settings of Production are wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := environment.New(t.Context(), backend.DataSourceInstanceSettings{Name: "Production", Type: "faultline", JSONData: json.RawMessage(c.settings)})
			require.NoError(t, err)
			all := runs.New(e)
			t.Cleanup(all.Close)
			ten := time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)
			response := answers(t, &Handler{Runs: all}, backend.DataQuery{RefID: "A", QueryType: c.queryType, JSON: json.RawMessage(c.json),
				TimeRange: backend.TimeRange{From: ten, To: ten.Add(time.Hour)}})["A"]
			require.ErrorContains(t, response.Error, c.says)
			assert.Equal(t, backend.StatusBadRequest, response.Status)
			assert.Equal(t, backend.ErrorSourceDownstream, response.ErrorSource)
			assert.Empty(t, response.Frames)
		})
	}
}

func TestFindingsAreALongTable(t *testing.T) {
	t.Parallel()
	ten := time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)
	f := drawFindings(drawing{Case: &incident.Case{
		Window: incident.Window{From: ten, To: ten.Add(time.Hour)},
		Steps: []incident.StepResult{
			{Phase: incident.PhaseImpact, ID: "error-rate", Outcome: incident.Found, Findings: []incident.Finding{
				{Sentence: "7.3% of requests fail.", Severity: incident.Critical, Interval: &incident.Window{From: ten, To: ten.Add(47 * time.Minute)}},
				{Sentence: "They failed with 504.", Severity: incident.Info}}},
			{Phase: incident.PhaseLogs, ID: "trace-lines", Outcome: incident.NotChecked, Reason: "Loki refused the question with 403."},
		},
	}})[0]
	require.Equal(t, 3, f.Rows())
	assert.Equal(t, []any{ten.Add(47 * time.Minute), "impact", "error-rate", "found", "critical", "7.3% of requests fail."}, f.RowCopy(0))
	assert.Equal(t, []any{ten.Add(time.Hour), "impact", "error-rate", "found", "info", "They failed with 504."}, f.RowCopy(1))
	assert.Equal(t, []any{ten.Add(time.Hour), "logs", "trace-lines", "not checked", "", "Loki refused the question with 403."}, f.RowCopy(2))
}

func TestAQueryThatNobodyWaitsForIsGivenUp(t *testing.T) {
	t.Parallel()
	handler, request, _ := walkthrough(t, "")
	ctx, leave := context.WithCancel(t.Context())
	leave()
	_, err := handler.QueryData(ctx, &backend.QueryDataRequest{PluginContext: backend.PluginContext{OrgID: 1}, Queries: []backend.DataQuery{asked(t, "A", "findings", "", request)}})
	require.ErrorIs(t, err, context.Canceled)
}
