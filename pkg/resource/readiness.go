package resource

import (
	"context"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/readiness"
)

// Survey measures how well an environment's services could be investigated; it implements frames.Surveyor.
type Survey struct{ Environment *environment.Environment }

// Readiness asks the environment's stores. The error is a *failure.Failure or a *source.Problem.
func (s Survey) Readiness(ctx context.Context, organisation int64) (*readiness.Report, error) {
	querier, err := s.Environment.Querier(ctx, organisation)
	if err != nil {
		return nil, err
	}
	return readiness.Look(ctx, querier, s.Environment.Naming(), s.Environment.Limits().QuestionTimeout, s.Environment.Now())
}

// ready answers GET /readiness with a readiness.Report: what an investigation of each service could and could not find.
type ready struct{ survey Survey }

func (h ready) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	report, err := h.survey.Readiness(r.Context(), backend.PluginConfigFromContext(r.Context()).OrgID)
	answerWith(w, http.StatusOK, report, err)
}
