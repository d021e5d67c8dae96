package environment

import (
	"context"
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Naming is what the settings say about the names in the stores.
func (e *Environment) Naming() incident.Naming { return e.settings.naming() }

// Conventions says which names were looked for in the last hour, which of them the stores have, what was chosen and why.
// What was found out in the last minutes is used again unless fresh is set. The error is an Unusable *failure.Failure where nothing can
// be asked, and the metrics store's *source.Problem where it did not answer.
func (e *Environment) Conventions(ctx context.Context, organization int64, fresh bool) (incident.ConventionReport, error) {
	querier, err := e.querier(ctx, organization, fresh)
	if err != nil {
		return incident.ConventionReport{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, e.Limits().QuestionTimeout)
	defer cancel()
	now := e.memory.now().UTC().Truncate(time.Second)
	hour := incident.Window{From: now.Add(-time.Hour), To: now}
	naming := e.Naming()
	text, err := promql.SelectMetrics(convention.Names(naming)...).Text()
	if err != nil {
		return incident.ConventionReport{}, err
	}
	var metrics, logs source.Answer
	var asking defect.Group
	names := source.Question{Name: "names", Kind: source.MetricNames, Text: text, Window: hour}
	asking.Go("detected metric names", func() { metrics = querier.Ask(ctx, names) })
	asking.Go("detected log labels", func() {
		logs = querier.Ask(ctx, source.Question{Name: "labels", Kind: source.LogLabels, Window: hour})
	})
	if err := asking.Wait(); err != nil {
		return incident.ConventionReport{}, err
	}
	if metrics.Problem != nil {
		return incident.ConventionReport{}, metrics.Problem
	}
	asked := now
	if kept, found := e.memory.find(names); found {
		asked = kept.Asked // as whoever asks again will read it, and not when this question was sent
	}
	report := incident.ConventionReport{DataSource: metrics.DataSource, Window: hour, Asked: asked.Format(time.RFC3339),
		Roles: convention.Explain(metrics.Names, naming), Chosen: convention.Choose(metrics.Names, naming), Labels: []incident.LabelChoice{},
		Warnings: metrics.Warnings}
	if logs.Problem != nil {
		report.Problem = logs.Problem.Error()
	} else {
		report.Labels = convention.ExplainLogs(logs.Names, naming.Labels)
	}
	return report, nil
}
