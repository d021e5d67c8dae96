package frames

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/readiness"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/services"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// nothing is an environment whose stores hold nothing.
type nothing struct{}

func (nothing) Name() string                                           { return "Production" }
func (nothing) Naming() incident.Naming                                { return incident.Naming{} }
func (nothing) Knowledge() incident.Knowledge                          { return incident.Knowledge{} }
func (nothing) Limits() investigate.Limits                             { return investigate.DefaultLimits() }
func (nothing) Querier(context.Context, int64) (source.Querier, error) { return nothing{}, nil }
func (nothing) Ask(_ context.Context, q source.Question) source.Answer {
	return source.Answer{Question: q}
}
func (nothing) Readiness(context.Context, int64) (*readiness.Report, error) {
	return &readiness.Report{}, nil
}
func (nothing) Services(context.Context, int64) (*services.Overview, error) {
	return &services.Overview{}, nil
}
func (nothing) Operations(context.Context, int64, incident.Subject) (*services.Operations, error) {
	return &services.Operations{}, nil
}
func (nothing) Cases(context.Context, int64, string) (incident.CaseList, error) {
	return incident.CaseList{}, nil
}

// panelQueries are queries as panels send them: one by hand, and those of a saved case's dashboard.
func panelQueries(tb testing.TB) [][]byte {
	tb.Helper()
	written, err := os.ReadFile("../incident/testdata/saved.v2.json")
	require.NoError(tb, err)
	saved, err := incident.ReadSaved(written)
	require.NoError(tb, err)
	board, err := json.Marshal(dashboard.Of(saved, dashboard.Source{Type: "t", UID: "u"}, 1))
	require.NoError(tb, err)
	var held struct {
		Panels []struct{ Targets []json.RawMessage }
	}
	require.NoError(tb, json.Unmarshal(board, &held))
	all := [][]byte{[]byte(`{"service":"order-service","operation":"POST /api/checkout","namespace":"shop","number":"score"}`)}
	for _, p := range held.Panels {
		for _, target := range p.Targets {
			if len(target) < 64<<10 { // the hidden one is the whole case
				all = append(all, target)
			}
		}
	}
	return all
}

// FuzzQueries answers whatever a dashboard or an alert rule asks, with a value replaced: with frames that Grafana can take, or a sentence.
func FuzzQueries(f *testing.F) {
	types := append(slices.Sorted(maps.Keys(queryTypes())), Frozen, Readiness, Services, Operations, Cases, "none")
	for i := range types {
		for _, body := range panelQueries(f) {
			f.Add(uint8(i), body, uint16(i), []byte(`[null,1e300,"x"]`), int64(1767348000000), int64(3600000)) // #nosec G115 -- a few types
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, body []byte, place uint16, value []byte, from, length int64) {
		all := runs.New(nothing{})
		defer all.Close()
		asked := backend.DataQuery{RefID: "A", QueryType: types[int(kind)%len(types)], JSON: provoke.Replaced(body, int(place), value),
			TimeRange: backend.TimeRange{From: time.UnixMilli(from), To: time.UnixMilli(from + length)}}
		response, err := (&Handler{Runs: all, Surveyor: nothing{}, UID: "u"}).QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{asked}})
		require.NoError(t, err)
		answered := response.Responses["A"]
		if answered.Error != nil {
			require.NotEmpty(t, answered.Error.Error())
			require.NotEqual(t, backend.StatusInternal, answered.Status, answered.Error)
			return
		}
		for _, frame := range answered.Frames {
			_, err := frame.MarshalArrow()
			require.NoError(t, err)
		}
	})
}
