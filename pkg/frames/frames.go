// Package frames answers dashboards and alert rules: what an investigation found, as data frames. A file is a query type;
// docs/panels.md lists them.
package frames

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// queryType is one kind of question that a panel can ask.
type queryType struct {
	// rests are the keys of the steps whose answer it is.
	rests []string
	// draw makes the frames. What nobody could look at is left empty.
	draw func(d drawing) data.Frames
	// numbers are the numbers that it can answer with alone.
	numbers map[string]number
}

// queryTypes are the kinds of question by their names.
func queryTypes() map[string]queryType {
	return map[string]queryType{
		"findings":         findingsQuery(),
		"impact":           impactQuery(),
		"impact-series":    impactSeriesQuery(),
		"onset":            onsetQuery(),
		"verdict":          verdictQuery(),
		"chain":            chainQuery(),
		"dependencies":     dependenciesQuery(),
		"dependency-graph": dependencyGraphQuery(),
		"candidates":       candidatesQuery(),
		"changes":          changesQuery(),
		"recovery":         recoveryQuery(),
	}
}

// query is a panel's question.
type query struct {
	incident.Scope // which of several services of this name

	Service   string `json:"service"`
	Operation string `json:"operation"`
	Number    string `json:"number"` // the name of one number to answer with; empty for everything
}

// drawing is what a query type makes its frames of.
type drawing struct {
	*incident.Case

	uid string // of the data source instance, for links
}

// Handler answers panels from investigations.
type Handler struct {
	Runs     *runs.Runs
	Surveyor Surveyor
	UID      string // of the data source instance, for links from panels into the app
}

// QueryData implements backend.QueryDataHandler. Queries about the same subject and time share one investigation.
func (h *Handler) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	answers := make([]backend.DataResponse, len(req.Queries))
	var answering defect.Group
	for i, q := range req.Queries {
		answers[i] = refused(backend.StatusInternal, "The query failed inside Faultline. "+defect.Advice) // unless it is answered
		answering.Go("panel query "+q.QueryType, func() { answers[i] = h.answer(ctx, req.PluginContext.OrgID, q) })
	}
	_ = answering.Wait()                        // a query that panicked keeps its refusal
	if errors.Is(ctx.Err(), context.Canceled) { // nobody waits for it any more, and it is no failure to be logged
		return nil, fmt.Errorf("the query was given up: %w", context.Canceled)
	}
	for i, q := range req.Queries {
		response.Responses[q.RefID] = answers[i]
	}
	return response, nil
}

func (h *Handler) answer(ctx context.Context, organization int64, q backend.DataQuery) backend.DataResponse {
	if q.QueryType == Frozen {
		return thaw(q)
	}
	types := queryTypes()
	kind, known := types[q.QueryType]
	_, lists := listings()[q.QueryType]
	if !known && !lists && q.QueryType != Readiness {
		return refused(backend.StatusBadRequest, fmt.Sprintf("There is no query type %q; choose one of %s, %s, %s.", q.QueryType, listed(types), Readiness, listed(listings())))
	}
	var asked query
	if err := json.Unmarshal(q.JSON, &asked); err != nil {
		return refused(backend.StatusBadRequest, fmt.Sprintf("The query cannot be read: %s.", err))
	}
	if lists {
		return h.list(ctx, organization, q, asked)
	}
	if q.QueryType == Readiness {
		return h.readiness(ctx, organization, q.RefID, asked)
	}
	if _, known := kind.numbers[asked.Number]; asked.Number != "" && !known {
		return refused(backend.StatusBadRequest, fmt.Sprintf("A query of the type %s has no number %q; it has %s.", q.QueryType, asked.Number, listed(kind.numbers)))
	}
	result, err := h.investigate(ctx, organization, asked, incident.Window{From: q.TimeRange.From, To: q.TimeRange.To})
	if err != nil {
		return refused(statusOf(err), err.Error())
	}
	if asked.Number != "" {
		return alone(q.RefID, asked.Number, kind, result)
	}
	frames := kind.draw(drawing{Case: result, uid: h.UID})
	for _, frame := range frames {
		frame.RefID = q.RefID
	}
	notice(frames, result, kind.rests)
	return backend.DataResponse{Frames: frames}
}

func (h *Handler) investigate(ctx context.Context, organization int64, asked query, window incident.Window) (*incident.Case, error) {
	run, err := h.Runs.Start(ctx, organization, investigate.Request{Origin: investigate.FromPanel, Window: window,
		Subject: incident.Subject{Scope: asked.Scope, Service: strings.TrimSpace(asked.Service), Operation: strings.TrimSpace(asked.Operation)}})
	if err != nil {
		return nil, err
	}
	return run.Wait(ctx)
}

// notice tells with the frames what could not be looked at.
func notice(frames data.Frames, c *incident.Case, rests []string) {
	if len(frames) == 0 {
		return
	}
	for _, s := range unchecked(c, rests) {
		frames[0].AppendNotices(data.Notice{Severity: data.NoticeSeverityWarning, Text: sentence(s)})
	}
}

// unchecked are the named steps that could not look.
func unchecked(c *incident.Case, keys []string) []incident.StepResult {
	var results []incident.StepResult
	for _, s := range c.Steps {
		if s.Outcome == incident.NotChecked && slices.Contains(keys, s.Key()) {
			results = append(results, s)
		}
	}
	return results
}

func sentence(s incident.StepResult) string {
	return strings.TrimSpace(fmt.Sprintf("%s was not checked. %s %s", s.Title, s.Reason, s.Advice))
}

// statusOf tells what a person can mend from what is not theirs.
func statusOf(err error) backend.Status {
	var problem *source.Problem
	f := failure.Of(err)
	switch {
	case errors.As(err, &problem):
		return backend.StatusBadGateway
	case f != nil && f.Kind == failure.Busy:
		return backend.StatusTimeout
	case f != nil && (f.Kind == failure.Invalid || f.Kind == failure.Unusable):
		return backend.StatusBadRequest
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return backend.StatusTimeout
	}
	return backend.StatusInternal
}

func refused(status backend.Status, sentence string) backend.DataResponse {
	return backend.DataResponse{Status: status, Error: errors.New(sentence), ErrorSource: backend.ErrorSourceDownstream}
}

func listed[V any](m map[string]V) string {
	if len(m) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}
