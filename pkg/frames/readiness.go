package frames

import (
	"context"
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/readiness"
	"github.com/faultline-investigation/faultline/pkg/services"
)

// Readiness is the query type that asks how well services could be investigated. It speaks of now, whatever the panel's
// time range is, and of all services where it names none.
const Readiness = "readiness"

// lacking is the one number that it can answer with: how many of a service's factors are missing, or there in part.
const lacking = "lacking"

// Surveyor tells what an environment has, without an investigation. Errors are a *failure.Failure or a *source.Problem.
type Surveyor interface {
	// Readiness measures how well its services could be investigated.
	Readiness(ctx context.Context, organization int64) (*readiness.Report, error)
	// Services are all that report requests, the worst first.
	Services(ctx context.Context, organization int64) (*services.Overview, error)
	// Operations are the subject's service's.
	Operations(ctx context.Context, organization int64, of incident.Subject) (*services.Operations, error)
	// Cases are the newest ones that are kept, of one service or of all where it is empty.
	Cases(ctx context.Context, organization int64, service string) (incident.CaseList, error)
}

func (h *Handler) readiness(ctx context.Context, organization int64, refID string, asked query) backend.DataResponse {
	if asked.Number != "" && asked.Number != lacking {
		return refused(backend.StatusBadRequest, fmt.Sprintf("A query of the type %s has no number %q; it has %s.", Readiness, asked.Number, lacking))
	}
	if asked.Number != "" && strings.TrimSpace(asked.Service) == "" {
		return refused(backend.StatusBadRequest, "A number is of one service: name it.")
	}
	report, err := h.Surveyor.Readiness(ctx, organization)
	if err != nil {
		return refused(statusOf(err), err.Error())
	}
	surveyed := report.Services
	if name := strings.TrimSpace(asked.Service); name != "" {
		surveyed = nil
		for _, s := range report.Services {
			if s.Service == name {
				surveyed = append(surveyed, s)
			}
		}
	}
	if asked.Number != "" {
		return lackingAlone(refID, asked.Service, surveyed)
	}
	frame := h.readinessTable(surveyed)
	frame.RefID = refID
	for _, problem := range report.Problems {
		frame.AppendNotices(data.Notice{Severity: data.NoticeSeverityWarning, Text: problem})
	}
	return backend.DataResponse{Frames: data.Frames{frame}}
}

// lackingAlone answers with one number. What could not be checked is an error, so that it is not taken for being there.
func lackingAlone(refID, service string, services []readiness.Service) backend.DataResponse {
	if len(services) == 0 {
		return refused(backend.StatusNotFound, fmt.Sprintf("No service %s reports requests or sends spans.", service))
	}
	var reasons []string
	for _, f := range services[0].Factors {
		if f.State == readiness.NotChecked {
			reasons = append(reasons, fmt.Sprintf("%s: not checked. %s %s", f.Factor, f.Sentence, f.Advice))
		}
	}
	if len(reasons) > 0 {
		return refused(backend.StatusBadGateway, strings.TrimSpace(strings.Join(reasons, " ")))
	}
	field := data.NewField(lacking, labels(incident.Subject{Service: services[0].Service}), []*float64{counted(services[0].Count(readiness.Missing, readiness.Partly))})
	frame := data.NewFrame(lacking, field)
	frame.RefID = refID
	frame.Meta = meta(data.FrameTypeNumericWide)
	return backend.DataResponse{Frames: data.Frames{frame}}
}

func (h *Handler) readinessTable(services []readiness.Service) *data.Frame {
	var names, blind, change, documentation []string
	var lacks []int64
	states := map[readiness.FactorName][]string{}
	for _, s := range services {
		names = append(names, s.Service)
		lacks = append(lacks, int64(s.Count(readiness.Missing, readiness.Partly)))
		var notFound []string
		first := readiness.Change{}
		for _, f := range s.Factors {
			states[f.Factor] = append(states[f.Factor], string(f.State))
			if f.Blind != "" {
				notFound = append(notFound, f.Blind)
			}
			if f.Factor == s.First && f.Change != nil {
				first = *f.Change
			}
		}
		blind, change, documentation = append(blind, strings.Join(notFound, " ")), append(change, first.Sentence), append(documentation, first.Documentation)
	}
	fields := []*data.Field{drawing{uid: h.UID}.linked(field("service", "", names)), field(lacking, "", lacks)}
	for _, name := range readiness.Factors() {
		fields = append(fields, field(string(name), "", states[name]))
	}
	fields = append(fields, field("not_found", "", blind), field("first_change", "", change), field("documentation", "", documentation))
	return frame(Readiness, data.FrameTypeTable, fields...)
}
