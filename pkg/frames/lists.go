package frames

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/services"
)

// The query types that list what an environment has, for panels and for a dashboard's variables. They speak of now, whatever
// the time range is. Grafana makes a variable's choices of the first text column, or of "value" and "text".
const (
	Services   = "services"
	Operations = "operations"
	Cases      = "cases"
)

// listing answers a query that needs no investigation.
type listing func(h *Handler, ctx context.Context, organization int64, asked query) (*data.Frame, error)

func listings() map[string]listing {
	return map[string]listing{Services: (*Handler).listServices, Operations: (*Handler).listOperations, Cases: (*Handler).listCases}
}

// list answers with one table.
func (h *Handler) list(ctx context.Context, organization int64, q backend.DataQuery, asked query) backend.DataResponse {
	if asked.Number != "" {
		return refused(backend.StatusBadRequest, fmt.Sprintf("A query of the type %s has no number %q; it has none.", q.QueryType, asked.Number))
	}
	asked.Service = strings.TrimSpace(asked.Service)
	table, err := listings()[q.QueryType](h, ctx, organization, asked)
	if err != nil {
		return refused(statusOf(err), err.Error())
	}
	table.RefID = q.RefID
	return backend.DataResponse{Frames: data.Frames{table}}
}

func (h *Handler) listServices(ctx context.Context, organization int64, _ query) (*data.Frame, error) {
	overview, err := h.Surveyor.Services(ctx, organization)
	if err != nil {
		return nil, err
	}
	table := frame(Services, data.FrameTypeTable, drawing{uid: h.UID}.linked(field("service", "", []string{})),
		field("namespace", "", []string{}), field("environment", "", []string{}), field("cluster", "", []string{}),
		field("rate", "reqps", []*float64{}), field("rate_before", "reqps", []*float64{}),
		field("errors", "percentunit", []*float64{}), field("errors_before", "percentunit", []*float64{}))
	for _, s := range overview.Services {
		table.AppendRow(s.Service, s.Namespace, s.Environment, s.Cluster, s.Rate, s.RateBefore, s.Errors, s.ErrorsBefore)
	}
	if overview.Metric == "" {
		table.AppendNotices(warning("No request metric is known, so no service is. Say in the data source's settings what yours is called."))
	}
	doubted(table, overview.Doubt)
	return table, nil
}

func (h *Handler) listOperations(ctx context.Context, organization int64, asked query) (*data.Frame, error) {
	table := frame(Operations, data.FrameTypeTable, field("operation", "", []string{}), field("rate", "reqps", []float64{}))
	if asked.Service == "" {
		table.AppendNotices(warning("Operations are of one service: name it."))
		return table, nil
	}
	listed, err := h.Surveyor.Operations(ctx, organization, incident.Subject{Scope: asked.Scope, Service: asked.Service})
	if err != nil {
		return nil, err
	}
	for _, o := range listed.Operations {
		table.AppendRow(o.Name, o.Rate)
	}
	doubted(table, listed.Doubt)
	return table, nil
}

func (h *Handler) listCases(ctx context.Context, organization int64, asked query) (*data.Frame, error) {
	listed, err := h.Surveyor.Cases(ctx, organization, asked.Service)
	if err != nil {
		return nil, err
	}
	table := frame(Cases, data.FrameTypeTable, field("value", "", []string{}), field("text", "", []string{}), field("opened", "", []time.Time{}),
		field("service", "", []string{}), field("verdict", "", []string{}), field("state", "", []string{}), field("dashboard", "", []string{}))
	for _, c := range listed.Cases {
		table.AppendRow(c.ID, c.Title, c.Opened, c.Service, string(c.Verdict), string(c.State), c.URL)
	}
	if listed.More {
		table.AppendNotices(warning(fmt.Sprintf("Only the newest %d cases are listed. Name a service for those of one.", len(listed.Cases))))
	}
	if !listed.Lasting {
		table.AppendNotices(warning("These cases are lost when the plugin ends. Give the data source a token of a service account, and they are kept in Grafana."))
	}
	return table, nil
}

func doubted(table *data.Frame, doubt *services.Doubt) {
	if doubt != nil {
		table.AppendNotices(warning(doubt.Sentence + " " + doubt.Advice))
	}
}

func warning(text string) data.Notice {
	return data.Notice{Severity: data.NoticeSeverityWarning, Text: text}
}
