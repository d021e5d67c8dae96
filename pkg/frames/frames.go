// Package frames answers dashboards and alert rules: an investigation's findings as data frames.
package frames

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// Findings is the query type whose answer is a table of an investigation's findings.
const Findings = "findings"

// query is a panel's question.
type query struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
}

// Handler answers panels from an environment.
type Handler struct{ Environment *environment.Environment }

// QueryData implements backend.QueryDataHandler.
func (h *Handler) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	for _, q := range req.Queries {
		response.Responses[q.RefID] = h.answer(ctx, req.PluginContext.OrgID, q)
	}
	return response, nil
}

func (h *Handler) answer(ctx context.Context, organisation int64, q backend.DataQuery) backend.DataResponse {
	switch q.QueryType {
	case Findings:
	case Frozen:
		return thaw(q)
	default:
		return refused(fmt.Sprintf("There is no query type %q; choose %q.", q.QueryType, Findings))
	}
	var asked query
	if err := json.Unmarshal(q.JSON, &asked); err != nil {
		return refused(fmt.Sprintf("The query cannot be read: %s.", err))
	}
	querier, err := h.Environment.Querier(ctx, organisation)
	if err != nil {
		return refused(err.Error())
	}
	request := investigate.Request{Environment: h.Environment.Name(), Naming: h.Environment.Naming(), Knowledge: h.Environment.Knowledge(),
		Subject: incident.Subject{Service: asked.Service, Operation: asked.Operation},
		Window:  incident.Window{From: q.TimeRange.From, To: q.TimeRange.To}}
	result, err := investigate.Run(ctx, request, querier, investigate.Options{Limits: h.Environment.Limits()}, func(investigate.Event) {})
	if err != nil { // always an *investigate.InvalidRequest
		return refused(err.Error())
	}
	return backend.DataResponse{Frames: data.Frames{findings(q.RefID, result)}}
}

// findings is a long table, a row a finding; steps without findings have a row that says why.
func findings(refID string, c *incident.Case) *data.Frame {
	frame := data.NewFrame("findings",
		data.NewField("time", nil, []time.Time{}),
		data.NewField("phase", nil, []string{}),
		data.NewField("step", nil, []string{}),
		data.NewField("outcome", nil, []string{}),
		data.NewField("severity", nil, []string{}),
		data.NewField("finding", nil, []string{}),
	)
	frame.RefID = refID
	frame.Meta = &data.FrameMeta{Type: data.FrameTypeTable, TypeVersion: data.FrameTypeVersion{0, 1}}
	for _, s := range c.Steps {
		for _, f := range s.Findings {
			at := c.Window.To
			if f.Interval != nil {
				at = f.Interval.To
			}
			frame.AppendRow(at, string(s.Phase), s.ID, string(s.Outcome), string(f.Severity), f.Sentence)
		}
		if len(s.Findings) == 0 {
			frame.AppendRow(c.Window.To, string(s.Phase), s.ID, string(s.Outcome), "", s.Reason)
		}
	}
	return frame
}

func refused(sentence string) backend.DataResponse {
	return backend.DataResponse{Status: backend.StatusBadRequest, Error: errors.New(sentence), ErrorSource: backend.ErrorSourceDownstream}
}
