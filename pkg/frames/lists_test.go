package frames

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/services"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// known answers as an environment with a service and a case would, and notes what was asked.
type known struct {
	surveyed

	overview   *services.Overview
	operations *services.Operations
	cases      incident.CaseList
	asked      *incident.Subject
}

func (k known) Services(context.Context, int64) (*services.Overview, error) { return k.overview, k.err }

func (k known) Operations(_ context.Context, _ int64, of incident.Subject) (*services.Operations, error) {
	*k.asked = of
	return k.operations, k.err
}

func (k known) Cases(_ context.Context, _ int64, service string) (incident.CaseList, error) {
	k.asked.Service = service
	return k.cases, k.err
}

func tableOf(t *testing.T, k known, queryType, query string) backend.DataResponse {
	t.Helper()
	return answers(t, &Handler{Surveyor: k, UID: "prod"}, backend.DataQuery{RefID: "A", QueryType: queryType, JSON: json.RawMessage(query)})["A"]
}

// row is one row of a frame, by its columns' names.
func row(f *data.Frame, at int) map[string]any {
	cells := map[string]any{}
	for _, field := range f.Fields {
		cells[field.Name] = field.At(at)
	}
	return cells
}

func TestServicesAreListedWithTheirNumbers(t *testing.T) {
	t.Parallel()
	rate := 2.0
	answer := tableOf(t, known{overview: &services.Overview{Metric: "m", Services: []services.Service{{Service: "order", Scope: incident.Scope{Namespace: "shop"}, Rate: &rate}},
		Doubt: &services.Doubt{Sentence: "Half is missing.", Advice: "Look again."}}}, Services, `{}`)
	require.NoError(t, answer.Error)
	table := answer.Frames[0]
	var none *float64
	require.Equal(t, map[string]any{"service": "order", "namespace": "shop", "environment": "", "cluster": "", "rate": &rate, "rate_before": none, "errors": none,
		"errors_before": none}, row(table, 0))
	require.Equal(t, "service", table.Fields[0].Name, "Grafana makes a variable's choices of the first text")
	require.Equal(t, "Half is missing. Look again.", table.Meta.Notices[0].Text)
	answer = tableOf(t, known{overview: &services.Overview{}}, Services, `{}`)
	require.Contains(t, answer.Frames[0].Meta.Notices[0].Text, "No request metric is known")
}

func TestOperationsAreListedOfOneSystem(t *testing.T) {
	t.Parallel()
	asked := incident.Subject{}
	k := known{asked: &asked, operations: &services.Operations{Operations: []services.Operation{{Name: "POST /pay", Rate: 3}}}}
	answer := tableOf(t, k, Operations, `{"service":" order ","namespace":"shop"}`)
	require.NoError(t, answer.Error)
	require.Equal(t, map[string]any{"operation": "POST /pay", "rate": 3.0}, row(answer.Frames[0], 0))
	require.Equal(t, incident.Subject{Service: "order", Scope: incident.Scope{Namespace: "shop"}}, asked)
	answer = tableOf(t, k, Operations, `{}`)
	require.NoError(t, answer.Error, "a variable whose service is not chosen yet is no failure")
	require.Contains(t, answer.Frames[0].Meta.Notices[0].Text, "name it")
}

func TestCasesAreListedByTheirIDsAndTitles(t *testing.T) {
	t.Parallel()
	asked, opened := incident.Subject{}, time.Date(2026, 3, 10, 10, 47, 0, 0, time.UTC)
	k := known{asked: &asked, cases: incident.CaseList{More: true, Cases: []incident.CaseSummary{{ID: "c1", Title: "Checkout", Service: "order", Opened: opened, URL: "/d/c1"}}}}
	answer := tableOf(t, k, Cases, `{"service":"order"}`)
	require.NoError(t, answer.Error)
	require.Equal(t, map[string]any{"value": "c1", "text": "Checkout", "opened": opened, "service": "order", "verdict": "", "state": "", "dashboard": "/d/c1"}, row(answer.Frames[0], 0))
	require.Equal(t, "order", asked.Service)
	require.Len(t, answer.Frames[0].Meta.Notices, 2, "more than are listed, and gone with the process")
}

func TestListsHaveNoNumberAndSayWhyTheyFail(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{Services, Operations, Cases} {
		k := known{surveyed: surveyed{err: &source.Problem{Sentence: "Prometheus failed with 500.", Advice: "Look at its log."}}, asked: &incident.Subject{}}
		require.ErrorContains(t, tableOf(t, k, kind, `{"service":"order","number":"p99"}`).Error, `has no number "p99"`)
		answer := tableOf(t, k, kind, `{"service":"order"}`)
		require.EqualError(t, answer.Error, "Prometheus failed with 500. Look at its log.")
		assert.Equal(t, backend.StatusBadGateway, answer.Status)
	}
}
