package resource

import (
	"context"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/readiness"
	"github.com/faultline-investigation/faultline/pkg/services"
)

// Survey tells what an environment has; it implements frames.Surveyor.
type Survey struct{ Environment *environment.Environment }

// Readiness asks the environment's stores. The error is a *failure.Failure or a *source.Problem.
func (s Survey) Readiness(ctx context.Context, organization int64) (*readiness.Report, error) {
	querier, err := s.Environment.Querier(ctx, organization)
	if err != nil {
		return nil, err
	}
	return readiness.Look(ctx, querier, s.Environment.Naming(), s.Environment.Limits().QuestionTimeout, s.Environment.Now())
}

// Services asks the environment's metrics how its services fare.
func (s Survey) Services(ctx context.Context, organization int64) (*services.Overview, error) {
	querier, err := s.Environment.Querier(ctx, organization)
	if err != nil {
		return nil, err
	}
	return services.Look(ctx, querier, s.Environment.Naming(), s.Environment.Limits().QuestionTimeout, s.Environment.Now())
}

// Operations asks the environment's metrics what the subject's service is asked for. What the subject's scope leaves open is as the
// environment has it.
func (s Survey) Operations(ctx context.Context, organization int64, of incident.Subject) (*services.Operations, error) {
	if s.Environment.Recorded() { // which holds what an investigation and the pages ask
		return &services.Operations{Operations: []services.Operation{}, Doubt: &services.Doubt{Sentence: "The recorded incident has no list of operations.",
			Advice: "Type the operation as spans name it."}}, nil
	}
	querier, err := s.Environment.Querier(ctx, organization)
	if err != nil {
		return nil, err
	}
	naming := s.Environment.Naming()
	for _, part := range incident.ScopeParts() {
		if said := of.Of(part); said != "" {
			naming.Scope = naming.Scope.With(part, said)
		}
	}
	return services.List(ctx, querier, naming, of.Service, s.Environment.Limits().QuestionTimeout, s.Environment.Now())
}

// Cases reads the newest kept cases, of one service or of all.
func (s Survey) Cases(ctx context.Context, organization int64, service string) (incident.CaseList, error) {
	book, err := s.Environment.Casebook(ctx, organization)
	if err != nil {
		return incident.CaseList{}, err
	}
	return book.List(ctx, casebook.Filter{Service: service})
}

// ready answers GET /readiness with a readiness.Report: what an investigation of each service could and could not find.
type ready struct{ survey Survey }

func (h ready) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	report, err := h.survey.Readiness(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID)
	answerWith(w, http.StatusOK, report, err)
}
