package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Where Alertmanager answers, and where Mimir and Cortex do for the Alertmanager in them.
const (
	alertsPath   = "/api/v2/alerts"
	withinPrefix = "/alertmanager"
)

// gettable is an alert as Alertmanager's API tells of it.
type gettable struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
}

// activeAlerts asks for the alerts that fire, whether anybody is notified of them or not.
func (q *Querier) activeAlerts(ctx context.Context, _ source.Question) (source.Answer, error) {
	body, err := q.alertmanager.get(ctx, alertsPath, url.Values{"active": {"true"}}, "application/json")
	var problem *source.Problem
	if errors.As(err, &problem) && problem.Kind == source.NotFound {
		body, err = q.alertmanager.get(ctx, withinPrefix+alertsPath, url.Values{"active": {"true"}}, "application/json")
	}
	if err != nil {
		return source.Answer{}, err
	}
	var told []*gettable
	if err := json.Unmarshal(body, &told); err != nil {
		return source.Answer{}, err
	}
	answer := source.Answer{Alerts: []incident.ActiveAlert{}}
	for _, a := range told {
		if a == nil || len(a.Labels) == 0 {
			return source.Answer{}, errors.New("an alert has no labels")
		}
		answer.Alerts = append(answer.Alerts, incident.ActiveAlert{Labels: a.Labels, Annotations: a.Annotations, Since: a.StartsAt.UTC()})
	}
	return answer, nil
}
